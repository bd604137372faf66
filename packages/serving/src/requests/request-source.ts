import type { ArrivingRequest } from "./arriving-request.ts";

/** Source of requests, one at a time, so that memory does not grow with their number. */
export interface RequestSource {
  /** Number of requests, if it is known. */
  readonly total: number | undefined;
  /** Warnings for readers of the report; known before the first request. */
  readonly warnings?: readonly SourceWarning[];
  /** Arrival of the next one, as far as is known now; never before an earlier one. Infinite: none, unless one finishes. */
  readonly nextNs: number;
  /** When the last session began, where there are any: later turns come by their answers. */
  readonly lastBeginNs?: number;
  /** Whether more requests may come that are not known yet: then the run waits for them. */
  readonly isOpen?: boolean;
  /** Writes the next one into `out`; its number is the count of those before. To be called only when one arrives. */
  take(out: ArrivingRequest): void;
  /** Request `number` is finished, rejected or failed: a closed loop or a session may bring the next. */
  finished(number: number, nowNs: number): void;
}

export interface SourceWarning {
  readonly code: string;
  readonly message: string;
}

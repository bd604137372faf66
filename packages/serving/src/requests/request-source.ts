import type { ArrivingRequest } from "./arriving-request.ts";

/** Where requests come from, one at a time, so that memory does not grow with how many there are. */
export interface RequestSource {
  /** How many there will be, when known. */
  readonly total: number | undefined;
  /** What a reader of the report should know of them; known before the first is taken. */
  readonly warnings?: readonly SourceWarning[];
  /** When the next one arrives, as far as is known now; never before what was taken. Infinite: none, unless one finishes. */
  readonly nextNs: number;
  /** Whether more may come of which nothing is known yet: then the run waits for them. */
  readonly isOpen?: boolean;
  /** The next one, written into `out`; its number is the count of those taken before. To be called only when one arrives. */
  take(out: ArrivingRequest): void;
  /** Request `number` is finished, rejected or failed: a closed loop or a session may bring the next. */
  finished(number: number, nowNs: number): void;
}

export interface SourceWarning {
  readonly code: string;
  readonly message: string;
}

import type { Streams } from "@tokenyard/random";
import type { WorkloadSpec } from "@tokenyard/scenario";
import type { ArrivingRequest } from "../requests/arriving-request.ts";
import { type RequestLengths, requestLengths } from "../requests/request-lengths.ts";
import type { RequestSource } from "../requests/request-source.ts";

/** All requests arrive at 0. */
export class BatchSource implements RequestSource {
  readonly total: number;
  readonly #lengths: RequestLengths;
  #taken = 0;

  constructor(workload: Extract<WorkloadSpec, { kind: "batch" }>, streams: Streams) {
    this.total = workload.sequences;
    this.#lengths = requestLengths(workload, streams);
  }

  get nextNs(): number {
    return this.#taken < this.total ? 0 : Number.POSITIVE_INFINITY;
  }

  take(out: ArrivingRequest): void {
    this.#taken++;
    out.arrivedNs = 0;
    this.#lengths.draw(out);
  }

  finished(): void {}
}

import { exponential, type Stream, type Streams } from "@tokenyard/random";
import type { WorkloadSpec } from "@tokenyard/scenario";
import type { ArrivingRequest } from "../arriving-request.ts";
import { type RequestLengths, requestLengths } from "../request-lengths.ts";
import type { RequestSource } from "../request-source.ts";

/** Requests come at a rate of their own, however busy the cluster is. Gaps between them are drawn from the stream `workload/arrivals`. */
export class OpenSource implements RequestSource {
  readonly total: number;
  readonly #meanGapSeconds: number;
  readonly #arrivals: Stream;
  readonly #lengths: RequestLengths;
  #taken = 0;
  #nextSeconds: number;

  constructor(workload: Extract<WorkloadSpec, { kind: "open" }>, streams: Streams) {
    this.total = workload.requests;
    this.#meanGapSeconds = 1 / workload.rate;
    this.#arrivals = streams.stream("workload/arrivals");
    this.#lengths = requestLengths(workload, streams);
    this.#nextSeconds = exponential(this.#arrivals, this.#meanGapSeconds);
  }

  peekNs(): number | undefined {
    return this.#taken < this.total ? Math.round(this.#nextSeconds * 1e9) : undefined;
  }

  take(out: ArrivingRequest): void {
    out.arrivedNs = Math.round(this.#nextSeconds * 1e9);
    out.promptTokens = this.#lengths.prompt();
    out.outputTokens = this.#lengths.output();
    this.#taken++;
    this.#nextSeconds += exponential(this.#arrivals, this.#meanGapSeconds);
  }

  finished(): void {}
}

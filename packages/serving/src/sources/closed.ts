import type { Streams } from "@tokenyard/random";
import type { WorkloadSpec } from "@tokenyard/scenario";
import type { ArrivingRequest } from "../arriving-request.ts";
import { type RequestLengths, requestLengths } from "../request-lengths.ts";
import type { RequestSource } from "../request-source.ts";

/** So many users, each with one request in flight: all ask at 0, and each asks again one think time after an answer. */
export class ClosedSource implements RequestSource {
  readonly total: number;
  readonly #lengths: RequestLengths;
  readonly #thinkNs: number;
  /** When the next ones arrive, in order: answers come in order of time and the think time is one for all. */
  readonly #arrivals: number[];
  #taken = 0;

  constructor(workload: Extract<WorkloadSpec, { kind: "closed" }>, streams: Streams) {
    this.total = workload.requests;
    this.#lengths = requestLengths(workload, streams);
    this.#thinkNs = Math.round(workload.thinkTime * 1e9);
    this.#arrivals = Array.from({ length: Math.min(workload.concurrency, workload.requests) }, () => 0);
  }

  peekNs(): number | undefined {
    return this.#taken < this.total ? this.#arrivals[0] : undefined;
  }

  take(out: ArrivingRequest): void {
    this.#taken++;
    out.arrivedNs = this.#arrivals.shift()!;
    out.promptTokens = this.#lengths.prompt();
    out.outputTokens = this.#lengths.output();
  }

  finished(_number: number, nowNs: number): void {
    this.#arrivals.push(nowNs + this.#thinkNs);
  }
}

import { drawTimeNs, type Streams } from "@tokenyard/random";
import type { WorkloadSpec } from "@tokenyard/scenario";
import type { ArrivingRequest } from "../requests/arriving-request.ts";
import { RequestMix } from "../requests/request-mix.ts";
import type { RequestSource } from "../requests/request-source.ts";
import { Upcoming } from "./upcoming.ts";

/** A fixed number of users, each with one request in flight: they begin evenly over the ramp-up, and each asks again one think time after an answer. */
export class ClosedSource implements RequestSource {
  readonly total: number;
  readonly #mix: RequestMix;
  readonly #drawThinkNs: () => number;
  readonly #upcoming = new Upcoming<undefined>();
  /** Think time after each request in flight, by its number: drawn on its arrival, so that it does not depend on the order of service. */
  readonly #thinkNs = new Map<number, number>();
  #taken = 0;

  constructor(workload: Extract<WorkloadSpec, { kind: "closed" }>, streams: Streams) {
    this.total = workload.requests;
    this.#mix = new RequestMix(workload, streams);
    this.#drawThinkNs = drawTimeNs(workload.thinkTime, streams.stream("workload/think-time"));
    const { concurrency, rampUp = 0 } = workload;
    for (let user = 0; user < Math.min(concurrency, workload.requests); user++)
      this.#upcoming.add(Math.round((user * rampUp * 1e9) / concurrency), undefined);
  }

  get nextNs(): number {
    return this.#taken < this.total ? this.#upcoming.nextNs : Number.POSITIVE_INFINITY;
  }

  take(out: ArrivingRequest): void {
    out.arrivedNs = this.#upcoming.nextNs;
    this.#upcoming.take();
    this.#mix.draw(out);
    this.#thinkNs.set(this.#taken++, this.#drawThinkNs());
  }

  finished(number: number, nowNs: number): void {
    this.#upcoming.add(nowNs + this.#thinkNs.get(number)!, undefined);
    this.#thinkNs.delete(number);
  }
}

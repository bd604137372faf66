import type { Streams } from "@tokenyard/random";
import type { WorkloadSpec } from "@tokenyard/scenario";
import { Arrivals } from "../arrivals/arrivals.ts";
import type { ArrivingRequest } from "../requests/arriving-request.ts";
import { RequestMix } from "../requests/request-mix.ts";
import type { RequestSource } from "../requests/request-source.ts";

/** Requests come at a rate of their own, however busy the cluster is. */
export class OpenSource implements RequestSource {
  readonly total: number | undefined;
  nextNs: number;
  readonly #arrivals: Arrivals;
  readonly #mix: RequestMix;

  constructor(workload: Extract<WorkloadSpec, { kind: "open" }>, streams: Streams) {
    this.#arrivals = new Arrivals(workload, workload.requests, streams);
    this.total = this.#arrivals.total;
    this.nextNs = this.#arrivals.nextNs;
    this.#mix = new RequestMix(workload, streams);
  }

  take(out: ArrivingRequest): void {
    out.arrivedNs = this.#arrivals.take();
    this.nextNs = this.#arrivals.nextNs;
    this.#mix.draw(out);
  }

  finished(): void {}
}

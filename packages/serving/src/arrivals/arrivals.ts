import type { Streams } from "@tokenyard/random";
import { type ArrivalsSpec, Problems } from "@tokenyard/scenario";
import { unitGaps } from "./gaps.ts";
import { type RateCurve, rateCurve } from "./rate-curve.ts";

const LAST_NS = Number.MAX_SAFE_INTEGER;

/** Part of a workload that defines when its requests (or sessions) arrive. */
export interface ArrivingSpec {
  readonly arrivals: ArrivalsSpec;
  readonly rate?: number | undefined;
  readonly duration?: number | undefined;
}

/**
 * Times at which requests come, in order. A process of mean rate 1 is drawn from the stream `workload/arrivals`, and its clock is bent by
 * the rate over time: the n-th comes when its place in the process has been reached on average. Of a Poisson process this makes one
 * with that rate. Source: docs/models/workloads.md#workloads.
 */
export class Arrivals {
  /** How many there will be; undefined when time decides that. */
  readonly total: number | undefined;
  /** When the next one comes; infinite: none does. */
  nextNs: number;
  readonly #gap: () => number;
  readonly #curve: RateCurve;
  readonly #endSeconds: number;
  #left: number;
  #place = 0;

  constructor(spec: ArrivingSpec, count: number | undefined, streams: Streams) {
    const { arrivals } = spec;
    this.total = arrivals.kind === "stages" || spec.duration !== undefined ? undefined : count;
    this.#gap = unitGaps("gaps" in arrivals ? arrivals.gaps : arrivals, streams.stream("workload/arrivals"));
    this.#curve = rateCurve(arrivals, spec.rate, streams);
    this.#endSeconds = spec.duration ?? Number.POSITIVE_INFINITY;
    this.#left = count ?? Number.POSITIVE_INFINITY;
    this.nextNs = this.#drawn();
  }

  /** Takes the next one: the time that `nextNs` had. */
  take(): number {
    const takenNs = this.nextNs;
    this.#left--;
    this.nextNs = this.#drawn();
    return takenNs;
  }

  #drawn(): number {
    if (this.#left <= 0) return Number.POSITIVE_INFINITY;
    this.#place += this.#gap();
    const seconds = this.#curve.secondsAt(this.#place);
    if (seconds >= this.#endSeconds || seconds === Number.POSITIVE_INFINITY) {
      this.#left = 0;
      return Number.POSITIVE_INFINITY;
    }
    const ns = Math.round(seconds * 1e9);
    if (ns > LAST_NS) throw tooLate();
    return ns;
  }
}

function tooLate(): Problems {
  return new Problems([{ path: ["workload"], given: "arrivals past 9e6 s", wanted: "a higher rate, fewer requests or a duration" }]);
}

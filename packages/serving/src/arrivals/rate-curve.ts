import type { Streams } from "@tokenyard/random";
import type { ArrivalsSpec } from "@tokenyard/scenario";
import { diurnal } from "./diurnal.ts";
import { onOff } from "./on-off.ts";

/** A rate over time, asked for ever later places. */
export interface RateCurve {
  /** When `requests` have come on average, in seconds; Infinity when so many never come. To be asked in rising order. */
  secondsAt(requests: number): number;
}

/** For `seconds` the rate goes straight from `fromRate` to `toRate`, in requests per second. */
export interface RateSegment {
  readonly seconds: number;
  readonly fromRate: number;
  readonly toRate: number;
}

/** The rate that `arrivals` means; `rate` is its mean, except with stages. On-off times come from the stream `workload/phases`. */
export function rateCurve(arrivals: ArrivalsSpec, rate: number | undefined, streams: Streams): RateCurve {
  if (arrivals.kind === "stages") {
    return new SegmentedRate(arrivals.stages.map((stage) => ({ seconds: stage.duration, fromRate: stage.rate, toRate: stage.rate })));
  }
  if (rate === undefined) throw new Error("arrivals were checked, yet they have no rate");
  switch (arrivals.kind) {
    case "on-off":
      return new SegmentedRate(onOff(arrivals, rate, streams.stream("workload/phases")));
    case "diurnal":
      return new SegmentedRate(diurnal(arrivals, rate));
    default:
      return { secondsAt: (requests) => requests / rate };
  }
}

const LAST_SECONDS = 1e7; // past the last nanosecond

/** Segments one after another, from 0 on. */
export class SegmentedRate implements RateCurve {
  readonly #segments: Iterator<RateSegment>;
  #segment: RateSegment | undefined;
  /** Where the segment begins: in seconds, and in requests that have come before on average. */
  #beginSeconds = 0;
  #before = 0;

  constructor(segments: Iterable<RateSegment>) {
    this.#segments = segments[Symbol.iterator]();
    this.#segment = this.#next();
  }

  secondsAt(requests: number): number {
    while (this.#segment !== undefined && this.#beginSeconds < LAST_SECONDS) {
      const { seconds, fromRate, toRate } = this.#segment;
      const within = ((fromRate + toRate) / 2) * seconds;
      if (requests <= this.#before + within) return this.#beginSeconds + secondsInto(this.#segment, requests - this.#before);
      this.#before += within;
      this.#beginSeconds += seconds;
      this.#segment = this.#next();
    }
    return this.#segment === undefined ? Number.POSITIVE_INFINITY : this.#beginSeconds;
  }

  #next(): RateSegment | undefined {
    const step = this.#segments.next();
    return step.done === true ? undefined : step.value;
  }
}

/** The t with a·t + (b − a)·t²/(2w) = n, written so that nothing cancels; a to b is the rate, w its time. */
function secondsInto({ seconds: w, fromRate: a, toRate: b }: RateSegment, n: number): number {
  if (n <= 0) return 0;
  const root = Math.sqrt(Math.max(0, a * a + (2 * (b - a) * n) / w));
  return Math.min(w, (2 * n) / (a + root));
}

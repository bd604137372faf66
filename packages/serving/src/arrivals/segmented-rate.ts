/** For `seconds` the rate goes straight from `fromRate` to `toRate`, in requests per second. */
export interface RateSegment {
  readonly seconds: number;
  readonly fromRate: number;
  readonly toRate: number;
}

const LAST_SECONDS = 1e7; // past the last nanosecond

/** A rate in consecutive segments, from 0 on. */
export class SegmentedRate {
  readonly #segments: Iterator<RateSegment>;
  #segment: RateSegment | undefined;
  /** Start of the segment: in seconds, and in requests that have arrived before on average. */
  #beginSeconds = 0;
  #before = 0;

  constructor(segments: Iterable<RateSegment>) {
    this.#segments = segments[Symbol.iterator]();
    this.#segment = this.#next();
  }

  /** Seconds until `requests` requests have arrived on average; Infinity if that many never arrive. To be called in rising order. */
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

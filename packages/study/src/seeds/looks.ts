import type { SeedsEstimate } from "./pooled-seeds.ts";

/** Seeds at the first look; each later one has twice as many. */
const FIRST = 16;

/**
 * Looks at growing numbers of seeds until every watched interval is closed and half of it small enough, twice in a row: one look that is narrow by luck
 * would stop too early. Source: docs/statistics.md#stopping.
 */
export class Looks {
  readonly wanted: number;
  /** Paths of a report. */
  readonly watched: readonly string[];
  #next = FIRST;
  #narrow = 0;

  constructor(wanted: number, watched: readonly string[]) {
    this.wanted = wanted;
    this.watched = watched;
  }

  /** Whether two looks in a row were narrow. */
  get reached(): boolean {
    return this.#narrow >= 2;
  }

  /** Whether no seed beyond `count` is needed. */
  isEnough(count: number, estimate: (path: string) => SeedsEstimate | undefined): boolean {
    if (count < this.#next) return false;
    this.#next *= 2;
    this.#narrow = this.watched.every((path) => this.#isNarrow(estimate(path))) ? this.#narrow + 1 : 0;
    return this.reached;
  }

  /** A number that no seed has is as narrow as it gets. */
  #isNarrow(estimate: SeedsEstimate | undefined): boolean {
    if (estimate === undefined) return true;
    const { value, interval } = estimate;
    if (value === Number.POSITIVE_INFINITY) return true;
    if (interval === null) return false;
    const half = (interval.high - interval.low) / 2;
    return half === 0 || half <= this.wanted * Math.abs(value);
  }
}

import { boundText } from "@tokenyard/metrics";
import { Histogram, statsOf } from "@tokenyard/report";

/** Upper bounds of the exported buckets, in milliseconds. */
const BOUNDS_MS: readonly number[] = [0.5, 1, 2, 5, 10, 20, 50, 100, 500, 1000, 10_000];

/** How much later than its instant each token was written: in buckets, as there may be many. */
export class Lag {
  readonly #late = new Histogram(BOUNDS_MS);

  /** `count` tokens were written `lateMs` after their instant. */
  add(lateMs: number, count: number): void {
    this.#late.add(Math.max(0, lateMs), count);
  }

  /** In milliseconds: what half of the tokens and 99 of 100 were not later than, and the longest; 0 without tokens. */
  spreadMs(): { readonly p50: number; readonly p99: number; readonly longest: number } {
    const { p50, p99, max } = statsOf(this.#late.columns()) ?? { p50: 0, p99: 0, max: 0 };
    return { p50, p99, longest: max };
  }

  /** The lag as a histogram of Prometheus. */
  exposition(): string {
    const name = "tokenyard_mock_lag_seconds";
    const counts = new Float64Array(BOUNDS_MS.length + 2);
    this.#late.countBelow(counts);
    const [count, sumMs] = counts.subarray(BOUNDS_MS.length);
    const bounds = [...BOUNDS_MS.map((ms) => boundText(ms / 1000)), "+Inf"];
    return [
      `# HELP ${name} how much later than its simulated instant the mock wrote a token\n# TYPE ${name} histogram\n`,
      ...bounds.map((bound, at) => `${name}_bucket{le="${bound}"} ${counts[at]}\n`),
      `${name}_count ${count}\n${name}_sum ${sumMs! / 1000}\n`,
    ].join("");
  }
}

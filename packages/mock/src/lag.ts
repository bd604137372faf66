/** Upper bounds of the buckets, in milliseconds: from 10 us to 14 s, 10 % apart. */
const BOUNDS_MS: readonly number[] = Array.from({ length: 149 }).reduce<number[]>((all) => [...all, 1.1 * all.at(-1)!], [0.01]);

/** Upper bounds of the exported buckets, in seconds. */
const EXPORTED_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 10];

/** How much later than its instant each token was written: in buckets, as there may be many. */
export class Lag {
  readonly #counts = new Float64Array(BOUNDS_MS.length + 1);
  readonly #exported = new Float64Array(EXPORTED_SECONDS.length + 1);
  #count = 0;
  #sumMs = 0;
  #longestMs = 0;

  /** `count` tokens were written `lateMs` after their instant. */
  add(lateMs: number, count: number): void {
    const ms = Math.max(0, lateMs);
    const at = BOUNDS_MS.findIndex((bound) => ms <= bound);
    this.#counts[at < 0 ? BOUNDS_MS.length : at]! += count;
    const place = EXPORTED_SECONDS.findIndex((bound) => ms <= bound * 1000);
    this.#exported[place < 0 ? EXPORTED_SECONDS.length : place]! += count;
    this.#count += count;
    this.#sumMs += ms * count;
    this.#longestMs = Math.max(this.#longestMs, ms);
  }

  get count(): number {
    return this.#count;
  }

  get longestMs(): number {
    return this.#longestMs;
  }

  /** What a share of the tokens was not later than, at most 10 % too long; 0 without tokens. */
  quantileMs(share: number): number {
    let left = Math.ceil(share * this.#count);
    for (const [at, bound] of BOUNDS_MS.entries()) {
      left -= this.#counts[at]!;
      if (left <= 0) return Math.min(bound, this.#longestMs);
    }
    return this.#longestMs;
  }

  /** The lag as a histogram of Prometheus. */
  exposition(): string {
    const name = "tokenyard_mock_lag_seconds";
    let sum = 0;
    const lines = [...EXPORTED_SECONDS, "+Inf"].map((bound, at) => {
      sum += this.#exported[at]!;
      return `${name}_bucket{le="${bound}"} ${sum}\n`;
    });
    return [
      `# HELP ${name} how much later than its simulated instant the mock wrote a token\n# TYPE ${name} histogram\n`,
      ...lines,
      `${name}_count ${this.#count}\n${name}_sum ${this.#sumMs / 1000}\n`,
    ].join("");
  }
}

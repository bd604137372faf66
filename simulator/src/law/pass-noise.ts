import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { FactsOfLaw } from "./law-facts.ts";
import { LawNoise, type Spread } from "./law-noise.ts";

/** Random deviations of consecutive passes on a stage from the law's mean of their routed layers. */
export class PassNoise {
  readonly #noise: LawNoise;
  readonly #stage: number;
  #spread: Spread = { sigmaNs: 0, skew: 0 };
  #offset = 0;
  #known = 0;
  #moreNs = new Float64Array(8);

  constructor(noise: LawNoise, stage: number) {
    this.#noise = noise;
    this.#stage = stage;
  }

  /** Noise of other passes on the stage, which run beside these. */
  another(): PassNoise {
    return new PassNoise(this.#noise, this.#stage);
  }

  /** Passes of `microBatch` with these facts begin, the first of which is number `first` of it. */
  begin({ law }: FactsOfLaw, { number }: MicroBatch, first: number): void {
    this.#spread = law!.spread;
    this.#offset = LawNoise.offset(this.#stage, number) + first;
    this.#known = 0;
  }

  /** Nanoseconds of pass number `i`. */
  ns(i: number): number {
    return this.#noise.ns(this.#spread, this.#offset, i);
  }

  /** [passes] nanoseconds of the first `passes`; overwritten by the next call. */
  upTo(passes: number): Float64Array {
    if (passes > this.#moreNs.length) {
      const grownColumn = new Float64Array(2 * passes);
      grownColumn.set(this.#moreNs);
      this.#moreNs = grownColumn;
    }
    for (; this.#known < passes; this.#known++) this.#moreNs[this.#known] = this.ns(this.#known);
    return this.#moreNs;
  }

  /** Sum over the first `passes` of `moreNs`. */
  sum(moreNs: Float64Array, passes: number): number {
    let sum = 0;
    for (let i = 0; i < passes; i++) sum += moreNs[i]!;
    return sum;
  }
}

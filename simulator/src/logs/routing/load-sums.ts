import { CountedTally, type SummedRouting } from "@tokenyard/report";
import { addRatio, addToEach, createRatioSums, type RatioSums, ratiosOf } from "./ratio-sums.ts";

const VARIANCE = 0;
const MOST = 1;

/** How uneven the layers of passes were, added up: the same in whatever order, and however many at once, they are recorded. */
export class LoadSums {
  readonly #loadVariance = new CountedTally();
  /** Sums over all layers of load variances, and of ratios of the fullest expert to the mean. */
  readonly #all = createRatioSums(2);
  readonly #layerVariance: RatioSums;
  readonly #layerCount: Float64Array;
  /** Variances of passes that every layer saw, for each. */
  readonly #alikeVariance = createRatioSums(1);
  #alikeCount = 0;

  constructor(layers: number) {
    this.#layerVariance = createRatioSums(layers);
    this.#layerCount = new Float64Array(layers);
  }

  add(row: number, variance: number, most: number, passes: number): void {
    this.#addToAll(variance, most, passes);
    addRatio(this.#layerVariance, row, variance, passes);
    this.#layerCount[row] = this.#layerCount[row]! + passes;
  }

  /** Adds `passes` passes in each layer of `rows`. */
  addAlike(rows: readonly number[], variance: number, most: number, passes: number): void {
    const layers = rows.length;
    this.#addToAll(variance, most, passes * layers);
    if (layers === this.#layerCount.length) {
      addRatio(this.#alikeVariance, 0, variance, passes);
      this.#alikeCount += passes;
      return;
    }
    for (let i = 0; i < layers; i++) {
      addRatio(this.#layerVariance, rows[i]!, variance, passes);
      this.#layerCount[rows[i]!]! += passes;
    }
  }

  /** Columns of the sums; to be called once, at the end. */
  columns(): SummedRouting {
    addToEach(this.#layerVariance, this.#alikeVariance);
    return {
      loadVariance: this.#loadVariance.columns(ratiosOf(this.#all, VARIANCE)),
      maxOverMean: ratiosOf(this.#all, MOST),
      layerVariance: this.#layerCount.map((_, row) => ratiosOf(this.#layerVariance, row)),
      layerCount: this.#layerCount.map((count) => count + this.#alikeCount),
    };
  }

  #addToAll(variance: number, most: number, times: number): void {
    this.#loadVariance.add(variance, times);
    addRatio(this.#all, VARIANCE, variance, times);
    addRatio(this.#all, MOST, most, times);
  }
}

import { loadVariance, maxOverMean, varianceOfSums } from "@tokenyard/model";
import { Histogram, type RankLoads } from "@tokenyard/report";
import { addRatio, addRatioToEach, createRatioSums, type RatioSums, ratiosOf } from "./ratio-sums.ts";

const VARIANCE = 0;
const MOST = 1;

/** How uneven layers of passes were by experts' rank. */
export class RankLoadLog {
  readonly #loadVariance = new Histogram();
  /** Over all layers: load variances, and the fullest over the mean. */
  readonly #all = createRatioSums(2);
  readonly #layerVariance: RatioSums;
  readonly #layerMost: RatioSums;
  readonly #layerCount: Float64Array;

  constructor(layers: number) {
    this.#layerVariance = createRatioSums(layers);
    this.#layerMost = createRatioSums(layers);
    this.#layerCount = new Float64Array(layers);
  }

  /** `loads` [experts' ranks]: kept copies for each rank, in `times` passes through layer number `row`. A single rank is not recorded. */
  add(row: number, loads: Float64Array, times: number): void {
    let sum = 0;
    let squares = 0;
    let fullest = 0;
    for (let e = 0; e < loads.length; e++) {
      const load = loads[e]!;
      sum += load;
      squares += load * load;
      if (load > fullest) fullest = load;
    }
    if (loads.length < 2 || sum === 0) return;
    const most = fullest / (sum / loads.length);
    const variance = (Number.isInteger(squares) ? varianceOfSums(sum, squares, loads.length) : undefined) ?? loadVariance(loads, sum);
    this.addLoad(row, variance, most, times);
  }

  /** Adds loads with this variance, the largest of which is `most` times the mean. */
  addLoad(row: number, variance: number, most: number, times: number): void {
    this.#addToAll(variance, most, times);
    addRatio(this.#layerVariance, row, variance, times);
    addRatio(this.#layerMost, row, most, times);
    this.#layerCount[row] = this.#layerCount[row]! + times;
  }

  /** Adds loads of each of the layers number `rows`. */
  addAlike(rows: readonly number[], loads: Float64Array, times: number): void {
    const most = maxOverMean(loads);
    if (loads.length < 2 || most === 0) return;
    const variance = loadVariance(loads);
    this.#addToAll(variance, most, times * rows.length);
    addRatioToEach(this.#layerVariance, rows, variance, times);
    addRatioToEach(this.#layerMost, rows, most, times);
    for (let at = 0; at < rows.length; at++) this.#layerCount[rows[at]!] = this.#layerCount[rows[at]!]! + times;
  }

  columns(): RankLoads {
    return {
      loadVariance: { ...this.#loadVariance.columns(), sum: ratiosOf(this.#all, VARIANCE) },
      maxOverMean: ratiosOf(this.#all, MOST),
      layerVariance: this.#layerCount.map((_, row) => ratiosOf(this.#layerVariance, row)),
      layerMost: this.#layerCount.map((_, row) => ratiosOf(this.#layerMost, row)),
      layerCount: this.#layerCount,
    };
  }

  #addToAll(variance: number, most: number, times: number): void {
    this.#loadVariance.add(variance, times);
    addRatio(this.#all, VARIANCE, variance, times);
    addRatio(this.#all, MOST, most, times);
  }
}

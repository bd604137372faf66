import { loadVariance, maxOverMean, varianceOfSums } from "@tokenyard/model";
import { Histogram, type RankLoads } from "@tokenyard/report";

/** How uneven layers of passes were by experts' rank. */
export class RankLoadLog {
  readonly #loadVariance = new Histogram();
  #maxOverMean = 0;
  readonly #layerVariance: Float64Array;
  readonly #layerMost: Float64Array;
  readonly #layerCount: Float64Array;

  constructor(layers: number) {
    this.#layerVariance = new Float64Array(layers);
    this.#layerMost = new Float64Array(layers);
    this.#layerCount = new Float64Array(layers);
  }

  /** `loads` [experts' ranks]: kept copies for each rank, in so many passes through layer number `row`. One rank alone is no observation. */
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
    this.#addToAll(variance, most, times);
    this.#addToLayer(row, variance, most, times);
  }

  /** The same through each of the layers number `rows`. */
  addAlike(rows: readonly number[], loads: Float64Array, times: number): void {
    const most = maxOverMean(loads);
    if (loads.length < 2 || most === 0) return;
    const variance = loadVariance(loads);
    this.#addToAll(variance, most, times * rows.length);
    for (let at = 0; at < rows.length; at++) this.#addToLayer(rows[at]!, variance, most, times);
  }

  columns(): RankLoads {
    return {
      loadVariance: this.#loadVariance.columns(),
      maxOverMean: this.#maxOverMean,
      layerVariance: this.#layerVariance,
      layerMost: this.#layerMost,
      layerCount: this.#layerCount,
    };
  }

  #addToAll(variance: number, most: number, times: number): void {
    this.#loadVariance.add(variance, times);
    this.#maxOverMean += most * times;
  }

  #addToLayer(row: number, variance: number, most: number, times: number): void {
    this.#layerVariance[row] = this.#layerVariance[row]! + variance * times;
    this.#layerMost[row] = this.#layerMost[row]! + most * times;
    this.#layerCount[row] = this.#layerCount[row]! + times;
  }
}

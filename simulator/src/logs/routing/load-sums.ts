import { Histogram } from "@tokenyard/report";

/** How uneven the layers of passes were, added up: beyond so many passes they are not kept one by one. */
export class LoadSums {
  readonly #loadVariance = new Histogram();
  readonly #layerVariance: Float64Array;
  readonly #layerCount: Float64Array;
  #maxOverMean = 0;
  #alikeVariance = 0;
  #alikeCount = 0;

  constructor(layers: number) {
    this.#layerVariance = new Float64Array(layers);
    this.#layerCount = new Float64Array(layers);
  }

  add(row: number, variance: number, most: number, passes: number): void {
    this.#loadVariance.add(variance, passes);
    this.#maxOverMean += most * passes;
    this.#layerVariance[row] = this.#layerVariance[row]! + variance * passes;
    this.#layerCount[row] = this.#layerCount[row]! + passes;
  }

  /** So many passes, in each layer of `rows`. */
  addAlike(rows: readonly number[], variance: number, most: number, passes: number): void {
    const layers = rows.length;
    this.#loadVariance.add(variance, passes * layers);
    this.#maxOverMean += most * passes * layers;
    if (layers === this.#layerCount.length) {
      this.#alikeVariance += variance * passes;
      this.#alikeCount += passes;
      return;
    }
    for (let i = 0; i < layers; i++) {
      this.#layerVariance[rows[i]!]! += variance * passes;
      this.#layerCount[rows[i]!]! += passes;
    }
  }

  columns() {
    return {
      loadVariance: this.#loadVariance.columns(),
      maxOverMean: this.#maxOverMean,
      layerVariance: this.#layerVariance.map((sum) => sum + this.#alikeVariance),
      layerCount: this.#layerCount.map((count) => count + this.#alikeCount),
    };
  }
}

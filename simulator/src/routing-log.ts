import { loadVariance, maxOverMean } from "@tokenyard/model";
import { type PhaseRouting, Tally } from "@tokenyard/report";

/** Observations that are kept one by one; beyond, they are added up. */
const MOST_KEPT = 1 << 20;

/** What one phase's routing came to: copies by layer and expert, and how uneven each layer of each pass was. */
export class RoutingLog {
  readonly #layers: readonly number[];
  readonly #rowOf: ReadonlyMap<number, number>;
  readonly #experts: number;
  readonly #tokens: Float64Array;
  readonly #dropped: Float64Array;
  #routed = 0;
  #layer: number[] = [];
  #loadVariance: number[] = [];
  #maxOverMean: number[] = [];
  #summed: Sums | undefined;

  /** `layers`: ids of the layers with experts. */
  constructor(layers: readonly number[], experts: number) {
    this.#layers = layers;
    this.#rowOf = new Map(layers.map((layer, row) => [layer, row]));
    this.#experts = experts;
    this.#tokens = new Float64Array(layers.length * experts);
    this.#dropped = new Float64Array(layers.length);
  }

  /** `counts` [experts]: copies routed to each expert in one pass through `layer`, before any are dropped. */
  add(layer: number, counts: Float64Array, dropped: number): void {
    const sum = this.#count(layer, counts, dropped, 1);
    if (sum === 0) return;
    if (this.#summed !== undefined) {
      this.#summed.add(this.#rowOf.get(layer)!, loadVariance(counts), maxOverMean(counts), 1);
      return;
    }
    this.#layer.push(layer);
    this.#loadVariance.push(loadVariance(counts));
    this.#maxOverMean.push(maxOverMean(counts));
    if (this.#layer.length >= MOST_KEPT) this.#addUp();
  }

  /** As `passes` calls of `add` for each of `layers`; from now on observations are added up. */
  addAlike(layers: readonly number[], counts: Float64Array, dropped: number, passes: number): void {
    const summed = this.#addUp();
    const variance = loadVariance(counts);
    const most = maxOverMean(counts);
    for (const layer of layers) {
      if (this.#count(layer, counts, dropped, passes) > 0) summed.add(this.#rowOf.get(layer)!, variance, most, passes);
    }
  }

  columns(): PhaseRouting {
    const dropped = this.#dropped.reduce((sum, n) => sum + n, 0);
    return {
      routed: this.#routed,
      kept: this.#routed - dropped,
      dropped,
      layers: Int32Array.from(this.#layers),
      experts: this.#experts,
      tokens: this.#tokens,
      droppedPerLayer: this.#dropped,
      observations: {
        layer: Int32Array.from(this.#layer),
        loadVariance: Float64Array.from(this.#loadVariance),
        maxOverMean: Float64Array.from(this.#maxOverMean),
      },
      ...(this.#summed === undefined ? {} : { summed: this.#summed.columns() }),
    };
  }

  /** Adds to the copies; returns those of one pass. */
  #count(layer: number, counts: Float64Array, dropped: number, passes: number): number {
    const row = this.#rowOf.get(layer)!;
    let sum = 0;
    for (let e = 0; e < this.#experts; e++) {
      this.#tokens[row * this.#experts + e] = this.#tokens[row * this.#experts + e]! + counts[e]! * passes;
      sum += counts[e]!;
    }
    this.#routed += sum * passes;
    this.#dropped[row] = this.#dropped[row]! + dropped * passes;
    return sum;
  }

  #addUp(): Sums {
    if (this.#summed !== undefined) return this.#summed;
    this.#summed = new Sums(this.#layers.length);
    for (const [at, layer] of this.#layer.entries())
      this.#summed.add(this.#rowOf.get(layer)!, this.#loadVariance[at]!, this.#maxOverMean[at]!, 1);
    this.#layer = [];
    this.#loadVariance = [];
    this.#maxOverMean = [];
    return this.#summed;
  }
}

class Sums {
  readonly #loadVariance = Tally.histogram();
  readonly #layerVariance: Float64Array;
  readonly #layerCount: Float64Array;
  #maxOverMean = 0;

  constructor(layers: number) {
    this.#layerVariance = new Float64Array(layers);
    this.#layerCount = new Float64Array(layers);
  }

  add(row: number, variance: number, most: number, times: number): void {
    this.#loadVariance.add(variance, times);
    this.#maxOverMean += most * times;
    this.#layerVariance[row] = this.#layerVariance[row]! + variance * times;
    this.#layerCount[row] = this.#layerCount[row]! + times;
  }

  columns() {
    return {
      loadVariance: this.#loadVariance.columns(),
      maxOverMean: this.#maxOverMean,
      layerVariance: this.#layerVariance,
      layerCount: this.#layerCount,
    };
  }
}

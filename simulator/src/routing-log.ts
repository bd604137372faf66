import { loadVariance, maxOverMean } from "@tokenyard/model";
import type { PhaseRouting } from "@tokenyard/report";

/** What one phase's routing came to: copies by layer and expert, and how uneven each layer of each pass was. */
export class RoutingLog {
  readonly #layers: readonly number[];
  readonly #rowOf: ReadonlyMap<number, number>;
  readonly #experts: number;
  readonly #tokens: Float64Array;
  readonly #dropped: Float64Array;
  #routed = 0;
  readonly #layer: number[] = [];
  readonly #loadVariance: number[] = [];
  readonly #maxOverMean: number[] = [];

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
    const row = this.#rowOf.get(layer)!;
    let sum = 0;
    for (let e = 0; e < this.#experts; e++) {
      this.#tokens[row * this.#experts + e] = this.#tokens[row * this.#experts + e]! + counts[e]!;
      sum += counts[e]!;
    }
    if (sum === 0) return;
    this.#routed += sum;
    this.#dropped[row] = this.#dropped[row]! + dropped;
    this.#layer.push(layer);
    this.#loadVariance.push(loadVariance(counts));
    this.#maxOverMean.push(maxOverMean(counts));
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
    };
  }
}

import { type Fates, type FatesByExpert, type Lists, loadVariance, maxOverMean, type Overflow, varianceOfSums } from "@tokenyard/model";
import type { PhaseRouting } from "@tokenyard/report";
import { BatchLog } from "../requests/batch-log.ts";
import { AlikeCopies } from "./alike-copies.ts";
import type { FatesLog } from "./fates-log.ts";
import { LoadSums } from "./load-sums.ts";
import { RankLoadLog } from "./rank-load-log.ts";
import type { AlikeRouting, UnevenLoad } from "./routed-load.ts";

/** Totals of one phase's routing: copies by layer and expert, and the unevenness of each layer of each pass. */
export class RoutingLog {
  readonly #layers: readonly number[];
  /** [layers of the model] −1 without experts */
  readonly #rowOf: Int32Array;
  readonly #experts: number;
  readonly #tokens: Float64Array;
  readonly #dropped: Float64Array;
  /** Undefined where the overflow policy does no such thing. */
  readonly #rerouted: Float64Array | undefined;
  readonly #masked: Float64Array | undefined;
  /** Counts of layers that route alike, by the list of these layers. */
  readonly #alike = new Map<readonly number[], AlikeCopies>();
  readonly #ranks: RankLoadLog;
  /** If the fates of copies are requested expert by expert. */
  readonly #fates: FatesLog | undefined;
  /** Batches of gates that draw, if copies may be dropped. */
  readonly #batches: BatchLog | undefined;
  #routed = 0;
  /** Whether loads were added that are of no pass of the run. */
  #isByLaw = false;
  // Of the copies that were counted last:
  #squares = 0;
  #most = 0;
  /** Capacity factors, where they move, and how often each was in force: stages record them in any order. */
  readonly #factors = new Map<number, number>();
  readonly #loads: LoadSums;

  /** `layers`: ids of the layers with experts. `varies`: whether the number of dropped copies is random. */
  constructor(
    layers: readonly number[],
    experts: number,
    overflow?: Pick<Overflow, "reroutes" | "masks">,
    varies = false,
    fates?: FatesLog,
  ) {
    this.#fates = fates;
    this.#layers = layers;
    this.#rowOf = new Int32Array(layers.reduce((most, layer) => Math.max(most, layer), -1) + 1).fill(-1);
    for (const [row, layer] of layers.entries()) this.#rowOf[layer] = row;
    this.#experts = experts;
    this.#tokens = new Float64Array(layers.length * experts);
    this.#dropped = new Float64Array(layers.length);
    if (overflow?.reroutes) this.#rerouted = new Float64Array(layers.length);
    if (overflow?.masks) this.#masked = new Float64Array(layers.length);
    if (varies) this.#batches = new BatchLog();
    this.#ranks = new RankLoadLog(layers.length);
    this.#loads = new LoadSums(layers.length);
  }

  /**
   * `counts` [experts]: copies routed to each expert in one pass through `layer`, before any are over capacity, and the `fates` of these; `rankRows`
   * [experts' ranks]: those that are computed, by the rank that they went to; `capacityFactor` where it moves; `fatesOf`: the fates by expert; `chosen` lists experts that have copies, where that is
   * known; they are added to `window` [experts], too.
   */
  add(
    layer: number,
    counts: Float64Array,
    fates: Fates,
    rankRows: Float64Array,
    capacityFactor?: number,
    fatesOf?: FatesByExpert | undefined,
    chosen?: Lists | undefined,
    window?: Float64Array | undefined,
  ): void {
    if (fatesOf !== undefined) this.#fates?.add(this.#rowOf[layer]!, fatesOf, 1);
    if (capacityFactor !== undefined) this.#factors.set(capacityFactor, (this.#factors.get(capacityFactor) ?? 0) + 1);
    this.#ranks.add(this.#rowOf[layer]!, rankRows, 1);
    const sum = this.#count(layer, counts, fates, chosen, window);
    if (sum === 0) return;
    const variance = varianceOfSums(sum, this.#squares, counts.length) ?? loadVariance(counts, sum);
    this.#loads.add(this.#rowOf[layer]!, variance, this.#most / (sum / counts.length), 1);
  }

  /** One more micro-batch has come through the layer `key` of a stage, and routed `counts`. */
  follow(key: number, counts: Float64Array, { dropped }: Fates): void {
    if (this.#batches === undefined) return;
    let routed = 0;
    for (let e = 0; e < counts.length; e++) routed += counts[e]!;
    this.#batches.add(key, routed, dropped);
  }

  /** Same as `passes` calls of `add` for each of `layers`. */
  addAlike(layers: readonly number[], { routed: counts, fates, rankRows, maskedOf }: AlikeRouting, passes: number): void {
    const alike = this.#alikeOf(layers);
    if (maskedOf !== undefined && fates.masked > 0) this.#fates?.addMasked(alike.rows, maskedOf, passes);
    this.#ranks.addAlike(alike.rows, rankRows, passes);
    let sum = 0;
    for (let e = 0; e < this.#experts; e++) sum += counts[e]!;
    if (sum === 0) return;
    this.#routed += sum * passes * layers.length;
    alike.add(counts, fates, passes);
    this.#loads.addAlike(alike.rows, loadVariance(counts), maxOverMean(counts), passes);
  }

  /** Adds copies of `layer`, of many passes, with their fates, but not their unevenness. */
  addCopies(layer: number, counts: Float64Array, fates: Fates): void {
    this.#count(layer, counts, fates, undefined, undefined);
  }

  /** Adds the unevenness of each of `layers` in `passes` passes. */
  addLoads(layers: readonly number[], { variance, most, rankVariance, rankMost }: UnevenLoad, passes: number): void {
    this.#isByLaw = true;
    for (const layer of layers) {
      const row = this.#rowOf[layer]!;
      this.#loads.add(row, variance, most, passes);
      if (rankVariance !== undefined) this.#ranks.addLoad(row, rankVariance, rankMost, passes);
    }
  }

  columns(): PhaseRouting {
    for (const alike of this.#alike.values()) alike.spread(this.#tokens, this.#dropped, this.#masked);
    const total = (perLayer: Float64Array | undefined) => perLayer?.reduce((sum, n) => sum + n, 0) ?? 0;
    const dropped = total(this.#dropped);
    return {
      routed: this.#routed,
      kept: this.#routed - dropped - total(this.#rerouted) - total(this.#masked),
      dropped,
      layers: Int32Array.from(this.#layers),
      experts: this.#experts,
      tokens: this.#tokens,
      droppedPerLayer: this.#dropped,
      ...(this.#rerouted === undefined ? {} : { reroutedPerLayer: this.#rerouted }),
      ...(this.#factors.size === 0 ? {} : { capacityFactor: meanOf(this.#factors) }),
      ...(this.#masked === undefined ? {} : { maskedPerLayer: this.#masked }),
      loads: this.#loads.columns(),
      ranks: this.#ranks.columns(),
      ...(this.#isByLaw ? { isByLaw: true } : {}),
      ...(this.#fates === undefined ? {} : { fates: this.#fates.columns() }),
      ...(this.#batches === undefined ? {} : { batches: this.#batches.columns() }),
    };
  }

  /** Adds the copies of a layer and returns their number; sets `#squares` and `#most`. */
  #count(
    layer: number,
    counts: Float64Array,
    { rerouted, dropped, masked }: Fates,
    chosen: Lists | undefined,
    window: Float64Array | undefined,
  ): number {
    const row = this.#rowOf[layer]!;
    const tokens = this.#tokens;
    const first = row * this.#experts;
    let sum = 0;
    let squares = 0;
    let most = 0;
    const count = chosen === undefined ? counts.length : chosen.lengths[0]!;
    for (let i = 0; i < count; i++) {
      const e = chosen === undefined ? i : chosen.places[i]!;
      const copies = counts[e]!;
      tokens[first + e]! += copies;
      if (window !== undefined) window[e]! += copies;
      sum += copies;
      squares += copies * copies;
      if (copies > most) most = copies;
    }
    this.#squares = squares;
    this.#most = most;
    this.#routed += sum;
    this.#dropped[row] = this.#dropped[row]! + dropped;
    if (this.#rerouted !== undefined) this.#rerouted[row] = this.#rerouted[row]! + rerouted;
    if (this.#masked !== undefined) this.#masked[row] = this.#masked[row]! + masked;
    return sum;
  }

  #alikeOf(layers: readonly number[]): AlikeCopies {
    const known = this.#alike.get(layers);
    if (known !== undefined) return known;
    const rows = layers.map((layer) => this.#rowOf[layer]!);
    const made = new AlikeCopies(rows, this.#experts);
    this.#alike.set(layers, made);
    return made;
  }
}

/** Mean of values with their numbers of occurrences, summed in their order. */
function meanOf(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  let all = 0;
  for (const [value, count] of [...counts].sort(([a], [b]) => a - b)) {
    sum += value * count;
    all += count;
  }
  return sum / all;
}

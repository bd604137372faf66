import { loadVariance } from "@tokenyard/model";
import { Histogram, type WindowColumns } from "@tokenyard/report";

/** Copies for a layer of a stage in the current window. */
interface Window {
  readonly experts: Float64Array;
  readonly ranks: Float64Array;
  passes: number;
  /** Sums of the load variances of those that are over: stages record theirs in any order. */
  expert: number;
  rank: number;
  /** Whether one before it was full. */
  isNext: boolean;
}

/**
 * Loads of each layer of each stage, summed over windows of micro-batches, and the unevenness of these sums: the part that remains after
 * averaging. The last window of a layer counts only if it is its first, or full.
 */
export class WindowLog {
  readonly microBatches: number;
  /** [layers of all stages] */
  readonly #windows: (Window | undefined)[] = [];
  readonly #expert = new Histogram();
  readonly #rank = new Histogram();
  #count = 0;
  /** Sums over windows that were added directly. */
  readonly #sums = { expert: 0, rank: 0 };
  #isByLaw = false;

  constructor(microBatches: number) {
    this.microBatches = microBatches;
  }

  /** Sums [experts] of the current window of a layer, recorded under stage `key`: to be increased before `pass`. */
  expertsOf(key: number, experts: number, ranks: number): Float64Array {
    return (this.#windows[key] ?? this.#open(key, experts, ranks)).experts;
  }

  /** Ends one more micro-batch, whose ranks computed `rankRows` [experts' ranks]. */
  pass(key: number, rankRows: Float64Array): void {
    const window = this.#windows[key]!;
    const { ranks } = window;
    for (let e = 0; e < ranks.length; e++) ranks[e] = ranks[e]! + rankRows[e]!;
    window.passes++;
    if (window.passes === this.microBatches) this.#close(window);
  }

  /** Adds `windows` windows with these load variances, of experts and, if there are several, of ranks. */
  add(expert: number, rank: number | undefined, windows: number): void {
    this.#count += windows;
    this.#isByLaw = true;
    this.#expert.add(expert, windows);
    this.#sums.expert += expert * windows;
    if (rank === undefined) return;
    this.#rank.add(rank, windows);
    this.#sums.rank += rank * windows;
  }

  /** Undefined if nothing was recorded. */
  columns(): WindowColumns | undefined {
    const windows = this.#windows.filter((window) => window !== undefined);
    for (const window of windows) if (!window.isNext && window.passes > 0) this.#close(window);
    if (this.#count === 0) return undefined;
    const sum = (of: "expert" | "rank") => windows.reduce((total, window) => total + window[of], this.#sums[of]);
    return {
      microBatches: this.microBatches,
      ...(this.#isByLaw ? { isByLaw: true } : {}),
      expert: { ...this.#expert.columns(), sum: sum("expert") },
      rank: { ...this.#rank.columns(), sum: sum("rank") },
    };
  }

  #open(key: number, experts: number, ranks: number): Window {
    const window = { experts: new Float64Array(experts), ranks: new Float64Array(ranks), passes: 0, expert: 0, rank: 0, isNext: false };
    while (this.#windows.length <= key) this.#windows.push(undefined);
    this.#windows[key] = window;
    return window;
  }

  #close(window: Window): void {
    const { experts, ranks } = window;
    const variance = loadVariance(experts);
    this.#expert.add(variance, 1);
    window.expert += variance;
    if (ranks.length > 1) {
      const ofRanks = loadVariance(ranks);
      this.#rank.add(ofRanks, 1);
      window.rank += ofRanks;
    }
    this.#count++;
    experts.fill(0);
    ranks.fill(0);
    window.passes = 0;
    window.isNext = true;
  }
}

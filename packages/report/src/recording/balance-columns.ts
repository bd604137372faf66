import type { TallyColumns } from "../statistics/tally-columns.ts";

// Destinations of copies, their evenness, and the reactions to it, as columns of a recording.

/** Routing of the copies of one phase; empty columns for a model without experts. */
export interface PhaseRouting {
  readonly routed: number;
  /** By the experts that they were routed to first. */
  readonly kept: number;
  readonly dropped: number;
  /** [layers] ids of the layers with experts */
  readonly layers: Int32Array;
  readonly experts: number;
  /** [layers × experts] copies routed, before overflow */
  readonly tokens: Float64Array;
  /** [layers] */
  readonly droppedPerLayer: Float64Array;
  /** [layers], where copies over capacity may go to other experts */
  readonly reroutedPerLayer?: Float64Array;
  /** Mean over layers and micro-batches, where it moves. */
  readonly capacityFactor?: number;
  /** [layers], where they may be masked by lot */
  readonly maskedPerLayer?: Float64Array;
  /** Sums over passes of each layer and micro-batch that routed any copies. */
  readonly loads: SummedRouting;
  readonly ranks: RankLoads;
  /** Fates of copies by expert, if the scenario requests them. */
  readonly fates?: FateColumns;
  /** Whether loads are those of draws beside the run: the most uneven is not known. */
  readonly isByLaw?: true;
  /** Batches of gates that draw, if copies may be dropped. */
  readonly batches?: BatchColumns;
}

/** Fates of copies, all [layers × experts]; copies of `tokens` without an entry are kept. */
export interface FateColumns {
  /** Rerouted copies by the expert that they went to instead. */
  readonly reroutedIn: Float64Array;
  /** Rerouted copies by the expert that the gate chose. */
  readonly reroutedOut: Float64Array;
  readonly dropped: Float64Array;
  readonly masked: Float64Array;
}

/** Copies by batches of consecutive micro-batches. */
export interface BatchColumns {
  readonly microBatches: number;
  /** [batches] */
  readonly routed: Float64Array;
  readonly dropped: Float64Array;
}

/** Error of the law of uneven experts, in shares of the time of routed layers. */
export interface LawColumns {
  readonly standardError: number;
  /** Exact passes against the law; null where there are too few. */
  readonly check: { readonly passes: number; readonly mean: number; readonly standardError: number } | null;
}

/** How experts were moved, over all stages and replicas. */
export interface RebalanceColumns {
  /** Evaluations of a layer's loads in a window. */
  readonly windows: number;
  /** Windows after which experts moved. */
  readonly rebalances: number;
  /** Experts that ranks got. */
  readonly moves: number;
  readonly bytes: number;
  /** Sum of the times of the slowest rank of each move. */
  readonly moveNs: number;
  /** Time of the fullest rank's experts, over all visits: with the placement of the start, the actual one, and the best one found. */
  readonly stillNs: number;
  readonly reachedNs: number;
  readonly bestNs: number;
  /** Sums over windows of the fullest rank over the mean: with the placement of the start, the actual one, and the best one found. */
  readonly still: number;
  readonly reached: number;
  readonly best: number;
}

/** Unevenness of layers of passes by the experts' ranks that copies went to; empty if a layer has one rank. */
export interface RankLoads {
  readonly loadVariance: TallyColumns;
  /** Sum over the observations. */
  readonly maxOverMean: number;
  /** [layers] the same, summed, and how many they are */
  readonly layerVariance: Float64Array;
  readonly layerMost: Float64Array;
  readonly layerCount: Float64Array;
}

/** How evenly the ranks of experts were loaded in the first and the last window of each layer: the fullest over the mean, the mean over stages and replicas. */
export interface RebalancedLayers {
  readonly layers: Int32Array;
  /** [layers] in the first window, before any expert moved */
  readonly first: Float64Array;
  /** [layers] in the last window, where experts were by then, and where they were at the start */
  readonly last: Float64Array;
  readonly lastUnmoved: Float64Array;
}

/** Load variances of what a layer received in windows of consecutive micro-batches. */
export interface WindowColumns {
  readonly microBatches: number;
  /** Same meaning as in `PhaseRouting`. */
  readonly isByLaw?: true;
  readonly expert: TallyColumns;
  readonly rank: TallyColumns;
}

/** Lookups of experts on the ranks that have tokens for them, and the cost of misses. */
export interface ExpertCacheColumns {
  readonly hits: number;
  readonly misses: number;
  /** Misses that were loaded, bytes of them on all ranks, and misses that the host computed. */
  readonly loads: number;
  readonly bytes: number;
  readonly onHost: number;
  /** Sum of the times that ranks waited. */
  readonly waitNs: number;
  /** Guessed experts, if any are prefetched. */
  readonly prefetch?: PrefetchColumns;
}

/** Experts that were guessed before their layer's gate had chosen. */
export interface PrefetchColumns {
  readonly guesses: number;
  readonly right: number;
  /** Misses that were loaded completely before they were needed. */
  readonly ahead: number;
  /** Loaded before they were needed, on all ranks; and of these, of experts that were not needed, or not from there. */
  readonly bytes: number;
  readonly wastedBytes: number;
}

/** Bytes that dispatch and combine bring from rank to rank. */
export interface TrafficColumns {
  readonly sameRank: number;
  /** [nodes × nodes] from row to column, those on each node included */
  readonly nodes: Float64Array;
  readonly hottest: readonly { readonly from: number; readonly to: number; readonly bytes: number }[];
  /**
   * Copies that were examined: all, those that went to another node, and those that would have with experts placed where they are requested
   * most.
   */
  readonly looked: number;
  readonly crossed: number;
  readonly crossedAware: number;
}

/** How uneven the passes through layers were, added up. */
export interface SummedRouting {
  readonly loadVariance: TallyColumns;
  readonly maxOverMean: number;
  /** [layers] sum of the load variances, and their number */
  readonly layerVariance: Float64Array;
  readonly layerCount: Float64Array;
}

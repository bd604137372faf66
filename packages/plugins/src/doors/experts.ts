import type { Eviction, Overflow, TokenRouter } from "@tokenyard/model";
import type { ModelSpec } from "@tokenyard/scenario";
import type { OwnChance, Settled, Wrapping } from "./settled.ts";

/** A gate, which chooses the experts of the tokens of each source. */
export interface GatePolicy<Settings> extends Wrapping<Settings> {
  /** `builtIn` makes the gate that stands in for it; none that chooses by the classes of requests, or deals copies out. */
  create(settings: Settings, model: ModelSpec, builtIn: () => TokenRouter): Omit<TokenRouter, "kind">;
}

/** What happens to copies that an expert has no room for. */
export interface OverflowPolicy<Settings> extends Wrapping<Settings> {
  /** `builtIn` makes what stands in for it. */
  create(settings: Settings, builtIn: () => Overflow): Omit<Overflow, "kind">;
}

/** On which ranks experts lie. */
export interface PlacementPolicy<Settings> extends Wrapping<Settings> {
  /** `builtIn` makes what stands in for it. */
  create(settings: Settings, model: ModelSpec, chance: OwnChance, builtIn: () => PlacingPolicy): PlacingPolicy;
}

export interface PlacingPolicy {
  /** [ranks][slots] numbers of experts, −1 for none: each at least once. */
  place(layer: PlacedLayer): readonly (readonly number[])[];
}

export interface PlacedLayer {
  readonly layer: number;
  readonly experts: number;
  /** Ranks that hold experts, of a stage. */
  readonly ranks: number;
  /** [experts] expected shares of the layer's copies; undefined if they are unknown, or equal. */
  readonly shares: ArrayLike<number> | undefined;
}

/** To which ranks experts move while requests run. */
export interface RebalancePolicy<Settings> extends Settled<Settings> {
  /** A rebalance of our own with its window, how often it looks, and how experts move: `{ kind: "eplb", every: 500 }`. */
  standIn(settings: Settings): object;
  /** `builtIn` makes what stands in for it. */
  create(settings: Settings, model: ModelSpec, chance: OwnChance, builtIn: () => RebalancingPolicy): RebalancingPolicy;
}

export interface RebalancingPolicy {
  /**
   * [ranks][slots] numbers of experts that the ranks are to hold, −1 for none: each rank as many as it has, and each expert that has a slot
   * one or more. Undefined: they stay.
   */
  rebalanced(layer: LoadedLayer): readonly (readonly number[])[] | undefined;
}

/** A layer of a stage, with what came to its experts. */
export interface LoadedLayer {
  readonly layer: number;
  /** [experts] copies of tokens in the window. */
  readonly loads: ArrayLike<number>;
  /** [ranks][slots] numbers of experts, −1 for none. */
  readonly held: readonly (readonly number[])[];
}

/** Which experts of a layer a rank keeps on its GPU, where it has room for some. */
export interface ExpertCachePolicy<Settings> extends Settled<Settings> {
  /** A cache of our own with its room, link and guesses: `{ kind: "lru", perLayer: settings.perLayer }`. */
  standIn(settings: Settings): object;
  /** Called for each layer of each rank, with chance of its own; `builtIn` makes what stands in for it. */
  create(settings: Settings, cache: CachedLayer, chance: OwnChance, builtIn: () => Eviction): EvictingPolicy;
}

/** The experts of a layer on a rank. */
export interface CachedLayer {
  readonly layer: number;
  /** Number of the pipeline stage, over all replicas. */
  readonly stage: number;
  /** Rank among those that hold experts of the stage. */
  readonly rank: number;
  readonly experts: number;
  /** Experts that it has room for. */
  readonly room: number;
}

export interface EvictingPolicy extends Partial<Omit<Eviction, "evicted">>, Pick<Eviction, "evicted"> {}

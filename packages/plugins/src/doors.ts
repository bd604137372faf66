import type { KernelModel } from "@tokenyard/cluster";
import type { Eviction, Overflow, TokenRouter } from "@tokenyard/model";
import type { Stream } from "@tokenyard/random";
import type { ClusterSpec, ModelSpec, ServingSpec } from "@tokenyard/scenario";
import type { Scheduler, ServingContext } from "@tokenyard/serving";
import type * as z from "zod";

/** What every policy of a plug-in says beside how it is made. */
export interface Settled<Settings> {
  /** The keys that may stand beside `kind`, and what they mean; none: no keys. */
  readonly settings?: z.ZodType<Settings>;
}

/** A scheduler: which requests are served next. */
export interface SchedulerPolicy<Settings> extends Settled<Settings> {
  /**
   * A scheduler of our own by which memory and work are estimated, as in a scenario: `{ kind: "continuous", maxSequences: 64 }`; if unset:
   * `continuous` with the limits of the engine.
   */
  standIn?(settings: Settings): ServingSpec["scheduler"] | { readonly kind: string };
  /** A scheduler for all replicas of a pool. `builtIn` makes the one that stands in for it, with some functions in place of its own. */
  create(settings: Settings, context: ServingContext, builtIn: (own?: (inner: Scheduler) => Partial<Scheduler>) => Scheduler): Scheduler;
}

/** Chooses among replicas, or among the data groups of one. */
export interface ChoosingBalancer {
  /** The place for `request`; one of those that are open, if any is. */
  choose(request: BalancedRequest): number;
  /** `request` is at `place` from now on. */
  joined?(place: number, request: BalancedRequest): void;
  left?(place: number, request: BalancedRequest): void;
}

/** What a balancer may know of a request. The object is the same one each time. */
export interface BalancedRequest {
  /** Number that it has while it is in the system. */
  readonly slot: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export interface BalancerPolicy<Settings> extends Settled<Settings> {
  create(settings: Settings, places: BalancedPlaces): ChoosingBalancer;
}

export interface BalancedPlaces {
  readonly count: number;
  /** Whether requests may be sent to `place` now. */
  isOpen(place: number): boolean;
  /** Chance of its own. */
  readonly stream: Stream;
}

/** Which of the arriving requests are served. */
export interface AdmissionPolicy<Settings> extends Settled<Settings> {
  create(settings: Settings, entrance: AdmissionPlace): AdmittingPolicy;
}

export interface AdmissionPlace {
  /** Chance of its own. */
  readonly stream: Stream;
}

export interface AdmittingPolicy {
  /** Whether `request`, which arrives now, is served; one that is not is refused, and comes again where its client or the router tries again. `inside`: how many others were admitted and have not left. */
  admits(request: ArrivingRequest, nowSeconds: number, inside: number): boolean;
  /** A request has left, refused ones too. */
  left?(request: LeftRequest): void;
}

/** What is known of a request on its arrival. The object is the same one each time. */
export interface ArrivingRequest extends BalancedRequest {
  /** How many came before it. */
  readonly request: number;
  /** Empty where requests are of one class. */
  readonly className: string;
}

/** A gate: to which experts the tokens of each source go. */
export interface GatePolicy<Settings> extends Settled<Settings> {
  create(settings: Settings, model: ModelSpec): Omit<TokenRouter, "kind">;
}

/** What happens to copies that an expert has no room for. */
export interface OverflowPolicy<Settings> extends Settled<Settings> {
  create(settings: Settings): Omit<Overflow, "kind">;
}

/** Times of kernels. */
export interface KernelPolicy<Settings> extends Settled<Settings> {
  create(settings: Settings, cluster: ClusterSpec): Omit<KernelModel, "name">;
}

/** On which ranks experts lie. */
export interface PlacementPolicy<Settings> extends Settled<Settings> {
  create(settings: Settings, model: ModelSpec): PlacingPolicy;
}

export interface PlacingPolicy {
  /** [ranks][slots] numbers of experts: each at least once, none twice on a rank. */
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
  create(settings: Settings, model: ModelSpec): RebalancingPolicy;
}

export interface RebalancingPolicy {
  /**
   * [ranks][slots] numbers of experts that the ranks are to hold, −1 for none: each rank as many as it has, and each expert that has a slot
   * one or more, none twice on a rank. Undefined: they stay.
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
  create(settings: Settings, cache: CachedLayer): EvictingPolicy;
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

/** A load of requests that come whatever the cluster does. */
export interface WorkloadPolicy<Settings> extends Settled<Settings> {
  /** A workload of our own by which work is estimated: `{ kind: "open", rate: "5 requests/s", requests: 100, promptTokens: 500, outputTokens: 100 }`. */
  standIn(settings: Settings): object;
  /** The requests in order, one by one as they come. `stream` is chance of its own. */
  create(settings: Settings, stream: Stream): Iterable<DrawnRequest>;
}

export interface DrawnRequest {
  /** From the start of the run. */
  readonly atSeconds: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/** Numbers of one's own about the requests of a run. */
export interface MetricPolicy<Settings> extends Settled<Settings> {
  create(settings: Settings): MeasuringPolicy;
}

export interface MeasuringPolicy {
  /** A request has left, or is still in when the run ends. The object is the same one each time. */
  left(request: LeftRequest): void;
  /** The numbers by their names, once the run has ended, `seconds` after its start: finite, and none below 0. */
  numbers(seconds: number): Readonly<Record<string, number>>;
}

/** What became of a request. Times are nanoseconds from the start of the run; NaN where there was none. */
export interface LeftRequest {
  /** How many came before it. */
  readonly request: number;
  readonly status: "finished" | "rejected" | "failed" | "unfinished";
  /** Empty where requests are of one class. */
  readonly className: string;
  /** Replica that served it first; −1 when none did. */
  readonly replica: number;
  readonly arrivedNs: number;
  readonly startedNs: number;
  readonly firstTokenNs: number;
  readonly finishedNs: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly preemptions: number;
  /** Whether its latencies count, as those of warm-up and cool-down do not. */
  readonly counts: boolean;
}

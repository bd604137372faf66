import type { Collective, KernelModel } from "@tokenyard/cluster";
import type { ChosenRecovery, KnownLoss, StruckFault } from "@tokenyard/resilience";
import type { ClusterSpec } from "@tokenyard/scenario";
import type { OwnChance, Settled, Wrapping } from "./settled.ts";

export type { ChosenRecovery, KnownLoss, StruckFault };

/** Times of kernels. */
export interface KernelPolicy<Settings> extends Wrapping<Settings> {
  /** `builtIn` makes the kernel model that stands in for it. */
  create(settings: Settings, cluster: ClusterSpec, chance: OwnChance, builtIn: () => KernelModel): Omit<KernelModel, "name">;
}

/** When faults are known. */
export interface DetectionPolicy<Settings> extends Settled<Settings> {
  create(settings: Settings, chance: OwnChance): DetectingPolicy;
}

export interface DetectingPolicy {
  /**
   * The simulated instant, in seconds, at which `fault` is known if nothing else happens; undefined: never. Asked as it strikes, and once more when
   * something is first to be computed that needs its ranks; the earlier answer counts, and `health.confirm` comes after it.
   */
  knownSeconds(fault: StruckFault): number | undefined;
}

/** What a replica does once a loss is known. */
export interface RecoveryPolicy<Settings> extends Settled<Settings> {
  /** A recovery of our own, with its times: `{ kind: "mask", rebuild: "5 s" }`. */
  standIn(settings: Settings): object;
  create(settings: Settings, chance: OwnChance): RecoveringPolicy;
}

export interface RecoveringPolicy {
  recovery(loss: KnownLoss): ChosenRecovery;
}

/** Times of traffic. */
export interface NetworkPolicy<Settings> extends Settled<Settings> {
  /** A network of ours with its tiers, which counts what moves and gives all other times: `{ preset: "hgx-h100-ndr" }`. */
  standIn(settings: Settings): object;
  create(settings: Settings, cluster: ClusterSpec, chance: OwnChance): PricingNetwork;
}

/** Times in place of those of what stands in, each of which is given as the last argument. Nothing is asked about traffic without bytes. */
export interface PricingNetwork {
  /** Seconds for `bytes` from one rank to another, with all latencies; also of caches and weights. */
  sendSeconds?(bytes: number, from: number, to: number, seconds: number): number;
  /** Seconds of a collective of `ranks` over `bytes`: those of each rank in an all-reduce or a broadcast, those of all ranks together otherwise. */
  collectiveSeconds?(kind: Collective, bytes: number, ranks: ArrayLike<number>, seconds: number): number;
  /** Seconds that a rank is in an exchange of tokens. The object is the same one each time. */
  exchangeSeconds?(port: ExchangePort, seconds: number): number;
}

/** What a rank sends or receives in an exchange, whichever is more, by tier. */
export interface ExchangePort {
  readonly rank: number;
  readonly nodeBytes: number;
  readonly fabricBytes: number;
  readonly nodePeers: number;
  readonly fabricPeers: number;
}

import type { KernelModel, NetworkModel } from "@tokenyard/cluster";
import type { Overflow, TokenRouter } from "@tokenyard/model";
import type { Plan, PlanFacts } from "@tokenyard/placement";
import type { PluggedPolicies } from "@tokenyard/plugins";
import type { RankMemory } from "@tokenyard/program";
import type { Streams } from "@tokenyard/random";
import type { Warning } from "@tokenyard/report";
import type { ReadPieces, Scenario, ServingSpec } from "@tokenyard/scenario";
import type { Load, RequestClass, RequestSlots, RequestSource, Requests, Scheduler, ServingContext } from "@tokenyard/serving";
import type { LawStore } from "../law-tables/law-store.ts";

/** Part of a request that the replicas of a pool serve: all of it, its prompt up to the first token, or the tokens after that. */
export type Role = "all" | "prefill" | "decode";

/** How experts that a gate draws are drawn: for all tokens of each pass, or by their law. */
export type Resolution = "exact" | "law";

/** Seconds of one core that a run is expected to take, by how it draws experts. */
export type ExpectedSeconds = Readonly<Record<Resolution, number>>;

/** Policies of the caller, in place of those that the scenario names, with what a run may read. */
export interface Policies {
  readonly scheduler?: (context: ServingContext, serving: ServingSpec) => Scheduler;
  readonly kernels?: KernelModel;
  readonly network?: NetworkModel;
  readonly router?: TokenRouter;
  readonly overflow?: Overflow;
  /** Balancers over the replicas, and over the data groups of each. */
  readonly balancers?: ServingContext["balancers"];
  /** Says which arriving requests are served. */
  readonly admission?: PluggedPolicies["admission"];
  /** Says when faults are known, in place of the detectors of `health`. */
  readonly detection?: PluggedPolicies["detection"];
  /** Says what a replica does once a loss is known, beside what `health.onLoss` names. */
  readonly recovery?: PluggedPolicies["recovery"];
  /** Places experts, in place of the placement that the scenario names. */
  readonly placement?: PluggedPolicies["placement"];
  /** Says where experts move while requests run. */
  readonly rebalance?: PluggedPolicies["rebalance"];
  /** Makes what evicts experts from the cache of a layer on a rank, in place of the rule that the scenario names. */
  readonly evictions?: PluggedPolicies["evictions"];
  /** Hears of each request that has left, and gives numbers of its own for the report. */
  readonly metric?: PluggedPolicies["metric"];
  /** Bytes of the file that a trace workload names, by its path in the scenario; `loadScenario` gives this along. */
  readonly readPieces?: ReadPieces;
  /** Source of requests, in place of the scenario's workload. */
  readonly source?: RequestSource;
  /** Replica that all requests go to, whatever the scenario's balancer says. */
  readonly onlyReplica?: number | undefined;
  /** Listener for blocks that a data group's prefix cache adds and evicts. */
  readonly keptListener?: ServingContext["keptListener"];
  /**
   * Store in which runs by the law of uneven experts share their tables. It changes no result; a run with the caller's own policies does
   * not use it.
   */
  readonly lawTables?: LawStore | undefined;
}

/** Policies that the caller brought, by their place: no run with one of them looks like a run of the scenario alone. */
export type OwnPolicies = Readonly<Partial<Record<"scheduler" | "kernels" | "network" | "router" | "overflow", string>>>;

/** Setup of one pool of replicas. */
export interface PoolSetup {
  readonly role: Role;
  /** With the GPUs, degrees and replicas of this pool. */
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** Name of its first rank in reports on all pools: their ranks are numbered one pool after the other. */
  readonly firstRank: number;
  readonly facts: PlanFacts;
  readonly streams: Streams;
  readonly scheduler: Scheduler;
  readonly load: Load;
  readonly kernels: KernelModel;
  /** Kernels of passes that are split in two, beside which ranks communicate. */
  readonly kernelsOfHalves: KernelModel;
  readonly network: NetworkModel;
  /** Router; undefined in a model without experts. */
  readonly router: TokenRouter | undefined;
  readonly overflow: Overflow;
  /** Whether router and overflow come from a caller or a plug-in. */
  readonly brought: Readonly<Record<"router" | "overflow", boolean>>;
  readonly evictions: Policies["evictions"];
  readonly rebalance: Policies["rebalance"];
  readonly detection: Policies["detection"];
  readonly recovery: Policies["recovery"];
  /** Set aside on the fullest rank. */
  readonly memory: RankMemory;
  readonly warnings: readonly Warning[];
  /** Store in which runs by the law share their tables. */
  readonly lawTables: LawStore | undefined;
}

/** Everything a run needs, made by `prepare` and used once: schedulers and streams change as it runs. What a pool has is that of the first. */
export interface Setup extends Omit<PoolSetup, "role"> {
  /** Scenario as given, with `routing.resolution` written out where the law is chosen by default. */
  readonly scenario: Scenario;
  /** By resolution, where the scenario does not say it and either may be; without the start of a process. */
  readonly expected?: ExpectedSeconds;
  /** One that does all, or one that prefills and one that decodes. */
  readonly pools: readonly PoolSetup[];
  /** Slots by which the scheduler identifies requests: all of a batch, or those being served. */
  readonly requests: Requests;
  readonly classes: readonly RequestClass[];
  readonly source: RequestSource;
  readonly slots: RequestSlots;
  /** Policies that the caller brought. */
  readonly own: OwnPolicies;
  /** Admission of requests, if not all are admitted. */
  readonly admission: Policies["admission"];
  /** Metric of a plug-in or of a caller, if there is one. */
  readonly metric: Policies["metric"];
  /**
   * Expected seconds of one core, within a factor of three, without the start of a process; for a run whose passes cannot be foreseen the
   * true time may be far from the bound that refuses it.
   */
  readonly workSeconds: number;
}

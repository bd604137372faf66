import type { Assumption } from "@tokenyard/scenario";
import type { PlanFacts } from "../schema/plan-schema.ts";
import type { Memory, Warning } from "../schema/report.ts";
import type { TallyColumns } from "../statistics/tally-columns.ts";
import type { AlertRuleRow } from "./alert-rows.ts";
import type {
  ExpertCacheColumns,
  LawColumns,
  PhaseRouting,
  RebalanceColumns,
  RebalancedLayers,
  TrafficColumns,
  WindowColumns,
} from "./balance-columns.ts";
import type { CheckpointColumns } from "./checkpoint-columns.ts";
import type { CoverageFacts, FaultRow, RandomFaultFacts } from "./fault-rows.ts";
import type { RetryColumns } from "./retry-columns.ts";
import type { CacheFacts, Served } from "./served.ts";
import type { CacheSteps, RequestSpans, Spans } from "./span-columns.ts";
import type { SpeculationColumns } from "./speculation-columns.ts";

/** Phases by their number in the columns. */
export const PHASES = ["prefill", "decode"] as const;
/** Lanes by their number in the columns. */
export const LANES = ["compute", "network"] as const;
/** Numbers in `RequestColumns.status`. */
export const REQUEST_STATUS = { unfinished: 0, finished: 1, rejected: 2, failed: 3 } as const;

/**
 * State of a request, by its number in the columns: waiting to be served; until its first token; until its last one, including
 * recomputation after a preemption; waiting after a preemption; its cache on its way to another pool.
 */
export const REQUEST_STATES = ["queued", "prefill", "decode", "preempted", "moved"] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

export type PhaseName = (typeof PHASES)[number];
export type LaneName = (typeof LANES)[number];

/** A run in columns; plain data that is never changed. Times are whole nanoseconds of simulated time. */
export interface Recording {
  readonly version: string;
  readonly scenario: { readonly name: string; readonly about: string; readonly hash: string; readonly resolved: object };
  readonly seed: number;
  readonly models: readonly string[];
  readonly assumed: readonly Assumption[];
  readonly plan: PlanFacts;
  readonly horizonNs: number;
  readonly ranks: number;
  /** USD an hour of all GPUs; null when the scenario gives no cost. */
  readonly costUsdPerHour: number | null;
  /** Null when the scenario gives no power of any of its GPUs. */
  readonly energy: EnergyFacts | null;
  /** [ranks] the node of each; pools have nodes of their own */
  readonly nodeOfRank: Int32Array;
  /** [ranks] replica · stages + stage */
  readonly stageOfRank: Int32Array;
  readonly opKinds: readonly OpKind[];
  /** [ranks × phases × opKinds] */
  readonly busyNs: Float64Array;
  /** [ranks × phases × lanes] at barriers */
  readonly waitingNs: Float64Array;
  /** [ranks × phases × lanes] idle before an op belongs to the op's phase, idle at the end to the lane's last phase */
  readonly idleNs: Float64Array;
  /** [ranks × phases × lanes] in ops that were broken off */
  readonly lostNs: Float64Array;
  /** [ranks × phases × lanes] time in which a rank, or others that it needs, were down; only with faults */
  readonly downNs?: Float64Array;
  /** [opKinds] of ops on the network lane: the longest of any rank, without waiting for others; 0 where none was */
  readonly longestNs: readonly number[];
  /** Idle time of the compute lanes between their stage's first and last op, summed over ranks. */
  readonly bubble: { readonly idleNs: number; readonly spanNs: number };
  /** A row for each request; if `served` is given, only on request. */
  readonly requests: RequestColumns;
  readonly served?: Served;
  readonly breakdown: BreakdownColumns;
  /** [phases] */
  readonly routing: readonly [PhaseRouting, PhaseRouting];
  /** [ranks × phases] time by which experts took longer on this rank than in the mean of its stage, where the rank was the slowest */
  readonly slowestNs: Float64Array;
  /** Windows of gates that draw. */
  readonly windows?: WindowColumns;
  /** Rebalances, if experts are moved. */
  readonly rebalances?: RebalanceColumns;
  /** The same by layer, of the pools whose experts are moved. */
  readonly rebalancedLayers?: readonly RebalancedLayers[];
  /** Outcome of each fault of the scenario, if there are any. */
  readonly faults?: readonly FaultRow[];
  /** Coverage of further units, for a model with experts. */
  readonly coverage?: CoverageFacts;
  /** Checkpoints, if caches are copied. */
  readonly checkpoints?: CheckpointColumns;
  /** Speculation, if steps verify drafts. */
  readonly speculation?: SpeculationColumns;
  /** Entries of the scenario that drew some of these faults. */
  readonly randomFaults?: readonly RandomFaultFacts[];
  /** [op kinds] time in which collectives stopped for links that were down so briefly that they only wait */
  readonly delaysNs?: readonly TallyColumns[];
  /** Retries, if clients try again. */
  readonly retries?: RetryColumns;
  /** Numbers of a plug-in, by name. */
  readonly metric?: Readonly<Record<string, number>>;
  /** Expert cache, if some experts are not on the GPU. */
  readonly expertCache?: ExpertCacheColumns;
  /** Facts on the law, if experts followed it. */
  readonly law?: LawColumns;
  /** Traffic, if tokens go to experts by an all-to-all. */
  readonly traffic?: TrafficColumns;
  readonly work: Work;
  /** Bytes on the fullest rank. */
  readonly memory: Memory;
  /** Pools, if prefill and decode are separate; `plan` is then that of the first pool, with the ranks and nodes of both. */
  readonly pools?: readonly PoolColumns[];
  readonly transfers?: TransferColumns;
  /** Warnings from before the run. */
  readonly warnings: readonly Warning[];
  readonly spans?: Spans;
  /** Spans of requests, recorded together with `spans`. */
  readonly requestSpans?: RequestSpans;
  /** Beside `spans`, of schedulers with a cache in blocks. */
  readonly cacheSteps?: CacheSteps;
  /** Alerts, if the run was watched. */
  readonly alerts?: readonly AlertRuleRow[];
}

/** Energy of the GPUs from the start of a run to its end, with the site's factors. */
export interface EnergyFacts {
  readonly gpuJoules: number;
  /** Energy of the site over that of its GPUs. */
  readonly pue: number;
  /** Grams of CO2 equivalent a kWh; null when the scenario gives none. */
  readonly gramsPerKwh: number | null;
}

/** One pool of replicas; its ranks follow those of the pools before it. */
export interface PoolColumns {
  readonly role: string;
  readonly replicas: number;
  readonly ranks: number;
  readonly plan: PlanFacts;
  readonly memory: Memory;
  readonly cache: CacheFacts;
  /** Blocks of all its data groups, and blocks held × nanoseconds. */
  readonly blocks: number;
  readonly heldNs: number;
}

/** Caches that moved from one pool to another. */
export interface TransferColumns {
  readonly bytes: number;
  /** Part of each move after the first token. */
  readonly ns: TallyColumns;
  /** Time from the first token to the start of that part: for room, and for the moves before it. */
  readonly waitNs: TallyColumns;
}

export interface OpKind {
  readonly name: string;
  readonly lane: LaneName;
}

/** One row per request. */
export interface RequestColumns {
  readonly arrivedNs: Float64Array;
  /** [requests] NaN for requests without a first token */
  readonly firstTokenNs: Float64Array;
  /** [requests] NaN for requests that did not finish */
  readonly finishedNs: Float64Array;
  readonly promptTokens: Int32Array;
  readonly outputTokens: Int32Array;
  /** 0 unfinished, 1 finished, 2 rejected, 3 failed */
  readonly status: Uint8Array;
}

/** Time along the critical path, by op kind, `waiting` and `queue`. */
export interface BreakdownColumns {
  readonly keys: readonly string[];
  /** [keys] summed over finished requests */
  readonly ttftNs: Float64Array;
  /** [keys] per output token after the first, summed over finished requests with at least two */
  readonly tpotNs: Float64Array;
}

/** Work of all ranks together, and the peaks of one rank. */
export interface Work {
  readonly flops: number;
  readonly memoryBytes: number;
  readonly nodeBytes: number;
  readonly fabricBytes: number;
  /** If kernels follow measured tables: their seconds on all ranks, and the part inside the measured grid. */
  readonly kernels?: { readonly seconds: number; readonly insideSeconds: number };
  /** Seconds of traffic on the network lane, in all and inside the measured tables. */
  readonly traffic?: { readonly seconds: number; readonly insideSeconds: number };
  /** [phases × op kinds] of `flops` and `memoryBytes`, by the phase of their pass */
  readonly kindFlops: Float64Array;
  readonly kindBytes: Float64Array;
  readonly peakFlopsPerSecond: number;
  readonly peakMemoryBytesPerSecond: number;
  readonly peakNodeBytesPerSecond: number;
  readonly peakFabricBytesPerSecond: number;
}

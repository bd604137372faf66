import type { TallyColumns } from "../statistics/tally-columns.ts";

/** Requests in sums that do not grow with their number. */
export interface Served {
  readonly arrived: number;
  readonly finished: number;
  readonly rejected: number;
  readonly failed: number;
  /** Still in when the last measured step of a steady decode had ended; undefined for other loads. */
  readonly decoding?: number;
  /** Unanswered requests among those whose latencies count. */
  readonly unanswered: Unanswered;
  /** Requests with a first token, and when the earliest and the latest first tokens were out. */
  readonly firstTokens: number;
  readonly earliestFirstNs: number;
  readonly latestFirstNs: number;
  /** Prompt tokens of requests with a first token. */
  readonly promptTokens: number;
  /** Output tokens of finished requests, and the first tokens of the others. */
  readonly outputTokens: number;
  /** First token − arrival, of finished requests. */
  readonly ttftNs: TallyColumns;
  /** (last − first token) / (outputs − 1), of finished requests with at least two outputs. */
  readonly tpotNs: TallyColumns;
  /** Last token − arrival, of finished requests. */
  readonly e2eNs: TallyColumns;
  // Reported only by schedulers that serve continuously:
  /** Start of the first pass − arrival, of finished requests. */
  readonly queueNs?: TallyColumns;
  /** First token − start of the first pass, of finished requests. */
  readonly prefillNs?: TallyColumns;
  /** Each gap between two output tokens of a request. */
  readonly itlNs?: TallyColumns;
  /** Number of preemptions, and the tokens that had to be recomputed. */
  readonly preempted?: number;
  readonly recomputedTokens?: number;
  readonly attained?: Attained;
  /** Classes, if there are several. */
  readonly classes?: readonly ServedClass[];
  readonly cache?: CacheFacts;
  readonly levels?: LevelColumns;
}

/** Requests that did not finish. Their latencies are longer than any bound. */
export interface Unanswered {
  readonly requests: number;
  /** Unanswered requests that asked for two tokens or more. */
  readonly withGaps: number;
}

/** Requests that met their targets, of those whose latencies count. */
export interface Attained {
  /** Answered or not. */
  readonly ended: number;
  /** Finished, and met every latency target. */
  readonly all: number;
  /** Output tokens of those. */
  readonly outputTokens: number;
  /** Share by latency, for latencies with a target. */
  readonly by: Readonly<Record<string, number>>;
}

/** The requests of one class. */
export interface ServedClass {
  readonly name: string;
  readonly arrived: number;
  readonly finished: number;
  readonly rejected: number;
  readonly failed: number;
  readonly ttftNs: TallyColumns;
  readonly tpotNs: TallyColumns;
  readonly e2eNs: TallyColumns;
  readonly queueNs: TallyColumns;
  readonly unanswered: Unanswered;
  readonly attained: Attained;
}

/** The paged cache of the data groups. */
export interface CacheFacts {
  readonly blockTokens: number;
  /** Blocks of each data group. */
  readonly blocks: number;
  /** Most blocks that one data group has held. */
  readonly peakBlocks: number;
  readonly evictions: number;
  /** Prompt tokens that were looked up in the prefix cache, and found. */
  readonly soughtTokens: number;
  readonly hitTokens: number;
  /** Prompt tokens that were cached when their requests came; only where any were. */
  readonly broughtTokens?: number;
  /** Facts on prefixes, if blocks are kept for later requests. */
  readonly prefix?: PrefixFacts;
}

/** Blocks that all data groups together keep for others. */
export interface PrefixFacts {
  /** Requests that found anything. */
  readonly hits: number;
  /** Blocks that are kept at the end. */
  readonly keptBlocks: number;
  readonly host?: HostFacts;
}

/** Blocks that gave way and are in the memory of the hosts. */
export interface HostFacts {
  /** Blocks of each data group. */
  readonly blocks: number;
  readonly keptBlocks: number;
  readonly evictions: number;
  /** Prompt tokens that were loaded from the host; hits include them. */
  readonly hitTokens: number;
  readonly loads: number;
  /** Sum of the durations of loads. */
  readonly loadNs: number;
}

/** Levels held over time, in buckets of `bucketNs`: [buckets] sums over all replicas, each of level × nanoseconds, and tokens. */
export interface LevelColumns {
  readonly bucketNs: number;
  readonly runningNs: Float64Array;
  readonly waitingNs: Float64Array;
  readonly blocksNs: Float64Array;
  /** Blocks of all data groups. */
  readonly blocks: number;
  /** Tokens computed by passes that ended in the bucket, and those passes. */
  readonly tokens: Float64Array;
  readonly passes: Float64Array;
  /** When the last request arrived; of sessions, when the last one began. 0 for a batch alone. */
  readonly lastArrivalNs: number;
  /** Requests that come only after an answer: later turns of sessions, or all, as in a closed loop. */
  readonly waitForAnswers: "none" | "turns" | "all";
}

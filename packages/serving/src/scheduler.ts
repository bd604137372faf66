import type { Streams } from "@tokenyard/random";
import type { Pass } from "./pass.ts";
import type { HostRoom } from "./prefix/host-tier.ts";
import type { Requests } from "./request.ts";
import type { RequestClass } from "./request-class.ts";

/** Hears what becomes of requests. `microBatch` is that of their replica in whose passes they are computed. */
export interface RequestLog {
  /** Its wait is over: `microBatch` computes it from now on; again, after `preempted`. */
  started(request: number, microBatch: number, nowNs: number): void;
  /** Blocks of it are on their way from the host until `readyNs`: then its replica is to be asked for a pass again. */
  loading(request: number, readyNs: number): void;
  firstToken(request: number, nowNs: number): void;
  /** `count` gaps between two output tokens of a request, of `lengthNs` each. */
  gaps(lengthNs: number, count: number): void;
  /** `sequences` requests each had an output token at `atNs[0]`, …, `atNs[count − 1]`: all the gaps between those. */
  steps(atNs: Float64Array, count: number, sequences: number): void;
  /** Its cache is taken from it: it waits again, and all its tokens so far will be computed anew. */
  preempted(request: number, microBatch: number, nowNs: number): void;
  finished(request: number, nowNs: number): void;
  /** It can never be served. */
  rejected(request: number, nowNs: number): void;
  /** There is room for what is cached of it in another pool: it may come. */
  reserved?(request: number, nowNs: number): void;
}

/** Forms the passes of every replica. It knows the requests and the shape of the replicas, and nothing of ranks or durations. */
export interface Scheduler {
  readonly kind: string;
  /** Takes `request` in. Each request arrives once. Returns the replica that it waits at; undefined when it may be any. */
  arrive(request: number, nowNs: number, log: RequestLog): number | undefined;
  /** The next pass for stage 0 of `replica`, or undefined. To be called until undefined, after arrivals and after `finish`. */
  next(replica: number, nowNs: number, log: RequestLog): Pass | undefined;
  /** `pass` has left the last stage and its tokens are out: tells `log` the first tokens, then what has finished, each in order of request. */
  finish(pass: Pass, nowNs: number, log: RequestLog): void;
  /**
   * How many passes in a row, `pass` the first, only decode and can be foreseen: pass i has i more context tokens of each sequence, and as
   * many as the first in layers with a window; until the last has ended nobody finishes, joins or is preempted, unless a request arrives at
   * the replica. 1 where nothing is known.
   */
  foreseen?(pass: Pass): number;
  /** Whether an empty cache would hold all of it. */
  fits?(request: number): boolean;
  /**
   * As `arrive`, of a request that has its prompt cached, and its first token out, in another pool. `log` is told when there is room for it;
   * once all is here, `landed` is to be called.
   */
  receive?(request: number, firstTokenNs: number, log: RequestLog): number;
  /** Lets in those who wait at the data group of `request` with a cache elsewhere, as far as there is room; also while passes are under way. */
  reserve?(request: number, nowNs: number, log: RequestLog): void;
  /** The first `count` of `pass` and those foreseen after it have left the last stage at `endsNs` [count]; one more is under way. */
  advance?(pass: Pass, endsNs: Float64Array, count: number, log: RequestLog): void;
  /** What `request` had cached elsewhere is here. Returns its replica. */
  landed?(request: number): number;
  /** Nobody needs the cache of `request` any more, which finished here with its first token. Returns its replica. */
  release?(request: number): number;
  /** The data group that caches `request`: replica · data groups + group. */
  homeOf?(request: number): number;
  /** What is in `replica` now; the same object each time. Undefined where a scheduler does not tell. */
  occupancy?(replica: number): Occupancy;
  /** What became of the caches of all data groups up to now. */
  cache?(): CacheUse;
  /** What the requests will ask of the ranks' memory, known before the run. */
  load(): Load;
  /** What they have asked of it at most up to now; undefined where a scheduler does not tell: all of the load. */
  use?(): Use;
}

/** Who and what is in a replica. */
export interface Occupancy {
  running: number;
  waiting: number;
  /** Blocks of the cache that sequences hold; those kept for others to share do not count. */
  heldBlocks: number;
}

/** Paged caches, one in each data group. */
export interface CacheUse {
  readonly blockTokens: number;
  /** Of each data group. */
  readonly blocks: number;
  /** Most that sequences of one data group have held. */
  readonly peakBlocks: number;
  /** Blocks kept for others to share that gave way. */
  readonly evictions: number;
  /** Prompt tokens that were looked for among those, and found. */
  readonly soughtTokens: number;
  readonly hitTokens: number;
  /** Tokens that were cached and lost in preemptions. */
  readonly recomputedTokens: number;
  /** Where blocks are kept for others. */
  readonly prefix?: PrefixUse;
}

/** What became of the blocks that data groups keep for others, all groups together. */
export interface PrefixUse {
  /** Requests that found anything. */
  readonly hits: number;
  /** Blocks that are kept, held or not. */
  readonly keptBlocks: number;
  /** Where blocks that give way go to the host. */
  readonly host?: HostUse;
}

export interface HostUse {
  /** Of each data group. */
  readonly blocks: number;
  readonly keptBlocks: number;
  readonly evictions: number;
  /** Prompt tokens that came from the host, and are among those found. */
  readonly hitTokens: number;
  readonly loads: number;
  /** From the start of each load to its end, added up. */
  readonly loadNs: number;
}

/** What a scheduler may know. */
export interface ServingContext {
  readonly requests: Requests;
  readonly classes: readonly RequestClass[];
  readonly streams: Streams;
  /** Most tokens that a data group can cache. */
  readonly kvTokens: number;
  /** What its pool does, where another does the rest. */
  readonly role?: "prefill" | "decode";
  /** What a data group may put into the memory of its host; undefined: nothing. */
  readonly host?: HostRoom | undefined;
  /** Passes of a replica that can be on its stages at once. */
  readonly passesAtOnce: number;
  readonly replicas: number;
  /** Data groups of a replica. */
  readonly dataGroups: number;
  /** Tokens that the attention of windowed layers sees; Infinity where there are none. */
  readonly window: number;
  /** Rows of a data group whose attention is computed at once; none: all of a pass. */
  readonly attentionChunk?: number;
  /** FLOPs of the attention of a prompt: what makes one sequence longer than another. */
  attentionCost(promptTokens: number): number;
}

/** Demands on memory, each at its largest. */
export interface Use {
  /** Cached tokens of a data group, [replicas × dataGroups]. */
  readonly kvTokens: Float64Array;
  /** As `kvTokens`, in layers with a window: of a sequence no more than the window. */
  readonly windowedKvTokens: Float64Array;
  /** Most new tokens of one data group in one pass. */
  readonly passTokens: number;
  /** Most new tokens of one pass, all data groups together. */
  readonly passTotalTokens: number;
  /** Most sequences of one data group in one pass. */
  readonly passSequences: number;
}

/** The largest demands that the passes may make; of a batch, a sequence reserves prompt + output − 1 cached tokens from start to end. */
export interface Load extends Use {
  /** Whether `kvTokens` is a pool, set aside whoever comes. */
  readonly pooled: boolean;
  /** Data groups, of all replicas, that never hold a sequence. */
  readonly emptyDataGroups: number;
  /** Micro-batches that hold a sequence, of the replica that has most. */
  readonly microBatches: number;
  /** Mean tokens of a decode pass; 0 when nothing decodes. */
  readonly decodeTokens: number;
}

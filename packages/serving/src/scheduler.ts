import type { Pass } from "@tokenyard/model";
import type { Streams } from "@tokenyard/random";
import type { BalancerOver } from "./balancer.ts";
import type { BatchSizes } from "./batches/batch-sizes.ts";
import type { Cache } from "./cache.ts";
import type { HostRoom } from "./prefix/host-tier.ts";
import type { KeptListener } from "./prefix/kept-listener.ts";
import type { Progress } from "./requests/progress.ts";
import type { Requests } from "./requests/request.ts";
import type { RequestClass } from "./requests/request-class.ts";
import type { SchedulerObserver } from "./requests/request-observer.ts";
import type { SpeculationTally } from "./speculation/speculation-tally.ts";
import type { StatesRule } from "./states-rule.ts";

/**
 * Forms the passes of every replica. It knows the requests and the shape of the replicas, and nothing of ranks or durations. What it can do
 * beyond that it says by the objects that it has.
 */
export interface Scheduler {
  readonly kind: string;
  /**
   * Takes `request` in, which is not in yet; at another replica than `avoided` where any is open. Returns the replica that it waits at; undefined when it may be
   * any.
   */
  arrive(request: number, nowNs: number, observer: SchedulerObserver, avoided?: number): number | undefined;
  /** The next pass for stage 0 of `replica`, or undefined. To be called until undefined, after arrivals and after `finish`. */
  next(replica: number, nowNs: number, observer: SchedulerObserver): Pass | undefined;
  /**
   * Reports the first tokens of `pass`, which has left the last stage, to `observer`, then the finished requests, each in order of request.
   */
  finish(pass: Pass, nowNs: number, observer: SchedulerObserver): void;
  /** Memory load of the requests, known before the run. */
  load(): Load;
  /** Largest memory use up to now; undefined if a scheduler does not record it: all of the load. */
  use?(): Use;
  /** Interrupts `pass`, which is under way: none of its tokens are emitted. It is formed again with the next one. */
  breakOff(pass: Pass): void;
  /**
   * Takes `request` back from where it is, with all that is cached of it, and lets it wait again, as one that comes now; tokens that are out stay
   * out. Returns the replica that it waits at. Where this is missing, requests stay where they are. Throws for one whose pass is under way, which
   * may be broken off, or whose cache is on its way from another pool.
   */
  requeue?(request: number, nowNs: number, observer: SchedulerObserver): number;
  /** Whether `replica` has anything to compute, where there is no `cache` that says so. */
  hasWork?(replica: number): boolean;
  /** Foresight of decode steps, which are then run in one go, if they can be foreseen. */
  readonly foresight?: Foresight;
  /** Handover, if a request may have its prompt computed in another pool. */
  readonly handover?: Handover | undefined;
  /** Cache of a scheduler that serves requests as they arrive, with blocks. */
  readonly cache?: Cache;
  /** Reachability and recovery, if data groups may be lost. */
  readonly reachability?: Reachability;
  readonly recovery?: Recovery;
  /** [replicas] counts of drafts up to now, if steps verify any */
  readonly speculation?: readonly SpeculationTally[] | undefined;
}

/** What a scheduler knows of the passes to come. */
export interface Foresight {
  /**
   * How many passes in a row, `pass` the first, only decode and can be foreseen: pass i has i more context tokens of each sequence, and as
   * many as the first in layers with a window; until the last has ended none finishes, joins or is preempted, unless a request arrives at
   * the replica. 1 where nothing is known.
   */
  foreseen(pass: Pass): number;
  /** Passes behind the one under way that begin before a request that arrives now may join: those that are composed ahead. */
  readonly composed: number;
  /**
   * The first `count` of `pass` and those foreseen after it have left the last stage at `endsNs` [count]; one more is under way. Returns how many blocks were
   * opened as number i of them ended, by i modulo the tokens of a block [tokens of a block]; the same array each time.
   */
  advance(pass: Pass, endsNs: Float64Array, count: number, observer: SchedulerObserver): Float64Array;
}

/** Requests from a pool that computes prompts, or to one that decodes. */
export interface Handover {
  /** Whether an empty cache would hold all of `request`. */
  fits(request: number): boolean;
  /**
   * Like `arrive`, for a request whose prompt is cached and whose first token was emitted in another pool; it is never refused. `reserve`
   * reports when there is room for it; `landed` is to be called once its cache has arrived.
   */
  receive(request: number, firstTokenNs: number, progress?: Progress, avoided?: number): number;
  /**
   * Like `arrive`, for a request that has lost its cache in other pools, with `progress` so far: its prompt and output are recomputed here,
   * which yields its next token. Undefined: there is no room for so many tokens, and it is not accepted.
   */
  recompute(request: number, progress: Progress, nowNs: number): number | undefined;
  /** Progress of `request` as its client sees it; tokens that wait for a step of another pool are not counted. */
  progressOf(request: number): Progress;
  /** Tokens of `request` that are cached for another pool, of one that finished here with its token. */
  keptTokens(request: number): number;
  /** `request`, which is in with its cache elsewhere, waits at another data group, or again at the same. Returns the replica. */
  moveOn(request: number, nowNs: number): number;
  /** Takes `request` in at the data group of its place, all of it cached there and tokens of it out. As with `receive`, it decodes once it has room and has landed. Returns its replica. */
  resume(request: number, nowNs: number): number;
  /**
   * Admits waiting requests with a cache elsewhere at the data group of `request`, as far as there is room; also while passes are under
   * way.
   */
  reserve(request: number, nowNs: number, observer: SchedulerObserver): void;
  /** Records that the cache of `request` has arrived. Returns its replica. */
  landed(request: number): number;
  /** The cache of `request` is not needed any more, which finished here with its first token. Returns its replica. */
  release(request: number): number;
  /** The data group that caches `request`: replica · data groups + group; −1: none. */
  homeOf(request: number): number;
}

/** Data groups and replicas that requests may go to. A data group is replica · data groups + group. */
export interface Reachability {
  /** Whether requests may go to data group `home` from now on. Where all are closed, they go to any. */
  open(home: number, isOpen: boolean): void;
  /** Whether any data group is open. */
  isAnyOpen(): boolean;
  /** Whether balancers keep away from `replica` from now on, open or not. */
  shun(replica: number, isShunned: boolean): void;
  /** Whether any data group of `replica` is open, and balancers do not keep away from it. */
  isReachable(replica: number): boolean;
  /** Whether any data group is open from which balancers do not keep away. */
  isAnyReachable(): boolean;
}

/** Handles the requests of lost data groups. A data group is replica · data groups + group. */
export interface Recovery {
  /** The requests that are in data group `home`, served or waiting, in order of number. */
  requestsIn(home: number): number[];
  /** Whether it is served. */
  isServed(request: number): boolean;
  /** Tokens of it that are cached. */
  cachedTokens(request: number): number;
  /** Tokens cached before its last pass. */
  settledTokens(request: number): number;
  /** Tokens that those that left data group `home` had there, in whole checkpoints. */
  copiedTokens(home: number): number;
  /** The data group that it is in; −1: none. */
  homeOf(request: number): number;
  /** The waiting `request` resumes from `tokens` tokens that are loaded from elsewhere once there is room for it. */
  restore(request: number, tokens: number): void;
  /** Tokens of it that are out. */
  outputTokens(request: number): number;
  /** Whether a pass that it is in is under way. */
  isUnderWay(request: number): boolean;
  /** Replica of the request; −1: none. */
  replicaOf(request: number): number;
  /** Discards what data group `home`, which serves none, has kept for others. */
  forget(home: number): void;
  /** Like `fail`, without a report except to `observer` that it loses its cache. */
  takeOut(request: number, nowNs: number, observer?: SchedulerObserver): void;
  /** The waiting `request` begins again from its prompt: its output is discarded. */
  startOver(request: number, nowNs: number, observer: SchedulerObserver): void;
  /** Takes `request`, no pass of which is under way, out for good, with all that is cached of it. */
  fail(request: number, nowNs: number, observer: SchedulerObserver): void;
}

/** What a scheduler may know. */
export interface ServingContext {
  readonly requests: Requests;
  readonly classes: readonly RequestClass[];
  /** Whether passes have their tokens by class. */
  readonly countsClasses?: boolean;
  readonly streams: Streams;
  /** Most tokens that a data group can cache. */
  readonly kvTokens: number;
  /** Tokens that a data group has room for beside what a scheduler that reserves them itself loads it with. */
  readonly roomBeside?: (load: Load) => number;
  /** Checkpoints, if caches are copied: tokens that are copied together, and the places in GPUs' caches of a token with its copy. */
  readonly checkpoints?: { readonly every: number; readonly copies: number };
  /** State rule, if requests keep more than the blocks of their tokens. */
  readonly states?: StatesRule | undefined;
  /** Ranks that share the cache of each sequence, so that a block has as many times the tokens; undefined: 1. */
  readonly contextRanks?: number;
  /** Part that its pool does, if another does the rest. */
  readonly role?: "prefill" | "decode";
  /** Room of a data group in the memory of its host; undefined: none. */
  readonly host?: HostRoom | undefined;
  /** Passes that each micro-batch has at most; undefined: any number. */
  readonly passes?: number;
  /** Passes of a replica that can be on its stages at once. */
  readonly passesAtOnce: number;
  readonly replicas: number;
  /** The one that all requests go to, whatever the balancer says; undefined: any. */
  readonly onlyReplica?: number | undefined;
  /** Balancers of the caller, in place of those that the scenario names. */
  readonly balancers?: Partial<Record<"replicas" | "dataGroups", BalancerOver>> | undefined;
  /** What hears of the blocks that data group `group` of `replica` keeps; undefined: nothing. */
  readonly keptListener?: ((replica: number, group: number) => KeptListener) | undefined;
  /** Data groups of a replica. */
  readonly dataGroups: number;
  /** Tokens that the attention of windowed layers sees; Infinity where there are none. */
  readonly window: number;
  /** Rows of a data group whose attention is computed at once; none: all of a pass. */
  readonly attentionChunk?: number;
  /** Captured batch sizes of decode steps, if any. */
  readonly batchSizes?: BatchSizes | undefined;
  /** FLOPs of the attention of a prompt, by which sequences are compared. */
  attentionCost(promptTokens: number): number;
}

/** Demands on memory, each at its largest. */
export interface Use {
  /** Cached tokens of a data group, [replicas × dataGroups]. */
  readonly kvTokens: Float64Array;
  /** KV tokens in layers with a window: of a sequence no more than the window. */
  readonly windowedKvTokens: Float64Array;
  /** Most rows of one data group in one pass: new tokens, and padding. */
  readonly passTokens: number;
  /** Most rows of one pass, all data groups together. */
  readonly passTotalTokens: number;
  /** Most sequences of one data group in one pass. */
  readonly passSequences: number;
  /** Most sequences of one data group that are held at a time; if unset: as in one pass. */
  readonly heldSequences?: number;
  /** Most sequences of one data group in a step that only decodes and that no captured graph holds; if unset: there was none. */
  readonly uncapturedSequences?: number;
}

/** The largest demands that the passes may make; of a batch, a sequence reserves prompt + output − 1 cached tokens from start to end. */
export interface Load extends Use {
  /** Whether `kvTokens` is a pool, set aside whatever comes. */
  readonly pooled: boolean;
  /** Data groups, of all replicas, that never hold a sequence. */
  readonly emptyDataGroups: number;
  /** Micro-batches that hold a sequence, of the replica that has most. */
  readonly microBatches: number;
  /** Mean tokens of a decode pass; 0 when nothing decodes. */
  readonly decodeTokens: number;
}

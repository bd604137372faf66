import type { Pass } from "@tokenyard/model";
import type { Streams } from "@tokenyard/random";
import type { BatchSizes } from "./batches/batch-sizes.ts";
import type { Cache } from "./cache.ts";
import type { HostRoom } from "./prefix/host-tier.ts";
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
  /** `pass` has left the last stage and its tokens are out: reports to `observer` the first tokens, then what has finished, each in order of request. */
  finish(pass: Pass, nowNs: number, observer: SchedulerObserver): void;
  /** What the requests will ask of the ranks' memory, known before the run. */
  load(): Load;
  /** What they have asked of it at most up to now; undefined where a scheduler does not say: all of the load. */
  use?(): Use;
  /** `pass`, which is under way, is broken off: none of its tokens are out. It is formed again when the next one is asked for. */
  breakOff(pass: Pass): void;
  /**
   * Takes `request` back from where it is, with all that is cached of it, and lets it wait again, as one that comes now; tokens that are out stay
   * out. Returns the replica that it waits at. Where this is missing, requests stay where they are. Throws for one whose pass is under way, which
   * may be broken off, or whose cache is on its way from another pool.
   */
  requeue?(request: number, nowNs: number, observer: SchedulerObserver): number;
  /** Whether `replica` has anything to compute, where there is no `cache` that says so. */
  hasWork?(replica: number): boolean;
  /** Where decode steps can be foreseen: they are then taken in one go. */
  readonly foresight?: Foresight;
  /** Where a request may have its prompt computed in another pool. */
  readonly handover?: Handover | undefined;
  /** Of a scheduler that serves requests as they come, from caches of blocks. */
  readonly cache?: Cache;
  /** Where data groups may be lost. */
  readonly recovery?: Recovery;
  /** [replicas] what became of drafts up to now, where steps verify any. */
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

/** Requests that come from a pool that computes prompts, or go on to one that decodes. */
export interface Handover {
  /** Whether an empty cache would hold all of `request`. */
  fits(request: number): boolean;
  /**
   * As `arrive`, of a request that has its prompt cached, and its first token out, in another pool, and is never refused. `reserve` reports when there is room for
   * it; once all is here, `landed` is to be called.
   */
  receive(request: number, firstTokenNs: number, progress?: Progress, avoided?: number): number;
  /**
   * As `arrive`, of a request that has lost what other pools had cached of it, and has `progress` out: its prompt and that are computed here, which yields its next token.
   * Undefined: there is no room for so many tokens, and it is not in.
   */
  recompute(request: number, progress: Progress, nowNs: number): number | undefined;
  /** What the client has of `request`; tokens that wait for a step of another pool are not out. */
  progressOf(request: number): Progress;
  /** Tokens of `request` that are cached for another pool, of one that finished here with its token. */
  keptTokens(request: number): number;
  /** `request`, which is in with its cache elsewhere, waits at another data group, or again at the same. Returns the replica. */
  moveOn(request: number, nowNs: number): number;
  /** Takes `request` in at the data group of its place, all of it cached there and tokens of it out. As with `receive`, it decodes once it has room and has landed. Returns its replica. */
  resume(request: number, nowNs: number): number;
  /** Lets in those who wait at the data group of `request` with a cache elsewhere, as far as there is room; also while passes are under way. */
  reserve(request: number, nowNs: number, observer: SchedulerObserver): void;
  /** What `request` had cached elsewhere is here. Returns its replica. */
  landed(request: number): number;
  /** The cache of `request` is not needed any more, which finished here with its first token. Returns its replica. */
  release(request: number): number;
  /** The data group that caches `request`: replica · data groups + group; −1: none. */
  homeOf(request: number): number;
}

/** What becomes of requests whose data group is lost. A data group is replica · data groups + group. */
export interface Recovery {
  /** Whether requests may go to data group `home` from now on. Where all are closed, they go to any. */
  open(home: number, isOpen: boolean): void;
  /** Whether any data group is open. */
  isAnyOpen(): boolean;
  /** The requests that are in data group `home`, served or waiting, in order of number. */
  requestsIn(home: number): number[];
  /** Whether it is served. */
  isServed(request: number): boolean;
  /** Tokens of it that are cached. */
  cachedTokens(request: number): number;
  /** Those that were cached before its last pass. */
  settledTokens(request: number): number;
  /** Tokens that those that left data group `home` had there, in whole checkpoints. */
  copiedTokens(home: number): number;
  /** The data group that it is in; −1: none. */
  homeOf(request: number): number;
  /** `request`, which waits, goes on from so many tokens that come from elsewhere once there is room for it. */
  restore(request: number, tokens: number): void;
  /** Tokens of it that are out. */
  outputTokens(request: number): number;
  /** Whether a pass that it is in is under way. */
  isUnderWay(request: number): boolean;
  /** Where it is; −1: nowhere. */
  replicaOf(request: number): number;
  /** Whether balancers keep away from `replica` from now on, open or not. */
  shun(replica: number, isShunned: boolean): void;
  /** Whether any data group of `replica` is open, and balancers do not keep away from it. */
  isReachable(replica: number): boolean;
  /** Whether any data group is open from which balancers do not keep away. */
  isAnyReachable(): boolean;
  /** What data group `home`, in which none is served, has kept for others is lost. */
  forget(home: number): void;
  /** As `fail`, and it is not reported, but to `observer` that it loses its cache. */
  takeOut(request: number, nowNs: number, observer?: SchedulerObserver): void;
  /** `request`, which waits, begins again from its prompt: what it had put out is thrown away. */
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
  /** Where caches are copied: so many tokens together, and the places in GPUs' caches that a token has with its copy. */
  readonly checkpoints?: { readonly every: number; readonly copies: number };
  /** Where requests keep more than the blocks of their tokens. */
  readonly states?: StatesRule | undefined;
  /** Ranks that share the cache of each sequence, so that a block has as many times the tokens; undefined: 1. */
  readonly contextRanks?: number;
  /** What its pool does, where another does the rest. */
  readonly role?: "prefill" | "decode";
  /** What a data group may put into the memory of its host; undefined: nothing. */
  readonly host?: HostRoom | undefined;
  /** Passes that each micro-batch has at most; undefined: any number. */
  readonly passes?: number;
  /** Passes of a replica that can be on its stages at once. */
  readonly passesAtOnce: number;
  readonly replicas: number;
  /** The one that all requests go to, whatever the balancer says; undefined: any. */
  readonly onlyReplica?: number | undefined;
  /** Data groups of a replica. */
  readonly dataGroups: number;
  /** Tokens that the attention of windowed layers sees; Infinity where there are none. */
  readonly window: number;
  /** Rows of a data group whose attention is computed at once; none: all of a pass. */
  readonly attentionChunk?: number;
  /** Where decode steps are captured for batches of some sizes. */
  readonly batchSizes?: BatchSizes | undefined;
  /** FLOPs of the attention of a prompt: what makes one sequence longer than another. */
  attentionCost(promptTokens: number): number;
}

/** Demands on memory, each at its largest. */
export interface Use {
  /** Cached tokens of a data group, [replicas × dataGroups]. */
  readonly kvTokens: Float64Array;
  /** As `kvTokens`, in layers with a window: of a sequence no more than the window. */
  readonly windowedKvTokens: Float64Array;
  /** Most rows of one data group in one pass: new tokens, and padding. */
  readonly passTokens: number;
  /** Most rows of one pass, all data groups together. */
  readonly passTotalTokens: number;
  /** Most sequences of one data group in one pass. */
  readonly passSequences: number;
  /** Most sequences of one data group that are held at a time; if unset: as in one pass. */
  readonly heldSequences?: number;
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

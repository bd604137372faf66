import type { Pass } from "./pass.ts";
import type { Requests } from "./request.ts";

/** Hears when output tokens are out. */
export interface RequestLog {
  firstToken(request: number, nowNs: number): void;
  finished(request: number, nowNs: number): void;
}

/** Forms the passes of every replica. It knows the requests and the shape of the replicas, and nothing of ranks or durations. */
export interface Scheduler {
  readonly kind: string;
  /** Takes `request` in. Each request arrives once. */
  arrive(request: number, nowNs: number): void;
  /** The next pass for stage 0 of `replica`, or undefined. To be called until undefined, after arrivals and after `finish`. */
  next(replica: number, nowNs: number): Pass | undefined;
  /** `pass` has left the last stage and its tokens are out: tells `log` the first tokens, then what has finished, each in order of request. */
  finish(pass: Pass, nowNs: number, log: RequestLog): void;
  /** What the requests will ask of the ranks' memory, known before the run. */
  load(): Load;
}

/** What a scheduler may know. */
export interface ServingContext {
  readonly requests: Requests;
  readonly replicas: number;
  /** Data groups of a replica. */
  readonly dataGroups: number;
  /** Tokens that the attention of windowed layers sees; Infinity where there are none. */
  readonly window: number;
  /** FLOPs of the attention of a prompt: what makes one sequence longer than another. */
  attentionCost(promptTokens: number): number;
}

/** The largest demands that the passes will make. */
export interface Load {
  /** Cached tokens that a data group reserves at its peak, [replicas × dataGroups]; a sequence reserves prompt + output − 1. */
  readonly kvTokens: Float64Array;
  /** As `kvTokens`, in layers with a window: a sequence reserves no more than the window. */
  readonly windowedKvTokens: Float64Array;
  /** Most new tokens of one data group in one pass. */
  readonly passTokens: number;
  /** Most new tokens of one pass, all data groups together. */
  readonly passTotalTokens: number;
  /** Most sequences of one data group in one pass. */
  readonly passSequences: number;
  /** Data groups, of all replicas, that never hold a sequence. */
  readonly emptyDataGroups: number;
  /** Micro-batches that hold a sequence, of the replica that has most. */
  readonly microBatches: number;
  /** Mean tokens of a decode pass; 0 when nothing decodes. */
  readonly decodeTokens: number;
}

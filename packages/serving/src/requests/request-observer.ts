/** A micro-batch of a replica, as its scheduler numbers it; neither distinguishes its passes. */
export interface BatchId {
  readonly replica: number;
  readonly microBatch: number;
}

/** Receives the outcomes of requests. `batch` is the micro-batch in whose passes a request is computed. */
export interface RequestObserver<Batch = BatchId> {
  /** Reports that `batch` computes `request` from now on, for the first time or again after `preempted`. */
  started(request: number, batch: Batch, nowNs: number): void;
  firstToken(request: number, batch: Batch, nowNs: number): void;
  /** Reports that `request` loses its cache and waits again; all its tokens so far will be recomputed. */
  preempted(request: number, batch: Batch, nowNs: number): void;
  /** It waits and starts again from its prompt; its output is discarded. */
  startedOver(request: number, nowNs: number): void;
  finished(request: number, batch: Batch, nowNs: number): void;
  /** It can never be served. */
  rejected(request: number, nowNs: number): void;
  /** A fault took it. */
  failed(request: number, nowNs: number, replica: number): void;
}

/** Interface of a scheduler to the code that runs its passes: outcomes of requests, and what it waits for. */
export interface SchedulerObserver extends RequestObserver {
  /** `count` gaps between two output tokens of a request, of `lengthNs` each. */
  gaps(lengthNs: number, count: number): void;
  /** `sequences` requests each had an output token at `atNs[0]`, …, `atNs[count − 1]`: all the gaps between those. */
  steps(atNs: Float64Array, count: number, sequences: number): void;
  /** Blocks of `request` are being loaded from the host until `readyNs`: then `replica` should form a pass again. */
  loading(request: number, replica: number, readyNs: number): void;
  /** It met a full queue in `replica`. */
  refused(request: number, replica: number, nowNs: number): void;
  /** There is room for the copied `tokens` of `request`. Returns when they are there. */
  restores?(request: number, tokens: number, nowNs: number): number;
  /** There is room for the cache of `request` from another pool: it may be sent. */
  reserved?(request: number, nowNs: number): void;
}

/** One row for each op on a rank, on request. */
export interface Spans {
  readonly rank: Int32Array;
  /** index in `opKinds` */
  readonly kind: Uint8Array;
  readonly microBatch: Int32Array;
  readonly pass: Int32Array;
  readonly phase: Uint8Array;
  /** −1 for none */
  readonly layer: Int32Array;
  /** 1 or 2 for a half of the micro-batch, 0 for all of it */
  readonly half: Uint8Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** when the rank's own work ended; from here to `endNs` it waited */
  readonly workNs: Float64Array;
  /** rank of the same group that was ready last, for which the others waited */
  readonly cause: Int32Array;
}

/** One row for each state of each request, in the order in which they ended. */
export interface RequestSpans {
  readonly request: Int32Array;
  /** index in REQUEST_STATES */
  readonly state: Uint8Array;
  /** of its pool; −1 before it is served */
  readonly replica: Int32Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
}

/** Tokens in the blocks of cache that are held, from each time to the next. */
export interface CacheSteps {
  readonly atNs: Float64Array;
  readonly tokens: Float64Array;
}

/** Copies of caches of sequences, and loads from them. */
export interface CheckpointColumns {
  readonly copiedTokens: number;
  readonly copiedBytes: number;
  /** Part of these bytes over the fabric and over links in nodes. */
  readonly fabricBytes: number;
  readonly nodeBytes: number;
  /** Time that copies took on the link of the data group that copied most. */
  readonly busiestLinkNs: number;
  /** Requests that went on from copies, their tokens, and the time from when there was room until they were there. */
  readonly restored: { readonly requests: number; readonly tokens: number; readonly ns: number };
}

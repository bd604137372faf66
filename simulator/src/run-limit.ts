/** Of a batch that is dealt out at the start: simulated time after which nobody wants to hear of the run any more. */
export interface RunLimit {
  /** By then every request must have its first token. */
  readonly firstTokensNs: number;
  /** By then all must be over. */
  readonly endNs: number;
}

/** Whether a run passes its limit, as soon as that is known. */
export class LimitWatch {
  isPassed = false;
  readonly #firstTokensNs: number;
  readonly #endNs: number;

  constructor({ firstTokensNs, endNs }: RunLimit) {
    this.#firstTokensNs = firstTokensNs;
    this.#endNs = endNs;
  }

  /** The run has come to `nowNs`, or is known to come to it, before which some first tokens are not out where `isFirst`. */
  reach(nowNs: number, isFirst: boolean): void {
    if (nowNs > this.#endNs || (isFirst && nowNs > this.#firstTokensNs)) this.isPassed = true;
  }
}

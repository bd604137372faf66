/** How far a run has come. */
export interface Progress {
  readonly events: number;
  readonly nowNs: number;
  readonly finished: number;
  /** How many there will be; so far as is known. */
  readonly requests: number;
}

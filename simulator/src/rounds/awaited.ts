/** Whom steps may have to wait for. */
export interface Awaited {
  /** When the next request comes, as far as is known. */
  readonly nextNs: () => number;
  /** Whether it may be turned away before the replica hears of it. */
  readonly mayBeRefused: boolean;
}

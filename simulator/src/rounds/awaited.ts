import type { Comes } from "../pools/surroundings.ts";

/** Whom steps may have to wait for. */
export interface Awaited {
  /** Who knows when the next request comes. */
  readonly comes: Comes;
  /** Whether it may be turned away before the replica hears of it. */
  readonly mayBeRefused: boolean;
}

import type { Spread } from "./law-noise.ts";
import type { LawPass } from "./law-table.ts";

/** What the law says of passes with the tokens of some facts. */
export interface LawFacts {
  readonly pass: LawPass;
  readonly spread: Spread;
  /**
   * [ranks] waits in a pass for slower ranks, beyond those of its rows; and the excess time of experts on the slowest rank, times the
   * number of ranks
   */
  readonly waitedNs: Float64Array;
  readonly lostNs: Float64Array;
}

import type { Spread } from "./law-noise.ts";
import type { LawPass } from "./law-table.ts";

/** What the law says of passes with the tokens of some facts. */
export interface LawFacts {
  readonly pass: LawPass;
  readonly spread: Spread;
  /** [ranks] waited in a pass for slower ones, beyond what its rows say; and by how much experts took longer where a rank was the slowest, times the ranks */
  readonly waitedNs: Float64Array;
  readonly lostNs: Float64Array;
}

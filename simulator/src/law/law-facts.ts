import type { Phase } from "@tokenyard/model";
import type { OpCost } from "@tokenyard/program";
import type { Spread } from "./law-noise.ts";
import type { LawPass } from "./law-table.ts";

/** Result of the law for passes with the tokens of some facts. */
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

/** Facts of passes that the law completes. */
export interface FactsOfLaw {
  /** [parts × data groups] −1 before it is filled */
  readonly tokens: Float64Array;
  /** Phase, if exchanges or the host's time depend on it; else 0. */
  phase: Phase;
  /** [rows] costs; those of contexts and launches are of the current pass */
  readonly costs: readonly OpCost[];
  readonly durations: readonly Float64Array[];
  /** Facts on the law, if routed layers follow it: the `durations` from it are equal on all ranks, which wait for the slowest. */
  law: LawFacts | undefined;
  /** Copies to experts that have no slot, in all layers. */
  masked: number;
  /** Copies that went to other experts. */
  elsewhere: number;
}

import type { JointTurn, NearestPoint } from "./joint-turn.ts";
import type { TurningPoint } from "./turning-point.ts";

/** How large a search for another verdict was. */
export interface SearchSize {
  /** Points at which one assumption has another value, and at which several do or the plan is read in another way. */
  readonly single: number;
  readonly joint: number;
  /** Runs of those points: one each, and one with another seed where the first is near a turn or is printed; 0 of numbers of the compiled plan. */
  readonly runs: number;
}

/** How the verdict turns inside the ranges of assumptions. */
export interface Turns {
  /** Turning points on one assumption alone, the nearest to the assumed value first. */
  readonly turningPoints: readonly TurningPoint[];
  /** Turn on several assumptions together, if none turns it alone. */
  readonly jointTurn?: JointTurn;
  /** Undefined where nothing was searched. */
  readonly search?: SearchSize & { readonly nearest?: NearestPoint };
}

import type { Change } from "./change.ts";
import type { TurningPoint } from "./turning-point.ts";

/** Plan a with some of the changes to b, as it ran with the seed of a. */
export interface TriedChanges {
  readonly changes: readonly Change[];
  /** The number that is asked about; null where no plan can be, or it has none. Infinity: longer than any bound. */
  readonly number: number | null;
  /** Whether the target of that name is met; null without one. */
  readonly met: boolean | null;
  /** GPUs of the plan; null where no plan can be. */
  readonly gpus: number | null;
  /** Why no plan can be. */
  readonly reason: string | null;
  /** Whether this is the answer of b: its side of the target, and at most a tenth of the way from b's number. */
  readonly isEnough: boolean;
}

/** Why two plans answer differently. Plain data. */
export interface Why {
  /** Name of the number that is asked about. */
  readonly metric: string;
  readonly a: Pick<TriedChanges, "number" | "met" | "gpus">;
  readonly b: Pick<TriedChanges, "number" | "met" | "gpus">;
  readonly changes: readonly Change[];
  /** Each change by itself. */
  readonly single: readonly TriedChanges[];
  /** The shortest list that was found to be enough; undefined where the answers are the same. */
  readonly shortest: TriedChanges | undefined;
  /** Whether every shorter list was run, too. */
  readonly isShortest: boolean;
  /** Runs of a with changes. */
  readonly runs: number;
  /** Load at which the better one changes; undefined where both have no load in common, or neither is better. */
  readonly turning: TurningPoint | undefined;
  readonly sentences: readonly string[];
}

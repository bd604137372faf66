import { intervalOf, type Likeness, MEASURED, type Measured, residualsLike } from "@tokenyard/report";
import { COLUMN, combinationOf, type Residual } from "./residual.ts";
import { residualTable } from "./residual-table.ts";

const FOLDS = 8;

/** What is left out together: runs of one curve, or all of an engine, model and GPU. */
export type LeftOut = "curve" | "combination";

/** How a run that a table did not see lies in the interval that it gives. */
export interface Judged {
  readonly residual: Residual;
  readonly measured: Measured;
  readonly isInside: boolean;
  /** High over low end. */
  readonly width: number;
}

/** Each run by a table of the others: folds of whole curves, or of whole combinations, which are then unseen. */
export function leftOut(all: readonly Residual[], together: LeftOut, folds = FOLDS): Judged[] {
  const keyOf = (each: Residual) => (together === "curve" ? each.curve : combinationOf(each));
  const keys = [...new Set(all.map(keyOf))].sort();
  const foldOf = new Map(keys.map((key, at) => [key, at % folds]));
  return Array.from({ length: Math.min(folds, keys.length) }, (_, fold) => {
    const isIn = (each: Residual) => foldOf.get(keyOf(each)) === fold;
    const table = residualTable(all.filter((each) => !isIn(each)));
    return all.filter(isIn).flatMap((residual) => judged(residual, table));
  }).flat();
}

function judged(residual: Residual, table: ReturnType<typeof residualTable>): Judged[] {
  const { kind, load, engine } = residual;
  const likeness = { engine: engine as Likeness["engine"], kind, load, combinations: [combinationOf(residual)], borrows: false };
  const like = residualsLike(likeness, table);
  if (like === undefined) return [];
  return MEASURED.map((measured) => {
    const { low, high } = intervalOf(1, like.spreads[measured]);
    const ratio = residual[COLUMN[measured]];
    return { residual, measured, isInside: ratio >= low && ratio <= high!, width: high! / low };
  });
}

/** Share of runs inside their intervals, and the median ratio of high to low ends. */
export interface Coverage {
  readonly runs: number;
  readonly inside: number;
  readonly width: number;
}

export function coverageOf(judgements: readonly Judged[]): Coverage {
  const widths = judgements.map(({ width }) => width).sort((a, b) => a - b);
  const inside = judgements.filter(({ isInside }) => isInside).length / judgements.length;
  return { runs: judgements.length, inside, width: widths[Math.floor(widths.length / 2)] ?? Number.NaN };
}

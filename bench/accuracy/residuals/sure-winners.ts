import { DRAWS, deviationAt, drawnErrors, type Likeness, type Measured, type Relation, residualsLike } from "@tokenyard/report";
import { groupOf, type Pair, pairsOf, relatedOf } from "./pairs.ts";
import { COLUMN, combinationOf, type Residual } from "./residual.ts";
import { residualTable } from "./residual-table.ts";

const FOLDS = 8;

/** What two plans are compared by: a latency, or the throughput of a GPU. */
export const CONTESTS = ["TTFT", "TPOT", "throughput per GPU"] as const;
export type Contest = (typeof CONTESTS)[number];
const OF: Readonly<Record<Contest, Measured>> = { TTFT: "ttftSeconds", TPOT: "tpotSeconds", "throughput per GPU": "e2eSeconds" };

/** A pair of measured runs, and how sure a table that saw neither is of the better one. */
export interface Judged {
  readonly contest: Contest;
  readonly relation: Relation;
  /** Probability, at least one half. */
  readonly chance: number;
  /** Whether that one was the better when measured. */
  readonly isRight: boolean;
}

/**
 * Pairs of runs of which neither was measured to be `most` times the other, each judged by a table that saw no run of their model and lengths. Eight folds.
 */
export function judgedPairs(all: readonly Residual[], most = 2): Judged[] {
  const groups = [...new Set(all.map(groupOf))].sort();
  const foldOf = new Map(groups.map((group, at) => [group, at % FOLDS]));
  return Array.from({ length: FOLDS }, (_, fold) => {
    const isIn = (each: Residual) => foldOf.get(groupOf(each)) === fold && each.shape !== undefined;
    const table = residualTable(all.filter((each) => !isIn(each)));
    const pairs = pairsOf(all.filter(isIn));
    return CONTESTS.flatMap((contest) => pairs.flatMap((pair) => judged(pair, contest, table, most)));
  }).flat();
}

function judged({ a, b, relation }: Pair, contest: Contest, table: ReturnType<typeof residualTable>, most: number): Judged[] {
  const measured = OF[contest];
  const key = COLUMN[measured];
  const [x, y] = [a.shape!, b.shape!];
  const gpus = contest === "throughput per GPU" ? Math.log(y.gpus / x.gpus) : 0;
  const simulated = Math.log(y.simulated[key] / x.simulated[key]) + gpus;
  const real = simulated + Math.log(b[key] / a[key]);
  if (Math.abs(real) >= Math.log(most)) return [];
  const errors = drawnErrors([relatedOf(a), relatedOf(b)], table.apart);
  const [first, second] = [a, b].map((each) => spreadOf(each, measured, table));
  if (first === undefined || second === undefined) return [];
  const [of, against] = [errors.of(0, measured), errors.of(1, measured)];
  let better = 0;
  for (let draw = 0; draw < DRAWS; draw++)
    if (simulated + deviationAt(second, against[draw]!) - deviationAt(first, of[draw]!) < 0) better++;
  const chance = better / DRAWS;
  return [{ contest, relation, chance: Math.max(chance, 1 - chance), isRight: chance > 0.5 === real < 0 }];
}

function spreadOf(each: Residual, measured: Measured, table: ReturnType<typeof residualTable>) {
  const { kind, load, engine } = each;
  const likeness = { engine: engine as Likeness["engine"], kind, load, combinations: [combinationOf(each)], borrows: false };
  return residualsLike(likeness, table)?.spreads[measured];
}

/** How often the winner was right among pairs whose chance was from `from` to `to`. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly pairs: number;
  /** Means: the chance that was said, and how often it was right. */
  readonly said: number;
  readonly right: number;
}

export function binned(judgements: readonly Judged[], edges: readonly number[] = [0.5, 0.6, 0.7, 0.8, 0.9, 1]): Bin[] {
  return edges.slice(1).map((to, at) => {
    const from = edges[at]!;
    const own = judgements.filter(({ chance }) => chance >= from && (chance < to || to === 1));
    const said = own.reduce((sum, { chance }) => sum + chance, 0) / own.length;
    return { from, to, pairs: own.length, said, right: own.filter(({ isRight }) => isRight).length / own.length };
  });
}

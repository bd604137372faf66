import {
  MEASURED,
  type Measured,
  RELATIONS,
  type Relation,
  type Residuals,
  type ResidualTable,
  spreadOf,
  WIDENING,
} from "@tokenyard/report";
import { neighboursOf, type Pair, pairsOf } from "./pairs.ts";
import { quantile } from "./quantile.ts";
import { COLUMN, type Residual } from "./residual.ts";

/** Pairs that differ so, below which those that differ in more stand in; of all, as if they had nothing in common. */
const FEWEST = 30;

/** How far apart the errors of two runs lie, each from the median of its kind, over what they would if they had nothing in common: 80 % of pairs are nearer. */
export function apartOf(all: readonly Residual[], residuals: readonly Residuals[]): ResidualTable["apart"] {
  const pairs = [...neighboursOf(all), ...pairsOf(all)];
  const apart: Partial<Record<Relation, Readonly<Record<Measured, number>>>> = {};
  let wider: Readonly<Record<Measured, number>> = { ttftSeconds: 1, tpotSeconds: 1, e2eSeconds: 1 };
  for (const relation of RELATIONS.toReversed()) {
    const own = pairs.filter((pair) => pair.relation === relation);
    if (own.length >= FEWEST)
      wider = Object.fromEntries(MEASURED.map((measured) => [measured, nearest(own, measured, residuals)])) as typeof wider;
    apart[relation] = wider;
  }
  return apart as ResidualTable["apart"];
}

function nearest(pairs: readonly Pair[], measured: Measured, residuals: readonly Residuals[]): number {
  const shares = pairs.map(({ a, b }) => {
    const [one, other] = [a, b].map((each) => {
      const { median, below, above } = spreadOf(factorsOf(each, measured, residuals), WIDENING);
      return { from: Math.log(each[COLUMN[measured]]) - median, side: (below + above) / 2 };
    }) as [Lying, Lying];
    return Math.abs(one.from - other.from) / Math.hypot(one.side, other.side);
  });
  return Number(
    quantile(
      shares.sort((x, y) => x - y),
      0.8,
    ).toPrecision(3),
  );
}

interface Lying {
  readonly from: number;
  readonly side: number;
}

function factorsOf({ engine, kind, load }: Residual, measured: Measured, residuals: readonly Residuals[]) {
  const of = (by: string) => residuals.find((each) => each.engine === by && each.kind === kind && each.load === load);
  return (of(engine) ?? of("any"))!.factors[measured];
}

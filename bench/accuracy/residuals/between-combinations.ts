import { MEASURED, type Measured, type ResidualTable } from "@tokenyard/report";
import { quantile } from "./quantile.ts";
import { COLUMN, combinationOf, type Residual } from "./residual.ts";

/** Runs of a combination below which its median says little. */
const FEWEST = 5;

/** How far medians of combinations lie from one another within an engine, kind and load: their standard deviation, over all of these. */
export function betweenCombinations(all: readonly Residual[]): ResidualTable["between"] {
  const groups = grouped(all, ({ engine, kind, load }) => `${engine} ${kind} ${load}`).map((group) =>
    grouped(group, combinationOf).filter((own) => own.length >= FEWEST),
  );
  const deviationOf = (measured: Measured) => {
    let [squares, free] = [0, 0];
    for (const combinations of groups.filter(({ length }) => length > 1)) {
      const medians = combinations.map((own) => medianOf(own, measured));
      const mean = medians.reduce((sum, each) => sum + each, 0) / medians.length;
      squares += medians.reduce((sum, each) => sum + (each - mean) ** 2, 0);
      free += medians.length - 1;
    }
    return free === 0 ? 0 : Number(Math.sqrt(squares / free).toPrecision(3));
  };
  return Object.fromEntries(MEASURED.map((measured) => [measured, deviationOf(measured)])) as Record<Measured, number>;
}

function medianOf(rows: readonly Residual[], measured: Measured): number {
  const sorted = rows.map((row) => Math.log(row[COLUMN[measured]])).sort((a, b) => a - b);
  return quantile(sorted, 0.5);
}

function grouped(rows: readonly Residual[], keyOf: (row: Residual) => string): Residual[][] {
  const groups = new Map<string, Residual[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups.values()];
}

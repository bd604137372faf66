import type { ChoiceCount } from "./expert-trace.ts";

/** Copies of each expert, a row for each layer, of the choices of an interval. */
export interface ExpertTable {
  readonly interval: number;
  readonly rows: readonly (readonly number[])[];
}

/**
 * A table for each interval that has choices, in their order. A layer that has none in an interval keeps the row of the one before; before its first it has that of
 * all choices.
 */
export function expertTables(counts: readonly ChoiceCount[], layers: readonly number[], experts: number): ExpertTable[] {
  const rowOf = new Map(layers.map((layer, row) => [layer, row]));
  const filled = (of: readonly ChoiceCount[]) => {
    const rows = layers.map(() => new Array<number>(experts).fill(0));
    for (const { layer, expert, copies } of of) rows[rowOf.get(layer)!]![expert]! += copies;
    return rows;
  };
  const byInterval = new Map<number, ChoiceCount[]>();
  for (const count of counts) {
    const of = byInterval.get(count.interval);
    if (of === undefined) byInterval.set(count.interval, [count]);
    else of.push(count);
  }
  let before = filled(counts);
  return [...byInterval.keys()]
    .sort((a, b) => a - b)
    .map((interval) => {
      before = filled(byInterval.get(interval)!).map((row, at) => (row.some((copies) => copies > 0) ? row : before[at]!));
      return { interval, rows: before };
    });
}

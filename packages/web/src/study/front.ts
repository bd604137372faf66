import type { StudyMetric, StudyRow } from "@tokenyard/study";

/** A metric and its place among a row's values. */
export interface PlacedMetric extends StudyMetric {
  readonly at: number;
}

/** Rows that meet the demands on the Pareto front of two metrics, from the best of the first on; all rows that are equal in both stay. */
export function frontOf<Row extends Pick<StudyRow, "index" | "values" | "met">>(
  rows: readonly Row[],
  first: Pick<PlacedMetric, "at" | "better">,
  second: Pick<PlacedMetric, "at" | "better">,
): Row[] {
  const cost = ({ values }: Row, { at, better }: Pick<PlacedMetric, "at" | "better">) => (better === "less" ? values[at]! : -values[at]!);
  const able = rows.filter(({ values, met }) => met === true && values[first.at] != null && values[second.at] != null);
  const sorted = able.toSorted((a, b) => cost(a, first) - cost(b, first) || cost(a, second) - cost(b, second) || a.index - b.index);
  const front: Row[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const row of sorted) {
    const last = front.at(-1);
    const isAlike = last !== undefined && cost(row, first) === cost(last, first) && cost(row, second) === cost(last, second);
    if (cost(row, second) >= least && !isAlike) continue;
    front.push(row);
    least = cost(row, second);
  }
  return front;
}

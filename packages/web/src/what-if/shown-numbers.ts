import { headlineTexts, metricWords, Numbers, type Report } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";
import type { TriedValue } from "@tokenyard/study";

/** A number of every value of a slider: a target's, or one that opens a report. */
export interface ShownNumber {
  readonly name: string;
  readonly words: string;
  readonly path: string;
  readonly unit: string;
  /** Bound that a target sets. */
  readonly bound: number | undefined;
}

/** Numbers to show for `tried`: the first numbers of any of their reports. */
export function shownNumbers(tried: readonly TriedValue[]): ShownNumber[] {
  const shown = new Map<string, ShownNumber>();
  for (const { row } of tried) {
    if (row.status !== "ok") continue;
    for (const { name } of headlineTexts(row.report, new Numbers(row.report))) {
      const target = row.report.targets.find((each) => each.name === name);
      const metric = metricOf(name);
      const path = target?.metric ?? metric?.path ?? name;
      if (!shown.has(name)) shown.set(name, { name, words: metricWords(name), path, unit: metric?.unit ?? "", bound: target?.target });
    }
  }
  return [...shown.values()];
}

/** The number of `report`; null where it has none, or is longer than any bound. */
export function numberOf(report: Report, { path }: ShownNumber): number | null {
  const value = new Numbers(report).value(path);
  return value === null || !Number.isFinite(value) ? null : value;
}

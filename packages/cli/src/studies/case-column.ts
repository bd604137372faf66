import type { Formula, ParameterValue } from "@tokenyard/study";
import { type Case, shortPaths } from "@tokenyard/study";
import { numberForm } from "../tables/number-column.ts";
import type { TextColumn } from "../tables/text-table.ts";

const LONGEST_VALUE = 40;

/** A column for each path of the parameters, then one for each formula. */
export function caseColumns(cases: readonly Case[], paths: readonly string[], formulas: readonly Formula[]): TextColumn[] {
  const names = shortPaths(paths);
  return [
    ...paths.map((path, i) => parameterColumn(names[i]!, path, cases)),
    ...formulas.map((formula, at) => formulaColumn(formula, at, cases)),
  ];
}

/** A parameter's value as it would be written in a scenario, or that it has none. */
export function valueText(value: ParameterValue): string {
  if (value === null) return "unset";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}

function parameterColumn(heading: string, path: string, cases: readonly Case[]): TextColumn {
  const values = cases.map(({ parameters }) => parameters[path]);
  const isNumeric = values.every((value) => value === undefined || typeof value === "number" || /^\d/.test(String(value)));
  return { heading, align: isNumeric ? "right" : "left", cells: values.map((value) => (value === undefined ? "" : valueText(value))) };
}

function formulaColumn({ text: heading, unit: known }: Formula, at: number, cases: readonly Case[]): TextColumn {
  const { unit, mean } = numberForm(
    cases.map(({ values }) => values[at] ?? null),
    known ?? "",
  );
  const cells = cases.map(({ values, intervals }) => mean(values[at] ?? null, intervals[at] ?? null));
  return { heading, unit, align: "right", cells };
}

import type { Formula } from "@tokenyard/expression";
import type { Unit } from "@tokenyard/scenario";
import type { ParameterValue } from "./point.ts";
import type { PointResult } from "./point-result.ts";
import { resultScope } from "./words.ts";

/** Rows of a study as columns: the index, each parameter that any row has, the status, each formula, and the reason. */
export interface RowTable {
  readonly columns: readonly RowColumn[];
  /** [rows][columns]; null where a row has no value. */
  readonly cells: readonly (readonly ParameterValue[])[];
}

export interface RowColumn {
  readonly name: string;
  readonly kind: "index" | "parameter" | "status" | "formula" | "reason";
  /** Unit of a formula's numbers. */
  readonly unit?: Unit | "" | undefined;
}

export function rowTable(rows: readonly PointResult[], formulas: readonly Formula[]): RowTable {
  const paths = [...new Set(rows.flatMap(({ parameters }) => Object.keys(parameters)))];
  const hasReasons = rows.some(({ status }) => status !== "ok");
  const columns: RowColumn[] = [
    { name: "index", kind: "index" },
    ...paths.map((name): RowColumn => ({ name, kind: "parameter" })),
    { name: "status", kind: "status" },
    ...formulas.map(({ text, unit }): RowColumn => ({ name: text, kind: "formula", unit })),
    ...(hasReasons ? [{ name: "reason", kind: "reason" } as const] : []),
  ];
  const cells = rows.map((row) => {
    const scope = row.status === "ok" ? resultScope(row.report) : undefined;
    return [
      row.index,
      ...paths.map((path) => row.parameters[path] ?? null),
      row.status,
      ...formulas.map(({ evaluate }) => (scope === undefined ? null : evaluate(scope))),
      ...(hasReasons ? [row.status === "ok" ? null : row.reason] : []),
    ];
  });
  return { columns, cells };
}

import { type KernelImport, MEASURED_COLUMNS, selection, TRAFFIC_COLUMNS, trafficSelection } from "./kernel-import.ts";

/** A table in the columns that a scenario reads. */
export const OWN_TABLE: KernelImport = {
  name: "kernels by this program's columns",
  of: "kernels",
  isWhole: true,
  columns: ["kernel", "weights", "precision", "us"],
  selections: (from, _, present) => [selection(named(MEASURED_COLUMNS, present), from, "TRUE")],
};

export const OWN_TRAFFIC: KernelImport = {
  name: "traffic by this program's columns",
  of: "traffic",
  isWhole: true,
  columns: ["traffic", "library", "us"],
  selections: (from, _, present) => [trafficSelection(named(TRAFFIC_COLUMNS, present), from, "TRUE")],
};

function named(columns: readonly string[], present: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(columns.filter((column) => present.has(column)).map((column) => [column, `"${column}"`]));
}

import { type KernelImport, MEASURED_COLUMNS, selection } from "./kernel-import.ts";

/** A table in the columns that a scenario reads. */
export const OWN_TABLE: KernelImport = {
  name: "kernels by this program's columns",
  columns: ["kernel", "weights", "precision", "us"],
  selections: (from, _, present) => [
    selection(
      Object.fromEntries(MEASURED_COLUMNS.filter((column) => present.has(column)).map((column) => [column, `"${column}"`])),
      from,
      "TRUE",
    ),
  ],
};

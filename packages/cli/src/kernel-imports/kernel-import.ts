import type { ModelSpec, Precision } from "@tokenyard/scenario";

/** Facts that a file does not state. */
export interface ImportOptions {
  /** Model of the kernels, for files that name none. */
  readonly model?: ModelSpec;
  /** Ranks that share each matrix; of files that name none. */
  readonly tensor: number;
  /** Format of weights and cache; of files that name none. */
  readonly weights: Precision;
}

/** A format of measurements from another tool. */
export interface KernelImport {
  /** Name in messages. */
  readonly name: string;
  /** Kind of its rows: kernels or traffic. */
  readonly of: keyof typeof TABLE_COLUMNS;
  /** Columns by which a file of this form is known. */
  readonly columns: readonly string[];
  /** Whether its rows name no sizes, so that a model must. */
  readonly needsModel?: true;
  /** Whether every row of it must be one of the table, as in a file of the table's own form. */
  readonly isWhole?: true;
  /**
   * Selections from `from` in the columns of such a table, together every row that a table can hold. `present` are all columns of the file.
   */
  selections(from: string, options: ImportOptions, present: ReadonlySet<string>): string[];
}

/** Columns of a table of kernels, with the value if a kernel has no such column. */
export const MEASURED_COLUMNS = [
  "kernel",
  "weights",
  "precision",
  "inFeatures",
  "outFeatures",
  "innerFeatures",
  "experts",
  "active",
  "groupRows",
  "rows",
  "ranks",
  "topK",
  "tokens",
  "exponent",
  "heads",
  "kvHeads",
  "keySize",
  "valueSize",
  "sequences",
  "newTokens",
  "contextTokens",
  "us",
] as const;

/** Columns of a table of traffic. */
export const TRAFFIC_COLUMNS = [
  "traffic",
  "library",
  "ranks",
  "nodes",
  "experts",
  "topK",
  "tokens",
  "tokenBytes",
  "multiprocessors",
  "bytes",
  "us",
] as const;

export const TABLE_COLUMNS = { kernels: MEASURED_COLUMNS, traffic: TRAFFIC_COLUMNS } as const;

type Cells<Columns extends readonly string[]> = Partial<Record<Columns[number], string | number>>;

/** A selection of `cells`, each an expression of SQL, from `from` where `where` holds. */
export function selection(cells: Cells<typeof MEASURED_COLUMNS>, from: string, where: string): string {
  return selected(MEASURED_COLUMNS, cells, from, where);
}

/** SQL selection of traffic. */
export function trafficSelection(cells: Cells<typeof TRAFFIC_COLUMNS>, from: string, where: string): string {
  return selected(TRAFFIC_COLUMNS, cells, from, where);
}

function selected(columns: readonly string[], cells: Readonly<Record<string, string | number>>, from: string, where: string): string {
  return `SELECT ${columns.map((column) => `${cells[column] ?? "NULL"} AS "${column}"`).join(", ")} FROM ${from} WHERE ${where}`;
}

/** `'text'` as SQL has it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** An expression that gives for each value of `column` what `values` says, and NULL for others. */
export function chosen(column: string, values: Readonly<Record<string, string>>): string {
  const cases = Object.entries(values).map(([value, format]) => `WHEN ${quoted(value)} THEN ${quoted(format)}`);
  return `CASE ${column} ${cases.join(" ")} END`;
}

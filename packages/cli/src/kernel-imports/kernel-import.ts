import type { ModelSpec, Precision } from "@tokenyard/scenario";

/** What a file does not say of itself. */
export interface ImportOptions {
  /** Whose kernels they are; of files that name none. */
  readonly model?: ModelSpec;
  /** Ranks that share each matrix; of files that name none. */
  readonly tensor: number;
  /** Format of weights and cache; of files that name none. */
  readonly weights: Precision;
}

/** A form of measurements that others write. */
export interface KernelImport {
  /** As messages name it. */
  readonly name: string;
  /** Columns by which a file of this form is known. */
  readonly columns: readonly string[];
  /** Whether its rows name no sizes, so that a model must. */
  readonly needsModel?: true;
  /**
   * Selections from `from` in the columns of `MEASURED_COLUMNS`, together every row that a table can hold. `present` are all columns of the file.
   */
  selections(from: string, options: ImportOptions, present: ReadonlySet<string>): string[];
}

/** Columns of a table of kernels, and what stands where a kernel has no such column. */
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

type Cells = Partial<Record<(typeof MEASURED_COLUMNS)[number], string | number>>;

/** A selection of `cells`, each an expression of SQL, from `from` where `where` holds. */
export function selection(cells: Cells, from: string, where: string): string {
  const columns = MEASURED_COLUMNS.map((column) => `${cells[column] ?? "NULL"} AS "${column}"`);
  return `SELECT ${columns.join(", ")} FROM ${from} WHERE ${where}`;
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

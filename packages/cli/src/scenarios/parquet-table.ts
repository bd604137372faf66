import { existsSync } from "node:fs";
import { importedTable, tableLines } from "../kernel-imports/imported-table.ts";
import { UnreadableFile } from "./scenario-text.ts";

/**
 * The Parquet file at `path` as a table of kernels, or of traffic, that a scenario reads: in its own columns, or as `import-kernels` would turn it without
 * options. Throws UnreadableFile.
 */
export async function parquetTable(path: string): Promise<string> {
  if (!existsSync(path)) throw new UnreadableFile(path, "no such file");
  const table = await importedTable(path, { tensor: 1, weights: "bf16" });
  if (!("rows" in table)) throw new UnreadableFile(path, table.message);
  return `${tableLines(table.rows, table.form.of).join("\n")}\n`;
}

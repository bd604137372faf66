import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One line of a table of measurements, by column. Cells may be empty. */
export type Row = Readonly<Record<string, string>>;

/** The rows of `name` (comma-separated, no quotes, a header line) in the folder `data`. */
export function readTable(data: string, name: string): Row[] {
  const [header = "", ...lines] = readFileSync(join(data, name), "utf8").trimEnd().split("\n");
  const columns = header.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ""]));
  });
}

/** Reads a table whose cells may be quoted. */
export function quotedTable(data: string, name: string): Row[] {
  const [header = [], ...lines] = readFileSync(join(data, name), "utf8").trimEnd().split("\n").map(quotedCells);
  return lines.map((cells) => Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ""])));
}

function quotedCells(line: string): string[] {
  return Array.from(
    line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g),
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}

/** The number in `column` of `row`; NaN where the cell is empty. */
export function numberOf(row: Row, column: string): number {
  const cell = row[column] ?? "";
  return cell === "" ? Number.NaN : Number(cell);
}

/** The folder of measurements: the first argument, or TOKENYARD_MEASURED. */
export function dataFolder(): string {
  const folder = process.argv[2] ?? process.env["TOKENYARD_MEASURED"];
  if (folder === undefined) throw new Error("give the folder of measurements as an argument or in TOKENYARD_MEASURED");
  return folder;
}

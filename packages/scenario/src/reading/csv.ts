import type { Place } from "../problems/problem.ts";
import type { WrittenList, WrittenScalar } from "./written.ts";

/** Between commas, which double quotes around a cell hold together. */
const CELL = /(?<=^|,)(?:\s*"(?:[^"]|"")*"\s*(?=,|$)|[^,]*)/g;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/**
 * Reads comma-separated values as a list of rows, each with its place: numbers where a cell is one that is not too large, else its text. Empty lines, lines that
 * begin with #, and a first line without any number (a header) are no rows.
 */
export function readCsv(text: string, placeOf: (line: number, column: number) => Place): WrittenList {
  const lines = linesOf(text, placeOf);
  const [first] = lines;
  const hasHeader = first?.items.every((cell) => typeof cell.value !== "number") === true;
  return { form: "list", items: hasHeader ? lines.slice(1) : lines, place: placeOf(1, 1) };
}

/** A line, cell by cell. */
export interface WrittenCells extends WrittenList {
  readonly items: readonly WrittenScalar[];
}

/** All lines except empty ones and those that begin with #. */
export function linesOf(text: string, placeOf: (line: number, column: number) => Place): WrittenCells[] {
  const lines: WrittenCells[] = [];
  text.split(/\r\n|\n|\r/).forEach((line, i) => {
    const content = i === 0 ? line.replace(/^\uFEFF/, "") : line;
    if (content.trim() !== "" && !content.startsWith("#")) lines.push(rowOf(content, (column) => placeOf(i + 1, column)));
  });
  return lines;
}

function rowOf(line: string, placeOf: (column: number) => Place): WrittenCells {
  let column = 1;
  const cells = line.includes('"') ? Array.from(line.matchAll(CELL), ([cell]) => cell) : line.split(",");
  const items = cells.map((cell): WrittenScalar => {
    const value = cell.trim().replace(/^"(.*)"$/, (_, quoted: string) => quoted.replaceAll('""', '"'));
    const place = placeOf(column + cell.length - cell.trimStart().length);
    column += cell.length + 1;
    return { form: "scalar", value: NUMBER.test(value) && Number.isFinite(Number(value)) ? Number(value) : value, place };
  });
  return { form: "list", items, place: placeOf(1) };
}

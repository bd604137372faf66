import type { Place } from "./problem.ts";
import type { Written, WrittenList } from "./written.ts";

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/**
 * Reads comma-separated values as a list of rows, each with its place: numbers where a cell is one, else its text. Empty lines, lines that
 * begin with #, and a first line without any number (a header) are no rows.
 */
export function readCsv(text: string, placeOf: (line: number, column: number) => Place): WrittenList {
  const rows: Written[] = [];
  let isFirst = true;
  text.split(/\r\n|\n|\r/).forEach((line, i) => {
    const content = i === 0 ? line.replace(/^\uFEFF/, "") : line;
    if (content.trim() === "" || content.startsWith("#")) return;
    const row = rowOf(content, (column) => placeOf(i + 1, column));
    const isHeader = isFirst && row.items.every((cell) => cell.form === "scalar" && typeof cell.value !== "number");
    isFirst = false;
    if (!isHeader) rows.push(row);
  });
  return { form: "list", items: rows, place: placeOf(1, 1) };
}

function rowOf(line: string, placeOf: (column: number) => Place): WrittenList {
  let column = 1;
  const items = line.split(",").map((cell): Written => {
    const value = cell.trim();
    const place = placeOf(column + cell.length - cell.trimStart().length);
    column += cell.length + 1;
    return { form: "scalar", value: NUMBER.test(value) ? Number(value) : value, place };
  });
  return { form: "list", items, place: placeOf(1) };
}

import { CsvFormat } from "./csv-format.ts";
import { JsonFormat } from "./json-format.ts";
import { cachedOf, classOf, prefixOf, sessionOf, timeNsOf, tokensOf } from "./number.ts";
import { type Fault, filled, type LineFormat, type TraceRow } from "./trace-row.ts";

/** The columns of a trace of ours: those that every row has, then those that it may have. */
export const NEEDED = ["arrivedSeconds", "promptTokens", "outputTokens"] as const;
export const COLUMNS = [...NEEDED, "cachedTokens", "class", "session", "prefix"] as const;

/** A trace of ours with commas between its values; the ids of a prefix have spaces between them. */
export function ownCsv(classes: readonly string[]): LineFormat {
  return new CsvFormat(NEEDED, (field, row) => readOwn(field, row, classes));
}

/** A trace of ours with a JSON object to a line; a prefix is a list of ids. */
export function ownJsonl(classes: readonly string[]): LineFormat {
  return new JsonFormat((value, row) => readOwn((name) => value[name], row, classes));
}

/** Fills `row` from the values of a trace of ours, each by the name of its column. */
export function readOwn(read: (column: string) => unknown, row: TraceRow, classes: readonly string[]): Fault | true {
  return filled(row, {
    timeNs: timeNsOf("arrivedSeconds", read("arrivedSeconds"), 1e9),
    promptTokens: tokensOf("promptTokens", read("promptTokens")),
    outputTokens: tokensOf("outputTokens", read("outputTokens")),
    cachedTokens: cachedOf("cachedTokens", read("cachedTokens")),
    classIndex: classOf("class", read("class"), classes),
    session: sessionOf("session", read("session")),
    prefix: prefixOf("prefix", read("prefix")),
  });
}

import { shorten } from "@tokenyard/scenario";
import type { Fault, LineFormat, TraceRow } from "./trace-row.ts";

/** Fills a row from the fields of a line: `field` gives that of a column, undefined where the file has no such column. */
export type ReadFields = (field: (column: string) => string | undefined, row: TraceRow) => Fault | true;

/**
 * Values separated by commas under a heading that names the columns, in any order; other columns are ignored. A value may be in double
 * quotes, where two quotes mean one, but not on several lines.
 */
export class CsvFormat implements LineFormat {
  readonly #needed: readonly string[];
  readonly #readFields: ReadFields;
  #columns: ReadonlyMap<string, number> | undefined;
  #fields: readonly string[] = [];

  constructor(needed: readonly string[], readFields: ReadFields) {
    this.#needed = needed;
    this.#readFields = readFields;
  }

  read(line: string, row: TraceRow): Fault | boolean {
    const fields = fieldsOf(line);
    if (this.#columns === undefined) return this.#heading(fields, line);
    if (fields.length !== this.#columns.size) {
      return { given: `${fields.length} values`, wanted: `${this.#columns.size}, one for each column of the heading` };
    }
    this.#fields = fields;
    return this.#readFields(this.#field, row);
  }

  readonly #field = (column: string): string | undefined => {
    const index = this.#columns!.get(column);
    return index === undefined ? undefined : this.#fields[index];
  };

  #heading(fields: readonly string[], line: string): Fault | false {
    this.#columns = new Map(fields.map((name, index) => [name.trim(), index]));
    const missing = this.#needed.filter((name) => !this.#columns!.has(name));
    const isHeading = missing.length === 0 && this.#columns.size === fields.length;
    return isHeading
      ? false
      : { given: shorten(line), wanted: `a heading with the columns ${this.#needed.join(", ")}, each once`, isLast: true };
  }
}

function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    fields.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
  }
  return fields;
}

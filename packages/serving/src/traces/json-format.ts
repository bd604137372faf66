import { doubledKey, shorten } from "@tokenyard/scenario";
import type { Fault, LineFormat, TraceRow } from "./trace-row.ts";

/** What a JSON object has under its keys. */
export type JsonValue = Readonly<Record<string, unknown>>;

/** One JSON object per line; unknown keys are ignored. */
export class JsonFormat implements LineFormat {
  readonly #readValue: (value: JsonValue, row: TraceRow) => Fault | true;

  constructor(readValue: (value: JsonValue, row: TraceRow) => Fault | true) {
    this.#readValue = readValue;
  }

  read(line: string, row: TraceRow): Fault | boolean {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return { given: shorten(line), wanted: "a JSON object on a line of its own" };
    }
    if (typeof value !== "object" || value === null) return { given: shorten(line), wanted: "a JSON object on a line of its own" };
    return doubled(line, value) ?? this.#readValue(value as JsonValue, row);
  }
}

/** Fault of a `line` in which a key of `value` occurs twice. */
function doubled(line: string, value: object): Fault | undefined {
  if (quotes(line) === 2 * Object.keys(value).length) return undefined; // no other texts than keys, so each is there once
  const found = doubledKey(line);
  return found && { given: `${shorten(found.key)} a second time`, wanted: "each key once", column: found.column };
}

function quotes(line: string): number {
  let count = 0;
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) count++;
  return count;
}

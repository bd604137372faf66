import { shorten } from "@tokenyard/scenario";
import type { Fault, LineFormat, TraceRow } from "./trace-row.ts";

/** What a JSON object has under its keys. */
export type JsonValue = Readonly<Record<string, unknown>>;

/** A JSON object to a line; keys that nobody asks for are passed over. */
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
    return this.#readValue(value as JsonValue, row);
  }
}

import { Lines } from "./lines.ts";
import type { Fault, LineFormat, Rows, TraceRow } from "./trace-row.ts";

/** The rows of a text with one row to a line; empty lines are passed over. */
export class LineRows implements Rows {
  readonly #lines: Lines;
  readonly #format: LineFormat;

  constructor(pieces: Iterable<Uint8Array>, format: LineFormat) {
    this.#lines = new Lines(pieces);
    this.#format = format;
  }

  get line(): number {
    return this.#lines.number;
  }

  next(row: TraceRow): Fault | true | undefined {
    for (;;) {
      let line: string | undefined;
      try {
        line = this.#lines.next();
      } catch (error) {
        if (error instanceof TypeError) return { given: "bytes that are no text", wanted: "a file in UTF-8", isLast: true };
        throw error;
      }
      if (line === undefined) return undefined;
      if (line.trim() === "") continue;
      const outcome = this.#format.read(line, row);
      if (outcome !== false) return outcome;
    }
  }
}

import type { ReadPieces, TraceSpec } from "@tokenyard/scenario";
import { azure } from "./azure.ts";
import { burstgpt } from "./burstgpt.ts";
import { LineRows } from "./line-rows.ts";
import { mooncake } from "./mooncake.ts";
import { ownCsv, ownJsonl } from "./own.ts";
import { ParquetRows } from "./parquet-rows.ts";
import { createTraceRow, type Fault, type Rows, type TraceRow } from "./trace-row.ts";

/** Receives a broken row at `line`; reading continues after it when it returns. */
export type OnFault = (fault: Fault, line: number) => void;

/**
 * The requests of one replay of a trace, in order: rows of its time slice that ask for something. A row without prompt or output tokens
 * is no request that could be served; it is left out and counted. Times must not fall.
 */
export class TraceReader {
  /** The row that `next` gave. */
  readonly row: TraceRow = createTraceRow();
  /** Rows left out for want of tokens, so far. */
  dropped = 0;
  readonly #rows: Rows;
  readonly #onFault: OnFault;
  readonly #fromNs: number;
  readonly #toNs: number;
  readonly #blockTokens: number;
  #latestNs = 0;

  constructor(spec: TraceSpec, readPieces: ReadPieces, onFault: OnFault) {
    this.#rows = rowsOf(spec, readPieces(spec.path));
    this.#onFault = onFault;
    this.#fromNs = Math.round(spec.from * 1e9);
    this.#toNs = Math.round((spec.to ?? Number.POSITIVE_INFINITY) * 1e9);
    this.#blockTokens = spec.blockTokens;
  }

  /** Reads the next request into `row`; false at the end. */
  next(): boolean {
    const { row } = this;
    for (;;) {
      const outcome = this.#rows.next(cleared(row));
      if (outcome === undefined) return false;
      const fault = outcome === true ? this.#faultInOrder() : outcome;
      if (fault !== undefined) {
        this.#onFault(fault, this.#rows.line);
        if (fault.isLast === true) return false;
      } else if (row.timeNs >= this.#fromNs && row.timeNs < this.#toNs) {
        if (row.promptTokens > 0 && row.outputTokens > 0) {
          // a cut block at the end is left off
          row.prefix = row.prefix?.subarray(0, Math.floor(row.promptTokens / this.#blockTokens));
          return true;
        }
        this.dropped++;
      }
    }
  }

  #faultInOrder(): Fault | undefined {
    const { timeNs } = this.row;
    if (timeNs < this.#latestNs) {
      return { given: `a time of ${timeNs / 1e9} s after one of ${this.#latestNs / 1e9} s`, wanted: "rows in order of their time" };
    }
    this.#latestNs = timeNs;
    return undefined;
  }
}

/** `row` with its optional fields cleared. */
function cleared(row: TraceRow): TraceRow {
  row.prefix = undefined;
  return row;
}

function rowsOf({ format, classes }: TraceSpec, pieces: Iterable<Uint8Array>): Rows {
  const names = classes?.map(({ name }) => name) ?? [];
  switch (format) {
    case "azure":
      return new LineRows(pieces, azure());
    case "mooncake":
      return new LineRows(pieces, mooncake());
    case "burstgpt":
      return new LineRows(pieces, burstgpt());
    case "csv":
      return new LineRows(pieces, ownCsv(names));
    case "jsonl":
      return new LineRows(pieces, ownJsonl(names));
    case "parquet":
      return new ParquetRows(pieces, names);
  }
}

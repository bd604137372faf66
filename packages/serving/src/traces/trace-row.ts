/** One request as a trace has it; an object that is filled again for the next one. */
export interface TraceRow {
  /** Arrival, in nanoseconds since the trace's time zero. */
  timeNs: number;
  promptTokens: number;
  /** Prompt tokens already in the cache of its replica; 0 if the trace does not say. */
  cachedTokens: number;
  outputTokens: number;
  /** Index of its class; 0 where the trace names none. */
  classIndex: number;
  /** Number of its session; −1 where the trace names none. */
  session: number;
  /** Ids of the prompt's leading blocks; undefined where the trace has none. */
  prefix: Int32Array | undefined;
}

export function createTraceRow(): TraceRow {
  return { timeNs: 0, promptTokens: 0, cachedTokens: 0, outputTokens: 0, classIndex: 0, session: -1, prefix: undefined };
}

/** A fault of a row. */
export interface Fault {
  readonly given: string;
  readonly wanted: string;
  /** Column at which it begins, from 1, if not at the start of the line. */
  readonly column?: number;
  /** Nothing after it can be read. */
  readonly isLast?: true;
}

const KEYS = ["timeNs", "promptTokens", "cachedTokens", "outputTokens", "classIndex", "session", "prefix"] as const;

/** Writes `values` into `row`, or gives the first that is at fault. */
export function filled(row: TraceRow, values: { readonly [K in keyof TraceRow]?: TraceRow[K] | Fault }): Fault | true {
  for (const key of KEYS) {
    const value = values[key];
    if (typeof value === "object" && "wanted" in value) return value;
    if (value !== undefined) (row as unknown as Record<string, unknown>)[key] = value;
  }
  return true;
}

/** The rows of a file, one at a time. */
export interface Rows {
  /** Line in the file (in Parquet: row) of what `next` gave, from 1. */
  readonly line: number;
  /** Fills `row` with the next one; a fault where it is broken; undefined at the end. */
  next(row: TraceRow): Fault | true | undefined;
}

/** How the lines of a text are written. */
export interface LineFormat {
  /** Fills `row` from `line`: a fault where it is broken, false where it is no row, as a heading. */
  read(line: string, row: TraceRow): Fault | boolean;
}

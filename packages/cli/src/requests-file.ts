import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { RequestRow } from "@tokenyard/simulator";
import { csvLine } from "./csv-line.ts";
import { fileProblems } from "./destination.ts";
import { type LocatedProblem, wrongValue } from "./located-problem.ts";
import { Database } from "./results/database.ts";
import { written } from "./written.ts";

/** Characters that are gathered before they are written. */
const PIECE = 1 << 16;

/** The columns, with their types in SQL. */
const COLUMNS = {
  request: "BIGINT",
  class: "VARCHAR",
  session: "BIGINT",
  replica: "INTEGER",
  arrivedNs: "BIGINT",
  startedNs: "BIGINT",
  firstTokenNs: "BIGINT",
  finishedNs: "BIGINT",
  queueNs: "BIGINT",
  promptTokens: "BIGINT",
  outputTokens: "BIGINT",
  preemptions: "BIGINT",
  status: "VARCHAR",
  counts: "BOOLEAN",
} as const;

/** Why the requests of `scenarios` scenarios cannot be written to `path`. */
export function requestsFileProblems(path: string, scenarios: number): LocatedProblem[] {
  return [
    ...(/\.(csv|parquet)$/.test(path) ? [] : [wrongValue("--requests", "", path, "a name that ends in .csv or .parquet")]),
    ...fileProblems(path),
    ...(scenarios > 1 ? [wrongValue("--requests", "", `${scenarios} scenarios`, "one scenario")] : []),
  ];
}

/**
 * A file with a row for each request of a run, in the order in which they leave. Rows are written as they come, so that memory does not
 * grow with them; the file appears when it is whole, and takes the place of one that stands there. Parquet is made of the CSV at the end.
 */
export class RequestsFile {
  readonly #path: string;
  readonly #drafts: { readonly rows: string; readonly parquet: string };
  readonly #file: number;
  /** Of Parquet; open from the begin on, so that a run is not for nothing. */
  readonly #database: Database | undefined;
  #isOpen = true;
  #piece = csvLine(Object.keys(COLUMNS));

  private constructor(path: string, database: Database | undefined) {
    this.#path = path;
    this.#database = database;
    const draft = `${path}.${process.pid}`;
    this.#drafts = { rows: `${draft}.rows.draft`, parquet: `${draft}.draft` };
    this.#file = written(path, () => openSync(this.#drafts.rows, "w"));
  }

  static async open(path: string): Promise<RequestsFile> {
    return new RequestsFile(path, path.endsWith(".parquet") ? await Database.inMemory(path) : undefined);
  }

  put(row: RequestRow): void {
    const { className, session, replica, arrivedNs, startedNs, firstTokenNs, finishedNs } = row;
    this.#piece += csvLine([
      row.request,
      className === "" ? null : className,
      session < 0 ? null : session,
      replica < 0 ? null : replica,
      arrivedNs,
      known(startedNs),
      known(firstTokenNs),
      known(finishedNs),
      known(startedNs - arrivedNs),
      row.promptTokens,
      row.outputTokens,
      row.preemptions,
      row.status,
      row.counts,
    ]);
    if (this.#piece.length >= PIECE) this.#write();
  }

  /** Puts the whole file in its place. */
  async finish(): Promise<void> {
    this.#write();
    this.#close();
    const { rows, parquet } = this.#drafts;
    if (this.#database === undefined) {
      written(this.#path, () => renameSync(rows, this.#path));
      return;
    }
    const columns = Object.entries(COLUMNS).map(([name, type]) => `'${name}': '${type}'`);
    const read = `read_csv('${quoted(rows)}', header = true, columns = {${columns.join(", ")}})`;
    await this.#database.run(`COPY (SELECT * FROM ${read}) TO '${quoted(parquet)}' (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`);
    written(this.#path, () => renameSync(parquet, this.#path));
  }

  /** Lets go of what is not in its place. */
  discard(): void {
    this.#close();
    this.#database?.close();
    for (const draft of Object.values(this.#drafts)) rmSync(draft, { force: true });
  }

  #write(): void {
    written(this.#path, () => writeSync(this.#file, this.#piece));
    this.#piece = "";
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }
}

function known(ns: number): number | null {
  return Number.isNaN(ns) ? null : ns;
}

function quoted(path: string): string {
  return path.replaceAll("'", "''");
}

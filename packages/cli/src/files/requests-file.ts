import type { RequestRow } from "@tokenyard/simulator";
import { RowsFile } from "./rows-file.ts";

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
  attempts: "BIGINT",
  status: "VARCHAR",
  counts: "BOOLEAN",
} as const;

/** A file with a row for each request of a run, in the order in which they leave. */
export class RequestsFile {
  readonly #rows: RowsFile;

  private constructor(rows: RowsFile) {
    this.#rows = rows;
  }

  static async open(path: string): Promise<RequestsFile> {
    return new RequestsFile(await RowsFile.open(path, COLUMNS));
  }

  put(row: RequestRow): void {
    const { className, session, replica, arrivedNs, startedNs, firstTokenNs, finishedNs } = row;
    this.#rows.put([
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
      row.attempts,
      row.status,
      row.counts,
    ]);
  }

  /** Puts the whole file in its place. */
  finish(): Promise<void> {
    return this.#rows.finish();
  }

  /** Discards an unfinished file. */
  discard(): void {
    this.#rows.discard();
  }
}

function known(ns: number): number | null {
  return Number.isNaN(ns) ? null : ns;
}

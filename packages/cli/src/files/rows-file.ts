import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { Database } from "../tables/database.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { csvLine } from "./csv-line.ts";
import { ofOneProblems } from "./destination.ts";
import { goalOf } from "./goal.ts";
import { written } from "./written.ts";

/** Characters that are gathered before they are written. */
const PIECE = 1 << 16;

/** Names of columns, with their types in SQL. */
export type Columns = Readonly<Record<string, string>>;

/** Reasons why rows of several scenarios cannot be written to `path`, as `option` requests. */
export function rowsFileProblems(option: string, path: string, scenarios: number): LocatedProblem[] {
  return [
    ...(/\.(csv|parquet)$/.test(path) ? [] : [wrongValue(option, "", path, "a name that ends in .csv or .parquet")]),
    ...ofOneProblems(option, path, scenarios),
  ];
}

/**
 * A file of rows, CSV or Parquet by its name. Rows are written as they arrive, so that memory does not grow with them; the file appears
 * when it is complete, and replaces an existing one. Parquet is made from the CSV at the end.
 */
export class RowsFile {
  readonly #path: string;
  /** Real path, with links followed. */
  readonly #goal: string;
  readonly #columns: Columns;
  readonly #drafts: { readonly rows: string; readonly parquet: string };
  readonly #file: number;
  /** Database for Parquet; opened at the beginning, so that a failure is found before the run. */
  readonly #database: Database | undefined;
  #isOpen = true;
  #piece: string;

  private constructor(path: string, columns: Columns, database: Database | undefined) {
    this.#path = path;
    this.#columns = columns;
    this.#database = database;
    this.#piece = csvLine(Object.keys(columns));
    this.#goal = goalOf(path);
    const draft = `${this.#goal}.${process.pid}`;
    this.#drafts = { rows: `${draft}.rows.draft`, parquet: `${draft}.draft` };
    this.#file = written(path, () => openSync(this.#drafts.rows, "w"));
  }

  static async open(path: string, columns: Columns): Promise<RowsFile> {
    return new RowsFile(path, columns, path.endsWith(".parquet") ? await Database.inMemory(path) : undefined);
  }

  /** `values` of the columns, in their order; null where there is none. */
  put(values: Parameters<typeof csvLine>[0]): void {
    this.#piece += csvLine(values);
    if (this.#piece.length >= PIECE) this.#write();
  }

  /** Puts the whole file in its place. */
  async finish(): Promise<void> {
    this.#write();
    this.#close();
    const { rows, parquet } = this.#drafts;
    if (this.#database === undefined) {
      written(this.#path, () => renameSync(rows, this.#goal));
      return;
    }
    const columns = Object.entries(this.#columns).map(([name, type]) => `'${name}': '${type}'`);
    const read = `read_csv('${quoted(rows)}', header = true, columns = {${columns.join(", ")}})`;
    await this.#database.run(`COPY (SELECT * FROM ${read}) TO '${quoted(parquet)}' (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`);
    written(this.#path, () => renameSync(parquet, this.#goal));
  }

  /** Discards an unfinished file. */
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

function quoted(path: string): string {
  return path.replaceAll("'", "''");
}

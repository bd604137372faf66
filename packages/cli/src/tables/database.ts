import { existsSync } from "node:fs";
import type { DuckDBConnection, DuckDBInstance, DuckDBValue, JS } from "@duckdb/node-api";
import { BadInput } from "../outcomes/bad-input.ts";
import { plainProblem } from "../terminal/located-problem.ts";

/** Memory limit of a database, so that a study's memory does not grow with its points. */
const MEMORY = "400MB";

/**
 * A DuckDB file open in this process. Whatever the file or its disk refuses is BadInput with `path` and the reason;
 * mistakes in SQL are thrown as they are.
 */
export class Database {
  readonly path: string;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(path: string, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.path = path;
    this.#instance = instance;
    this.#connection = connection;
  }

  /**
   * Opens a file that is there, or makes an empty one that is not (`create`), which messages call `name`. Opening to read changes no byte
   * of it.
   */
  static async open(path: string, mode: "read" | "write" | "create", name = path): Promise<Database> {
    if (mode !== "create" && !existsSync(path)) throw refusal(path, "no such file");
    const { DuckDBInstance } = await engine(name);
    return refusing(name, async () => {
      const access = mode === "read" ? "READ_ONLY" : "READ_WRITE";
      const instance = await DuckDBInstance.create(path, { access_mode: access, memory_limit: MEMORY, threads: "2" });
      return new Database(name, instance, await instance.connect());
    });
  }

  /** An empty database in memory, for reading and writing `path`. */
  static async inMemory(path: string): Promise<Database> {
    const { DuckDBInstance } = await engine(path);
    return refusing(path, async () => {
      const instance = await DuckDBInstance.create(":memory:", { memory_limit: MEMORY, threads: "2" });
      return new Database(path, instance, await instance.connect());
    });
  }

  /** Errors of the disk name `path`, if another file than this one is written. */
  async run(sql: string, values?: DuckDBValue[], path = this.path): Promise<void> {
    await refusing(path, () => this.#connection.run(sql, values));
  }

  /** All rows of `sql` as JavaScript values. */
  async rows(sql: string, values?: DuckDBValue[]): Promise<JS[][]> {
    return refusing(this.path, async () => (await this.#connection.runAndReadAll(sql, values)).getRowsJS());
  }

  /** The rows that `sql` gives, some at a time, with the names of their columns. */
  async stream(sql: string): Promise<{ readonly columns: string[]; readonly rows: AsyncIterable<JS[][]> }> {
    const { path } = this;
    const result = await refusing(path, () => this.#connection.stream(sql));
    async function* rows() {
      const chunks = result.yieldRowsJs();
      for (;;) {
        const { done, value } = await refusing(path, () => chunks.next());
        if (done === true) return;
        yield value;
      }
    }
    return { columns: result.deduplicatedColumnNames(), rows: rows() };
  }

  /** Writes the database to its file. Closing does so too, but hides errors of the disk. */
  async flush(): Promise<void> {
    await this.run("CHECKPOINT");
  }

  /** Lets the file go. */
  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** DuckDB, which is loaded when it is needed and may be left out of an installation. */
async function engine(path: string) {
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    if (!/MODULE_NOT_FOUND$/.test((error as NodeJS.ErrnoException).code ?? "")) throw error; // of an import, or of the require in its place
    throw refusal(path, "needs the package @duckdb/node-api, which is not installed");
  }
}

/** Why a file cannot be opened while another process writes to it. */
export const LOCKED = "open in another process; one writes at a time";

export function refusal(path: string, message: string): BadInput {
  return new BadInput([plainProblem(path, message)]);
}

async function refusing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const text = error instanceof Error ? error.message : "";
    for (const [pattern, said] of REFUSALS) {
      const found = pattern.exec(text);
      if (found !== null) throw refusal(path, said.replace("$1", found[1] ?? ""));
    }
    throw error;
  }
}

/** DuckDB's messages about files in words for the reader; $1 is the matched text. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/not a valid DuckDB database|Is a directory/, "not a file that --out wrote; it is left as it is"],
  [/Could not set lock|Conflicting lock/, LOCKED],
  [/No space left/, "cannot be written: no space left"],
  [/Disk quota exceeded/, "cannot be written: no space left in the quota"],
  [/File too large/, "cannot be written: larger than a file may be there"],
  [/Permission denied|Read-only file system/, "may not be opened; wanted a file that you have the right to write"],
  [/No such file or directory/, "cannot be written: no such folder"],
  [/CSV Error on Line: (\d+)/, "no CSV that can be read, from line $1 on; wanted as many columns in each row, and quotes that end"],
  [/Error when sniffing file/, "no CSV that can be read; wanted a line of names, and rows with as many columns"],
  [/(?:too small to be a Parquet file|No magic bytes found)/, "no Parquet file, or one that was cut short"],
  [
    /Corrupt|checksum|Could not read enough bytes|replaying WAL|Serialization Error|database has been invalidated/,
    "damaged; it is left as it is",
  ],
];

import { renameSync, rmSync } from "node:fs";
import { isImpossible, type Parameters, type Point, type PointResult, type PointStatus, type ResultStore } from "@tokenyard/study";
import { takenBy } from "../files/destination.ts";
import { goalOf } from "../files/goal.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { Database, refusal } from "../tables/database.ts";
import { type Answer, writeAnswer, writeSpent } from "./notes.ts";
import type { Spent } from "./spent.ts";
import { otherStudy, type StudyHeader } from "./study-header.ts";

const FORMAT = 1;
const SCHEMA = `
  CREATE TABLE study (format INTEGER, version VARCHAR, command VARCHAR, name VARCHAR, hash VARCHAR, seed BIGINT, question JSON);
  CREATE TABLE points (row BIGINT PRIMARY KEY, index BIGINT, key VARCHAR, parameters JSON, seed BIGINT, status VARCHAR, reason VARCHAR, report JSON);
`;
const KEEP = "INSERT OR REPLACE INTO points VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/** Content of the file for a point. `key` is null if the point failed: it will be run again. */
interface Entry {
  readonly index: number;
  readonly key: string | null;
  readonly parameters: string;
  readonly seed: number | null;
  readonly status: PointStatus;
  readonly reason: string | null;
  readonly report: string | null;
}

/** An entry being written, with its waiting callers. */
interface Waiting {
  readonly entry: Entry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The results of one study in a DuckDB file, one process at a time. A row is safe when its promise is done; rows that arrive during a write
 * share the next transaction, so that a kill loses only rows being written.
 */
export class StudyFile implements ResultStore {
  readonly #database: Database;
  /** The row that has the result of a key. */
  readonly #rowOfKey = new Map<string, number>();
  /** Points that have a row, each with its key. */
  readonly #kept = new Set<string>();
  /** The row of each point that failed, until it is run again. */
  readonly #rowOfFailed = new Map<string, number>();
  /** Points that were run since it was opened. */
  #ran = 0;
  #nextRow = 0;
  #waiting: Waiting[] = [];
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** A new file, which appears when it is complete. Throws BadInput if one exists. */
  static async create(path: string, header: StudyHeader): Promise<StudyFile> {
    await writeStudy(path, header);
    return StudyFile.resume(path, header);
  }

  /** The file at `path`, when it holds the study of `header`. Throws BadInput for another one, before a byte of it is changed. */
  static async resume(path: string, header: StudyHeader): Promise<StudyFile> {
    const reader = await Database.open(path, "read");
    try {
      const other = otherStudy(await headerIn(reader), header);
      if (other !== undefined) throw refusal(path, other);
    } finally {
      reader.close();
    }
    const file = new StudyFile(await Database.open(path, "write"));
    for (const [row, index, key, parameters] of await file.#database.rows("SELECT row, index, key, parameters FROM points ORDER BY row")) {
      file.#remember(Number(row), { index: Number(index), key: key as string | null, parameters: parameters as string });
    }
    return file;
  }

  /** How many points have a result. */
  get size(): number {
    return this.#kept.size;
  }

  /** How many points were run since it was opened, whether they failed or not: results that it had are not among them. */
  get ran(): number {
    return this.#ran;
  }

  async find(key: string, point: Point): Promise<PointResult | undefined> {
    const row = this.#rowOfKey.get(key);
    if (row === undefined || this.#isClosed) return undefined;
    const [found] = await this.#alone(() =>
      this.#database.rows("SELECT index, parameters, status, reason, report FROM points WHERE row = $1", [BigInt(row)]),
    );
    const result = pointResultOf(found!);
    await this.#put(key, point, result); // another point may have the same result
    return result;
  }

  async put(key: string, point: Point, result: PointResult): Promise<void> {
    this.#ran++;
    await this.#put(key, point, result);
  }

  async #put(key: string, { index, parameters, scenario }: Point, result: PointResult): Promise<void> {
    const head = { index, key, parameters: JSON.stringify(parameters), seed: isImpossible(scenario) ? null : scenario.seed };
    if (this.#rowOfKey.has(key) && this.#kept.has(`${key} ${pointName(head)}`)) return;
    const [reason, report] = result.status === "ok" ? [null, JSON.stringify(result.report)] : [result.reason, null];
    await this.#keep({ ...head, status: result.status, reason, report });
  }

  /** Stores the row of a failed point, until the point is run again. */
  async putFailed({ index, parameters }: PointResult, reason: string): Promise<void> {
    this.#ran++;
    await this.#keep({ index, key: null, parameters: JSON.stringify(parameters), seed: null, status: "failed", reason, report: null });
  }

  /** Records the cost of running some of the points. */
  async noteSpent(spent: Spent): Promise<void> {
    if (!this.#isClosed) await this.#alone(() => writeSpent(this.#database, spent));
  }

  /** Records the result of a search, replacing the earlier one. */
  async noteAnswer(answer: Answer): Promise<void> {
    if (!this.#isClosed) await this.#alone(() => writeAnswer(this.#database, answer));
  }

  /** Ends the work and closes the file. Nothing is stored after it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work;
    this.#database.close();
  }

  #keep(entry: Entry): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error(`${this.#database.path} is closed`));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      if (this.#waiting.length === 1) this.#alone(() => this.#flush());
    });
  }

  /** Writes all that wait in one transaction. */
  async #flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    let row = this.#nextRow;
    const rows = batch.map(({ entry }) => this.#rowOfFailed.get(pointName(entry)) ?? row++);
    try {
      await this.#database.run("BEGIN");
      for (const [i, { entry }] of batch.entries()) {
        const { index, key, parameters, seed, status, reason, report } = entry;
        const big = (value: number | null) => (value === null ? null : BigInt(value));
        await this.#database.run(KEEP, [big(rows[i]!), big(index), key, parameters, big(seed), status, reason, report]);
      }
      await this.#database.run("COMMIT");
    } catch (error) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const [i, { entry, resolve }] of batch.entries()) {
      this.#remember(rows[i]!, entry);
      resolve();
    }
  }

  #remember(row: number, entry: Pick<Entry, "index" | "key" | "parameters">): void {
    this.#nextRow = Math.max(this.#nextRow, row + 1);
    const { key } = entry;
    const point = pointName(entry);
    if (key === null) {
      this.#rowOfFailed.set(point, row);
      return;
    }
    this.#rowOfFailed.delete(point);
    this.#kept.add(`${key} ${point}`);
    if (!this.#rowOfKey.has(key)) this.#rowOfKey.set(key, row);
  }

  /** Does `work` when nothing else is done with the file. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.then(
      () => {},
      () => {},
    );
    return done;
  }
}

/**
 * Writes a file for the study of `header`, with a database filled by `fill`; it appears when it is complete. Throws BadInput if one exists.
 */
export async function writeStudy(
  path: string,
  header: StudyHeader,
  fill: (database: Database) => Promise<void> = async () => {},
): Promise<void> {
  const taken = takenBy(path);
  if (taken !== undefined) throw new BadInput([taken]);
  const goal = goalOf(path);
  const draft = `${goal}.${process.pid}.draft`;
  try {
    const database = await Database.open(draft, "create", path);
    const { version, command, name, hash, seed, question } = header;
    try {
      await database.run(SCHEMA);
      const values = [FORMAT, version, command, name, hash, BigInt(seed), JSON.stringify(question)];
      await database.run("INSERT INTO study VALUES ($1, $2, $3, $4, $5, $6, $7)", values);
      await fill(database);
      await database.flush();
    } finally {
      database.close();
    }
    renameSync(draft, goal);
  } finally {
    for (const rest of [draft, `${draft}.wal`]) rmSync(rest, { force: true });
  }
}

function pointName({ index, parameters }: Pick<Entry, "index" | "parameters">): string {
  return `${index} ${parameters}`;
}

/** Header of the study in the file of `database`. Throws BadInput if it has none. */
export async function headerIn(database: Database): Promise<StudyHeader> {
  const foreign = refusal(database.path, "a database, but not one that --out wrote; it is left as it is");
  let rows: unknown[][];
  try {
    rows = await database.rows("SELECT format, version, command, name, hash, seed, question FROM study");
  } catch (error) {
    throw error instanceof Error && /^(Catalog|Binder) Error/.test(error.message) ? foreign : error;
  }
  const [format, version, command, name, hash, seed, question] = rows[0] ?? [];
  if (typeof format !== "number" || rows.length !== 1) throw foreign;
  if (format !== FORMAT) throw refusal(database.path, `in format ${format} of another version of tokenyard; this one reads ${FORMAT}`);
  const texts = { version, command, name, hash } as Record<"version" | "command" | "name" | "hash", string>;
  return { ...texts, seed: Number(seed), question: JSON.parse(question as string) };
}

/** The result in a row of the columns index, parameters, status, reason and report. */
export function pointResultOf([index, parameters, status, reason, report]: readonly unknown[]): PointResult {
  const head = { index: Number(index), parameters: JSON.parse(parameters as string) as Parameters };
  if (status === "ok") return { ...head, status, report: JSON.parse(report as string) };
  return { ...head, status: status as "infeasible" | "failed", reason: reason as string };
}

import type { Database } from "../tables/database.ts";
import type { Spent } from "./spent.ts";

/** Added to files that have none: a row for each time that a process went on with the study. */
export const SPENT = "CREATE TABLE IF NOT EXISTS spent (points BIGINT, workers BIGINT, seconds DOUBLE, core_seconds DOUBLE)";
const ANSWER =
  "CREATE OR REPLACE TABLE answer (best JSON, objectives JSON, constraints JSON, nearest JSON, certificate JSON, proven BOOLEAN)";

/** Result of a search as JSON; null if there is none. */
export interface Answer {
  /** Parameters of the recommended plan, and its objectives. */
  readonly best: object | null;
  readonly objectives: object | null;
  readonly constraints: readonly string[];
  /** Parameters of the plan that misses the constraints by least. */
  readonly nearest: object | null;
  readonly certificate: object | null;
  readonly proven: boolean;
}

export async function writeSpent(database: Database, { points, workers, seconds, coreSeconds }: Spent): Promise<void> {
  await database.run(SPENT);
  await database.run("INSERT INTO spent VALUES ($1, $2, $3, $4)", [BigInt(points), BigInt(workers), seconds, coreSeconds]);
}

/** Replaces the answer of `database`. */
export async function writeAnswer(database: Database, answer: Answer): Promise<void> {
  const { best, objectives, constraints, nearest, certificate, proven } = answer;
  const texts = [best, objectives, constraints, nearest, certificate].map((value) => (value === null ? null : JSON.stringify(value)));
  await database.run("BEGIN");
  await database.run(ANSWER);
  await database.run("INSERT INTO answer VALUES ($1, $2, $3, $4, $5, $6)", [...texts, proven]);
  await database.run("COMMIT");
}

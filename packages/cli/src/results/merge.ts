import { type Shard, shardFrom, shardText } from "@tokenyard/study";
import { BadInput } from "../outcomes/bad-input.ts";
import { Database } from "../tables/database.ts";
import { type LocatedProblem, plainProblem } from "../terminal/located-problem.ts";
import { SPENT } from "./notes.ts";
import { headerIn, writeStudy } from "./study-file.ts";
import { otherStudy, type StudyHeader } from "./study-header.ts";

/** A file of one shard. */
interface ShardFile {
  readonly path: string;
  readonly shard: Shard;
  /** Header of the whole study. */
  readonly header: StudyHeader;
}

export interface Merged {
  /** Rows that the new file has. */
  readonly points: number;
  /** Indexes below the highest that no shard has, in order: some of them, where there are many. */
  readonly missing: readonly number[];
  readonly failed: number;
}

const MOST_MISSING = 10;

/**
 * Writes the rows of the shards in the study files at `paths` into one at `destination`, which then equals the result of one process, and
 * may be continued. Throws BadInput, before anything is written, for files that are no shards of one study, for a duplicate shard, and,
 * unless the merge may be `partial`, for a missing one.
 */
export async function mergeShards(paths: readonly string[], destination: string, partial: boolean): Promise<Merged> {
  const problems: LocatedProblem[] = [];
  const files: ShardFile[] = [];
  for (const path of paths) {
    try {
      files.push(await opened(path));
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      problems.push(...error.problems);
    }
  }
  const [first] = files;
  const at = new Map<number, ShardFile>();
  for (const file of files) {
    const other = otherStudy(first!.header, file.header);
    const twin = at.get(file.shard.at);
    if (other !== undefined)
      problems.push(plainProblem(file.path, `${other.replace(/; wanted .*$/, "")}: not of one study with ${first!.path}`));
    else if (file.shard.of !== first!.shard.of)
      problems.push(plainProblem(file.path, `shard ${shardText(file.shard)}, and ${first!.path} is shard ${shardText(first!.shard)}`));
    else if (twin !== undefined) problems.push(plainProblem(file.path, `shard ${shardText(file.shard)}, as ${twin.path} is`));
    else at.set(file.shard.at, file);
  }
  if (problems.length === 0 && !partial) problems.push(...lacking(first!.shard.of, at));
  if (problems.length > 0) throw new BadInput(problems);
  const ordered = [...at].sort(([a], [b]) => a - b).map(([, file]) => file);
  let merged: Merged | undefined;
  await writeStudy(destination, first!.header, async (database) => {
    for (const { path } of ordered) await copy(database, path);
    merged = await mergedOf(database);
  });
  return merged!;
}

async function opened(path: string): Promise<ShardFile> {
  const database = await Database.open(path, "read");
  try {
    const header = await headerIn(database);
    const { shard: text, ...question } = header.question;
    const shard = typeof text === "string" ? shardFrom(text) : undefined;
    if (shard === undefined) throw new BadInput([plainProblem(path, "holds a whole study; wanted one that --shard made")]);
    return { path, shard, header: { ...header, question } };
  } finally {
    database.close();
  }
}

function lacking(of: number, there: ReadonlyMap<number, unknown>): LocatedProblem[] {
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((at) => !there.has(at));
  if (missing.length === 0) return [];
  const some = missing.slice(0, MOST_MISSING).map((at) => shardText({ at, of }));
  const more = missing.length > some.length ? ` and ${missing.length - some.length} more` : "";
  return [plainProblem("merge", `shard ${some.join(", ")}${more} not given; wanted all, or --partial`)];
}

async function copy(database: Database, path: string): Promise<void> {
  await database.run(`ATTACH '${path.replaceAll("'", "''")}' AS shard (READ_ONLY)`);
  await database.run(`INSERT INTO points SELECT row + (SELECT coalesce(max(row) + 1, 0) FROM points), * EXCLUDE row FROM shard.points`);
  const has = await database.rows("SELECT 1 FROM information_schema.tables WHERE table_catalog = 'shard' AND table_name = 'spent'");
  if (has.length > 0) {
    await database.run(SPENT);
    await database.run("INSERT INTO spent SELECT * FROM shard.spent");
  }
  await database.run("DETACH shard");
}

async function mergedOf(database: Database): Promise<Merged> {
  const [counts] = await database.rows("SELECT count(*), count(*) FILTER (status = 'failed') FROM points");
  const missing = await database.rows(
    `SELECT range FROM range((SELECT coalesce(max(index) + 1, 0) FROM points)) ANTI JOIN points ON range = index ORDER BY range LIMIT ${MOST_MISSING}`,
  );
  return { points: Number(counts![0]), failed: Number(counts![1]), missing: missing.map(([index]) => Number(index)) };
}

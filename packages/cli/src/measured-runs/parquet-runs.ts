import { existsSync, renameSync, rmSync } from "node:fs";
import { goalOf } from "../files/goal.ts";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { quoted } from "../kernel-imports/kernel-import.ts";
import { LARGEST_REPORT, UnreadableFile } from "../scenarios/scenario-text.ts";
import { Database } from "../tables/database.ts";
import type { JsonTree } from "./json/json-trees.ts";
import type { MeasuredRun } from "./run/measured-run.ts";

const SPREAD = "STRUCT(mean DOUBLE, p50 DOUBLE, p90 DOUBLE, p95 DOUBLE, p99 DOUBLE)";
/** Types of its columns: a run a row, with the keys of a line. */
const COLUMNS: Readonly<Record<keyof MeasuredRun, string>> = {
  tokenyardRun: "BIGINT",
  source: 'STRUCT("file" VARCHAR, "at" BIGINT, tool VARCHAR, toolVersion VARCHAR)',
  engine: 'STRUCT("name" VARCHAR, "version" VARCHAR)',
  launch: "VARCHAR",
  gpu: "VARCHAR",
  gpus: "BIGINT",
  model: "VARCHAR",
  load: "STRUCT(kind VARCHAR, concurrency BIGINT, requestsPerSecond DOUBLE, burstiness DOUBLE)",
  warmUpRequests: "BIGINT",
  requests: "STRUCT(finished BIGINT, failed BIGINT)",
  durationSeconds: "DOUBLE",
  promptTokens: SPREAD,
  outputTokens: SPREAD,
  ttftSeconds: SPREAD,
  tpotSeconds: SPREAD,
  itlSeconds: SPREAD,
  e2eSeconds: SPREAD,
  throughput: "STRUCT(requestsPerSecond DOUBLE, outputTokensPerSecond DOUBLE, totalTokensPerSecond DOUBLE)",
  each: "STRUCT(sentSeconds DOUBLE, promptTokens BIGINT, outputTokens BIGINT, ttftSeconds DOUBLE, e2eSeconds DOUBLE, itlSeconds DOUBLE[], failed BOOLEAN, plannedSeconds DOUBLE, lateSeconds DOUBLE, askedPromptTokens BIGINT, askedOutputTokens BIGINT, outcome VARCHAR)[]",
  observed: "JSON",
};
/** Keys of each kind of load; a row has those of all. */
const LOAD_KEYS: Readonly<Record<string, readonly string[]>> = {
  closed: ["kind", "concurrency"],
  open: ["kind", "concurrency", "requestsPerSecond", "burstiness"],
  replay: ["kind"],
  scenario: ["kind"],
};

/** The rows of the Parquet file at `path` as JSON values, each with its row number. Throws UnreadableFile, and BadInput for other files. */
export async function parquetTrees(path: string): Promise<JsonTree[]> {
  if (!existsSync(path)) throw new UnreadableFile(path, "no such file");
  const database = await Database.inMemory(path);
  try {
    const { rows } = await database.stream(`SELECT CAST(to_json(run) AS VARCHAR) FROM read_parquet(${quoted(path)}) AS run`);
    const trees: JsonTree[] = [];
    let length = 0;
    for await (const some of rows) {
      for (const [text] of some) {
        length += String(text).length;
        if (length > LARGEST_REPORT)
          throw new UnreadableFile(path, `its rows are larger than ${LARGEST_REPORT / 1024 / 1024} MiB as JSON; wanted a smaller file`);
        trees.push({ tree: withOwnKeys(JSON.parse(String(text))), line: trees.length + 1 });
      }
    }
    return trees;
  } finally {
    database.close();
  }
}

interface RowTree {
  readonly load?: { readonly kind?: string } | null;
  readonly each?: readonly object[] | null;
  readonly observed?: object | null;
}

/** Keys that only requests of `observe` have. */
const OBSERVED_KEYS = ["plannedSeconds", "lateSeconds", "askedPromptTokens", "askedOutputTokens", "outcome"];

/** A run whose load has the keys of its kind alone, and without those of `observe` where it is of another tool. */
function withOwnKeys(tree: RowTree): object {
  const keys = LOAD_KEYS[tree.load?.kind ?? ""];
  const without = (map: object, isOwn: (key: string, value: unknown) => boolean) =>
    Object.fromEntries(Object.entries(map).filter(([key, value]) => isOwn(key, value)));
  const load = keys === undefined ? tree.load : without(tree.load!, (key, value) => value !== null || keys.includes(key));
  if (tree.observed != null) return { ...tree, load };
  const { observed: _, ...rest } = tree;
  const each = tree.each?.map((request) => without(request, (key) => !OBSERVED_KEYS.includes(key))) ?? null;
  return { ...rest, load, each };
}

/** Writes `lines` (runs, one JSON object a line) as a Parquet file, which appears only when it is complete. */
export async function writeParquet(path: string, lines: string): Promise<void> {
  const goal = goalOf(path);
  const [text, draft] = [`${goal}.${process.pid}.jsonl.draft`, `${goal}.${process.pid}.draft`];
  const database = await Database.inMemory(path);
  try {
    written(path, () => writeWhole(text, lines));
    const columns = Object.entries(COLUMNS).map(([name, type]) => `"${name}": ${quoted(type)}`);
    const size = Math.max(...lines.split("\n").map((line) => Buffer.byteLength(line))) + 1;
    const read = `read_json(${quoted(text)}, format = 'newline_delimited', maximum_object_size = ${size}, columns = {${columns.join(", ")}})`;
    await database.run(`COPY (SELECT * FROM ${read}) TO ${quoted(draft)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`);
    written(path, () => renameSync(draft, goal));
  } finally {
    database.close();
    for (const each of [text, draft]) rmSync(each, { force: true });
  }
}

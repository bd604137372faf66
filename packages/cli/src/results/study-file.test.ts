import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { metricValue } from "@tokenyard/report";
import { METRICS } from "@tokenyard/scenario";
import { inProcessRunner, type Point, type PointResult, pointKey, sweepPoints } from "@tokenyard/study";
import { resultStoreContract } from "@tokenyard/study/result-store.contract.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BadInput } from "../outcomes/bad-input.ts";
import { loadScenarioFile } from "../scenarios/scenario-file.ts";
import { Database } from "../tables/database.ts";
import { exportStudy } from "./export.ts";
import { makeResultsView } from "./results-view.ts";
import { StudyFile } from "./study-file.ts";
import { type StudyHeader, studyHeader } from "./study-header.ts";

const { scenario } = loadScenarioFile(new URL("../../../../scenarios/two-ranks/scenario.yaml", import.meta.url));
const vary = { "workload.sequences": "1..3", "parallelism.tensor": "1,2,3", "serving.overlap": ["none"] };
const header = studyHeader("sweep", scenario, { vary });
const points = () => [...sweepPoints(scenario, { vary })];

const closing: StudyFile[] = [];
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "study-file-"));
  await filled("whole.duckdb");
});
afterAll(async () => {
  for (const file of closing) await file.close();
  rmSync(folder, { recursive: true });
});

/** A file with the rows of all points. */
async function filled(name: string): Promise<{ readonly path: string; readonly rows: PointResult[] }> {
  const path = join(folder, name);
  const file = await StudyFile.create(path, header);
  const rows = await all(file);
  await file.close();
  return { path, rows };
}

async function all(store: StudyFile, given: Iterable<Point> = points()): Promise<PointResult[]> {
  const rows: PointResult[] = [];
  for await (const row of inProcessRunner({ store }).run(given)) rows.push(row);
  return rows;
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof BadInput) return error.problems.map(({ message }) => message).join("; ");
    throw error;
  }
  return "none";
}

let opened = 0;
resultStoreContract("a study file", async () => {
  const file = await StudyFile.create(join(folder, `contract-${opened++}.duckdb`), header);
  closing.push(file);
  return file;
});

test("a file gives back what was put into it, closed and opened again, to the byte", async () => {
  const { path, rows } = await filled("again.duckdb");
  const file = await StudyFile.resume(path, header);
  expect(file.size).toBe(9);
  for (const [i, point] of points().entries()) {
    expect(JSON.stringify(await file.find(pointKey(point), point))).toBe(JSON.stringify(rows[i]));
  }
  expect(await file.find("no such key", points()[0]!)).toBeUndefined();
  await file.close();
  expect(readdirSync(folder).filter((name) => name.startsWith("again"))).toEqual(["again.duckdb"]);
});

test("what a key has stays, whatever is put there later", async () => {
  const file = await StudyFile.create(join(folder, "first.duckdb"), header);
  const [point, other] = points() as [Point, Point];
  const result: PointResult = { index: 0, parameters: {}, status: "infeasible", reason: "the first" };
  await Promise.all([file.put("a", point, result), file.put("b", point, { ...result, reason: "another key" })]);
  await file.put("a", point, { ...result, reason: "a second" });
  await file.put("a", other, { ...result, reason: "a third" });
  expect(await file.find("a", point)).toMatchObject({ reason: "the first" });
  expect(await file.find("b", point)).toMatchObject({ reason: "another key" });
  await file.close();
});

test("points that have one result are two rows", async () => {
  const path = join(folder, "twice.duckdb");
  const file = await StudyFile.create(path, header);
  const twice = [...sweepPoints(scenario, { vary: { "workload.sequences": [2, 2] } })];
  const rows = await all(file, twice);
  await file.close();
  expect(await linesOf(path)).toBe(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  expect(rows).toHaveLength(2);
});

test("the row of a point that failed gives way to its result", async () => {
  const path = join(folder, "failed.duckdb");
  const file = await StudyFile.create(path, header);
  const [point] = points() as [Point];
  await file.putFailed({ index: point.index, parameters: point.parameters, status: "failed", reason: "" }, "its thread died");
  await file.close();
  expect(await linesOf(path)).toBe(
    `${JSON.stringify({ index: 0, parameters: point.parameters, status: "failed", reason: "its thread died" })}\n`,
  );
  const again = await StudyFile.resume(path, header);
  expect(again.size).toBe(0);
  const rows = await all(again, [point]);
  await again.close();
  expect(rows[0]?.status).toBe("ok");
  expect(await linesOf(path)).toBe(`${JSON.stringify(rows[0])}\n`);
});

test("a file is never written over", async () => {
  const path = join(folder, "there.duckdb");
  writeFileSync(path, "of another else");
  expect(await problemOf(StudyFile.create(path, header))).toMatch(/^already exists; --resume continues/);
  writeFileSync(join(folder, "log.duckdb.wal"), "of another else");
  expect(await problemOf(StudyFile.create(join(folder, "log.duckdb"), header))).toMatch(/^already exists/);
  expect(await problemOf(StudyFile.create(join(folder, "nowhere/a.duckdb"), header))).toBe("cannot be written: no such folder");
  expect(readFileSync(path, "utf8")).toBe("of another else");
});

test("another study is refused, with what is different, and its file is left as it is", async () => {
  const path = join(folder, "whole.duckdb");
  const before = readFileSync(path);
  const others: [Partial<StudyHeader>, string][] = [
    [{ version: "0.0.1" }, `made by tokenyard ${header.version}, this is 0.0.1; wanted another file`],
    [{ command: "optimize" }, "holds a study by sweep, not by optimize; wanted another file"],
    [{ hash: "0" }, "holds a study of another scenario, two-ranks; wanted another file"],
    [{ question: { vary, formula: false } }, "holds a search of two-ranks without --no-formula; wanted the same here, or another file"],
    [{ seed: 8 }, "holds another study of two-ranks: seed is 1 there and 8 here; wanted another file"],
    [
      { question: { vary: { ...vary, "parallelism.tensor": "1,2" } } },
      'holds another study of two-ranks: vary.parallelism.tensor is "1,2,3" there and "1,2" here; wanted another file',
    ],
  ];
  for (const [change, message] of others) expect(await problemOf(StudyFile.resume(path, { ...header, ...change }))).toBe(message);
  expect(await problemOf(StudyFile.resume(join(folder, "lost.duckdb"), header))).toBe("no such file");
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("a file of another kind is refused and left as it is", async () => {
  const path = join(folder, "foreign.duckdb");
  const database = await Database.open(path, "create");
  await database.run("CREATE TABLE study (title VARCHAR)");
  database.close();
  const text = join(folder, "text.duckdb");
  writeFileSync(text, "tokenyard: 1\n");
  const empty = join(folder, "empty.duckdb");
  writeFileSync(empty, "");
  for (const [file, message] of [
    [path, "a database, but not one that --out wrote; it is left as it is"],
    [text, "not a file that --out wrote; it is left as it is"],
    [empty, "not a file that --out wrote; it is left as it is"],
    [folder, "not a file that --out wrote; it is left as it is"],
  ] as const) {
    const before = file === folder ? undefined : readFileSync(file);
    expect(await problemOf(StudyFile.resume(file, header))).toBe(message);
    expect(await problemOf(exportStudy(file, join(folder, "out.csv"), ".csv"))).toBe(message);
    if (before !== undefined) expect(readFileSync(file).equals(before)).toBe(true);
  }
  expect(existsSync(join(folder, "out.csv"))).toBe(false);
});

test("of a damaged file either every row is right, or it is refused and left as it is", async () => {
  const whole = join(folder, "whole.duckdb");
  const bytes = readFileSync(whole);
  const damage = fc.oneof(
    fc.record({ at: fc.nat(bytes.length - 1), xor: fc.integer({ min: 1, max: 255 }) }),
    fc.record({ length: fc.nat(bytes.length - 1) }),
  );
  const lines = await linesOf(whole);
  await fc.assert(
    fc.asyncProperty(damage, async (given) => {
      const path = join(folder, "damaged.duckdb");
      const damaged = "length" in given ? bytes.subarray(0, given.length) : Uint8Array.from(bytes);
      if ("at" in given) damaged[given.at] = damaged[given.at]! ^ given.xor;
      writeFileSync(path, damaged);
      const problem = await problemOf(exportStudy(path, join(folder, "damaged.jsonl"), ".jsonl"));
      if (problem === "none") expect(readFileSync(join(folder, "damaged.jsonl"), "utf8")).toBe(lines);
      else expect(problem).toMatch(/; it is left as it is$/);
      expect(readFileSync(path).equals(damaged)).toBe(true);
    }),
    { numRuns: drawnCases(40) },
  );
});

test("the columns of results are the parameters with their types, and the metrics as the report has them", async () => {
  const { path, rows } = await filled("columns.duckdb");
  const database = await Database.open(path, "read");
  await makeResultsView(database);
  const described = await database.rows("SELECT column_name, column_type FROM (DESCRIBE results)");
  const names = described.map(([name]) => name);
  expect(Object.fromEntries(described)).toMatchObject({
    "workload.sequences": "BIGINT",
    "serving.overlap": "VARCHAR",
    gpus: "BIGINT",
    ttft: "DOUBLE",
    met: "BOOLEAN",
  });
  const cells = await database.rows("SELECT * FROM results");
  expect(cells).toHaveLength(9);
  for (const [i, row] of rows.entries()) {
    const cell = (name: string) => {
      const value = cells[i]![names.indexOf(name)];
      return typeof value === "bigint" ? Number(value) : value;
    };
    expect(cell("index")).toBe(i);
    expect(cell("seed")).toBe(1);
    expect(cell("workload.sequences")).toBe(row.parameters["workload.sequences"]);
    for (const metric of METRICS) expect(cell(metric.name)).toBe(row.status === "ok" ? metricValue(row.report, metric) : null);
    expect(cell("met")).toBe(row.status === "ok" ? row.report.targets.every(({ met }) => met) : null);
    expect(cell("reason")).toBe(row.status === "ok" ? null : row.reason);
  }
  database.close();
});

test("JSON lines are those of the sweep, and CSV and Parquet have a column for each parameter and metric", async () => {
  const { path, rows } = await filled("forms.duckdb");
  expect(await linesOf(path)).toBe(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const [csv, parquet] = [join(folder, "rows.csv"), join(folder, "it's rows.parquet")];
  await exportStudy(path, csv, ".csv");
  await exportStudy(path, parquet, ".parquet");
  const lines = readFileSync(csv, "utf8").trimEnd().split("\n");
  expect(lines[0]).toMatch(/^index,workload\.sequences,parallelism\.tensor,serving\.overlap,status,seed,ttft,ttft\.mean,.*,reason$/);
  expect(lines).toHaveLength(10);
  const database = await Database.open(join(folder, "reader.duckdb"), "create");
  const read = await database.rows(`SELECT index, "parallelism.tensor", status, report FROM '${parquet.replaceAll("'", "''")}'`);
  database.close();
  expect(read.map(([index, tensor, status, report]) => [Number(index), Number(tensor), status, report])).toEqual(
    rows.map((row) => [
      row.index,
      row.parameters["parallelism.tensor"],
      row.status,
      row.status === "ok" ? JSON.stringify(row.report) : null,
    ]),
  );
  expect(readdirSync(folder).filter((name) => name.includes("draft"))).toEqual([]);
});

async function linesOf(path: string): Promise<string> {
  const copy = join(folder, "copy.duckdb");
  copyFileSync(path, copy);
  const lines = join(folder, "lines.jsonl");
  await exportStudy(copy, lines, ".jsonl");
  return readFileSync(lines, "utf8");
}

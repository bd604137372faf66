import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  availability,
  inProcessRunner,
  memoryStore,
  type Point,
  type PointResult,
  type Runner,
  scenarioChanger,
  sweepPoints,
} from "@tokenyard/study";
import { runnerContract } from "@tokenyard/study/runner.contract.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundled } from "../fixtures/built.ts";
import { loadScenarioFile } from "../scenarios/scenario-file.ts";
import { type WorkerRunner, workerRunner } from "./worker-runner.ts";

const home = mkdtempSync(join(tmpdir(), "workers-"));
const file = join(home, "bundle/point-worker.js");
const opened: WorkerRunner[] = [];

/** A busy machine takes its time to bundle. */
const HOOK_MS = 60_000;
beforeAll(() => bundled(join(home, "bundle")), HOOK_MS);
afterAll(async () => {
  for (const runner of opened) await runner.close();
  rmSync(home, { recursive: true });
});

function withWorkers(workers: number, options: Omit<Parameters<typeof workerRunner>[0], "workers"> = {}): WorkerRunner {
  const runner = workerRunner({ file, ...options, workers });
  opened.push(runner);
  return runner;
}

const shared = new Map<number, WorkerRunner>();
for (const workers of [1, 2]) {
  const runner = () => shared.get(workers) ?? shared.set(workers, withWorkers(workers)).get(workers)!;
  runnerContract(`a runner over ${workers} threads`, runner, 16 * workers);
}

const two = new URL("../../../../scenarios/two-ranks/scenario.yaml", import.meta.url);
const { scenario } = loadScenarioFile(two);
const seeds = (count: number) => sweepPoints(scenario, { vary: { seed: `1..${count}` } });
const points = () => sweepPoints(scenario, { vary: { "workload.sequences": "1..12", "parallelism.tensor": "1,2,3" } });

test("eight threads give the same bytes as this thread", { tags: "long" }, async () => {
  expect(await lines(withWorkers(8))).toEqual(await lines(inProcessRunner()));
});

test("threads answer for years of failures as this thread does", { tags: "long" }, async () => {
  const { scenario: struck } = loadScenarioFile(two, { set: ["health=vllm-stock", "availability={ mtbfPerGpu: 300 h }"] });
  expect(await availability(struck, { years: 9, runner: withWorkers(2) })).toEqual(await availability(struck, { years: 9 }));
});

test("threads serve open, closed, session and trace loads as this thread does, the trace read beside its scenario", {
  tags: "long",
}, async () => {
  const path = new URL("../../../../scenarios/trace-replay/scenario.yaml", import.meta.url).pathname;
  const { scenario: traced, readPieces } = loadScenarioFile(path);
  const lengths = "requests: 30, promptTokens: { kind: uniform, from: 10, to: 900 }, outputTokens: 9";
  const loads = [
    "{ kind: trace, path: azure.csv, format: azure, speed: 4 }",
    `{ kind: open, rate: 20 requests/s, ${lengths} }`,
    `{ kind: closed, concurrency: 5, ${lengths} }`,
    `{ kind: sessions, rate: 4 requests/s, turns: 3, ${lengths.replace("requests", "sessions")} }`,
  ];
  const change = scenarioChanger(traced, readPieces);
  const some = loads.map((workload, index): Point => ({ index, parameters: {}, scenario: change({ workload }) }));
  const here = await lines(inProcessRunner({ readPieces }), some);
  expect(here.filter((line) => line.includes('"status":"ok"'))).toHaveLength(loads.length);
  expect(await lines(withWorkers(2, { scenarioFile: path }), some)).toEqual(here);
});

test("a thread reports how far it is with a point that has not ended", { tags: "long" }, async () => {
  const path = new URL("../../../../scenarios/poisson-load/scenario.yaml", import.meta.url).pathname;
  const runner = withWorkers(1, { scenarioFile: path });
  const long = { ...loadScenarioFile(path).scenario };
  const reported = new Set<number>();
  const timer = setInterval(() => {
    const { points: count, worth } = runner.underWay();
    expect(count).toBeLessThanOrEqual(1);
    if (count === 1) reported.add(worth);
  }, 1);
  for await (const row of runner.run([{ index: 0, parameters: {}, scenario: long }])) expect(row.status).toBe("ok");
  clearInterval(timer);
  expect([...reported].some((worth) => worth > 0 && worth < 1)).toBe(true);
  expect([...reported]).toEqual([...reported].toSorted((a, b) => a - b));
  expect(runner.underWay()).toEqual({ points: 0, worth: 0 });
});

/** A worker that dies on points with some indexes, the first `times` times, when it has run what stands before them in its chunk. */
function dyingWorker(times: number, indexes: readonly number[]): string {
  const path = join(home, `dying-${times}-${indexes.join("-")}.mjs`);
  writeFileSync(
    path,
    `import work from ${JSON.stringify(file)};
import { appendFileSync, readFileSync } from "node:fs";
export default async function (chunk) {
  appendFileSync(${JSON.stringify(`${path}.log`)}, JSON.stringify(chunk.points.map(({ index }) => index)) + "\\n");
  const isDeadly = chunk.points.some(({ index }) => ${JSON.stringify(indexes)}.includes(index));
  const text = await work(chunk);
  if (text === undefined || !isDeadly) return text;
  appendFileSync(${JSON.stringify(`${path}.deaths`)}, ".");
  if (readFileSync(${JSON.stringify(`${path}.deaths`)}).length <= ${times}) process.exit(1);
  return text;
}`,
  );
  return path;
}

/** A worker that takes `pointMs` for each point and gives the number of points in its chunk. */
function sizeTeller(name: string, pointMs: number): string {
  const path = join(home, `${name}.mjs`);
  writeFileSync(
    path,
    `export default async ({ points }) => {
  if (${pointMs} > 0) await new Promise((resolve) => setTimeout(resolve, ${pointMs} * points.length));
  return points.map(({ index, parameters }) => JSON.stringify({ index, parameters, status: "failed", reason: String(points.length) })).join("\\n");
}`,
  );
  return path;
}

/** The chunks that a dying worker was given. */
function chunksOf(path: string): number[][] {
  return readFileSync(`${path}.log`, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("a thread that dies costs its point one more try", { tags: "long" }, async () => {
  expect(await lines(withWorkers(2, { file: dyingWorker(1, [5]) }))).toEqual(await lines(inProcessRunner()));
});

test("a point that kills every thread has failed, and the others have not", { tags: "long" }, async () => {
  const rows = await all(withWorkers(2, { file: dyingWorker(1000, [5]) }), points());
  expect(rows.filter(({ status }) => status === "failed").map(({ index }) => index)).toEqual([5]);
  expect(rows[5]).toMatchObject({ reason: expect.stringContaining("its thread died 2 times") });
  expect(rows).toHaveLength(36);
});

test("a thread that dies within a chunk loses and doubles no row: each of its points is tried once more, alone", async () => {
  const path = join(home, "dying-quickly.mjs");
  // How many points go in a chunk is a matter of time: the first points of the first two chunks of several are those that kill.
  writeFileSync(
    path,
    `import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
const slots = [0, 1].map((slot) => ${JSON.stringify(`${path}.deadly`)} + slot);
const kills = (index) => slots.some((slot) => existsSync(slot) && readFileSync(slot, "utf8") === String(index));
function claimed(index) {
  for (const slot of slots) {
    try {
      writeFileSync(slot, String(index), { flag: "wx" });
      return true;
    } catch {}
  }
  return false;
}
export default function ({ points }) {
  appendFileSync(${JSON.stringify(`${path}.log`)}, JSON.stringify(points.map(({ index }) => index)) + "\\n");
  if (points.some(({ index }) => kills(index)) || (points.length > 1 && claimed(points[0].index))) process.exit(1);
  return points.map(({ index, parameters }) => JSON.stringify({ index, parameters, status: "infeasible", reason: "tried" })).join("\\n");
}`,
  );
  const rows = await all(withWorkers(2, { file: path }), seeds(300));
  expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 300 }, (_, i) => i));
  const deadly = [0, 1].map((slot) => Number(readFileSync(`${path}.deadly${slot}`, "utf8")));
  expect(rows.filter(({ status }) => status === "failed").map(({ index }) => index)).toEqual(deadly.toSorted((x, y) => x - y));
  const chunks = chunksOf(path);
  for (const killing of deadly) {
    const first = chunks.find((chunk) => chunk.includes(killing))!;
    expect(first.length).toBeGreaterThan(1);
    for (const index of first) expect(chunks.filter((chunk) => chunk.includes(index))).toEqual([first, [index]]);
  }
});

test("points that are small go many in a chunk", async () => {
  const quick = sizeTeller("quick", 0);
  const sizes = (await all(withWorkers(2, { file: quick }), seeds(300))).map((row) => Number(row.status === "failed" && row.reason));
  expect(Math.max(...sizes)).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(16);
});

test("points that are slow go alone", async () => {
  const rows = await all(withWorkers(2, { file: sizeTeller("slow", 50) }), points());
  expect(new Set(rows.map((row) => row.status === "failed" && row.reason))).toEqual(new Set(["1"]));
});

test("threads make the scenarios that were not asked for yet, and are sent the others", async () => {
  const looked = [...points()];
  for (const point of looked.slice(0, 20)) expect(point.scenario).toBeDefined();
  expect(await lines(withWorkers(2), looked)).toEqual(await lines(inProcessRunner()));
});

test("threads remember few of the studies that they served, and are sent them again", { tags: "long" }, async () => {
  const runner = withWorkers(1);
  const studies = Array.from({ length: 12 }, (_, i) => loadScenarioFile(two, { set: [`workload.sequences=${i + 1}`] }).scenario);
  for (const base of [...studies, ...studies]) {
    const own = () => sweepPoints(base, { vary: { seed: "1..2" } });
    expect(await lines(runner, own())).toEqual(await lines(inProcessRunner(), own()));
  }
});

test("what a store has is not run again", async () => {
  const store = memoryStore();
  const first = await lines(withWorkers(2, { store }));
  const dead = join(home, "dead.mjs");
  writeFileSync(dead, "export default () => { throw new Error('not to be called'); }");
  expect(await lines(withWorkers(2, { store, file: dead }))).toEqual(first);
});

test("threads stay while they wait for points: a study never has more than its workers", async () => {
  const reporting = join(home, "reporting.mjs");
  writeFileSync(
    reporting,
    `import { threadId } from "node:worker_threads";
export default ({ points }) =>
  points.map(({ index, parameters }) => JSON.stringify({ index, parameters, status: "failed", reason: String(threadId) })).join("\\n");`,
  );
  const threads = new Set<string>();
  for await (const row of withWorkers(2, { file: reporting }).run(points())) {
    if (row.status === "failed") threads.add(row.reason);
    await new Promise((resolve) => setTimeout(resolve, 5)); // both threads have nothing to do now
  }
  expect(threads.size).toBeLessThanOrEqual(2);
});

async function lines(runner: Runner, given: Iterable<Point> = points()): Promise<string[]> {
  return (await all(runner, given)).map((row) => JSON.stringify(row));
}

async function all(runner: Runner, given: Iterable<Point>): Promise<PointResult[]> {
  const rows: PointResult[] = [];
  for await (const row of runner.run(given)) rows.push(row);
  return rows;
}

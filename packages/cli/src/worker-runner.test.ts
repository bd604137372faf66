import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProcessRunner, memoryStore, type Point, type PointResult, type Runner, sweepPoints } from "@tokenyard/study";
import { runnerContract } from "@tokenyard/study/runner.contract.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../bundle.mjs";
import { loadScenarioFile } from "./scenario-file.ts";
import { type WorkerRunner, workerRunner } from "./worker-runner.ts";

const home = mkdtempSync(join(tmpdir(), "workers-"));
const file = join(home, "bundle/point-worker.js");
const opened: WorkerRunner[] = [];

beforeAll(() => bundle(join(home, "bundle")));
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
  runnerContract(`a runner over ${workers} threads`, runner, 4 * workers);
}

const { scenario } = loadScenarioFile(new URL("../../../scenarios/two-ranks/scenario.yaml", import.meta.url).pathname);
const points = () => sweepPoints(scenario, { vary: { "workload.sequences": "1..12", "parallelism.tensor": "1,2,3" } });

test("eight threads give the same bytes as this thread", async () => {
  expect(await lines(withWorkers(8))).toEqual(await lines(inProcessRunner()));
});

/** A worker that dies on the point with index 5, the first `times` times. */
function dyingWorker(times: number): string {
  const path = join(home, `dying-${times}.mjs`);
  writeFileSync(
    path,
    `import work from ${JSON.stringify(file)};
import { appendFileSync, readFileSync } from "node:fs";
export default function (point) {
  if (point.index !== 5) return work(point);
  appendFileSync(${JSON.stringify(`${path}.log`)}, ".");
  if (readFileSync(${JSON.stringify(`${path}.log`)}).length <= ${times}) process.exit(1);
  return work(point);
}`,
  );
  return path;
}

test("a thread that dies costs its point one more try", async () => {
  expect(await lines(withWorkers(2, { file: dyingWorker(1) }))).toEqual(await lines(inProcessRunner()));
});

test("a point that kills every thread has failed, and the others have not", async () => {
  const rows = await all(withWorkers(2, { file: dyingWorker(1000) }), points());
  expect(rows.filter(({ status }) => status === "failed").map(({ index }) => index)).toEqual([5]);
  expect(rows[5]).toMatchObject({ reason: expect.stringContaining("its thread died 2 times") });
  expect(rows).toHaveLength(36);
});

test("what a store has is not run again", async () => {
  const store = memoryStore();
  const first = await lines(withWorkers(2, { store }));
  const dead = join(home, "dead.mjs");
  writeFileSync(dead, "export default () => { throw new Error('not to be called'); }");
  expect(await lines(withWorkers(2, { store, file: dead }))).toEqual(first);
});

test("threads stay while they wait for points: a study never has more than its workers", async () => {
  const telling = join(home, "telling.mjs");
  writeFileSync(
    telling,
    `import { threadId } from "node:worker_threads";
export default ({ index, parameters }) => ({ index, parameters, status: "failed", reason: String(threadId) });`,
  );
  const threads = new Set<string>();
  for await (const row of withWorkers(2, { file: telling }).run(points())) {
    if (row.status === "failed") threads.add(row.reason);
    await new Promise((resolve) => setTimeout(resolve, 5)); // both threads have nothing to do now
  }
  expect(threads.size).toBeLessThanOrEqual(2);
});

async function lines(runner: Runner): Promise<string[]> {
  return (await all(runner, points())).map((row) => JSON.stringify(row));
}

async function all(runner: Runner, given: Iterable<Point>): Promise<PointResult[]> {
  const rows: PointResult[] = [];
  for await (const row of runner.run(given)) rows.push(row);
  return rows;
}

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Scenario } from "@tokenyard/scenario";
import { availability, inProcessRunner, type Point, type PointResult, type Runner, scenarioChanger, sweepPoints } from "@tokenyard/study";
import { runnerContract } from "@tokenyard/study/runner.contract.ts";
import { Worker } from "bullmq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundled } from "../fixtures/built.ts";
import { HAS_VALKEY, NO_VALKEY, type Valkey, valkey } from "../fixtures/valkey.ts";
import { piecesBeside } from "../scenarios/files-beside.ts";
import { loadScenarioFile } from "../scenarios/scenario-file.ts";
import { queueAddress } from "./address.ts";
import { PREFIX } from "./keys.ts";
import { openLink } from "./link.ts";
import { packed } from "./payload.ts";
import { type QueueRunner, queueRunner } from "./queue-runner.ts";
import { Registry, workerSchema } from "./registry.ts";
import { type QueueWorker, startWorker } from "./worker.ts";

const home = mkdtempSync(join(tmpdir(), "queue-"));
const file = join(home, "bundle/point-worker.js");
/** A busy machine takes its time to bundle and to start a server. */
const HOOK_MS = 60_000;
let server: Valkey;
let worker: QueueWorker;
let runner: QueueRunner;

describe.skipIf(!HAS_VALKEY)(HAS_VALKEY ? "points through a queue" : NO_VALKEY, () => {
  beforeAll(async () => {
    const [started] = await Promise.all([valkey(), bundled(join(home, "bundle"))]);
    server = started;
    const address = queueAddress(server.url);
    worker = await startWorker({ address, threads: 2, folder: home, isShared: false, file });
    runner = await queueRunner({ address, title: "test", most: 24 });
  }, HOOK_MS);
  afterAll(async () => {
    await runner?.close();
    await worker?.close();
    await server?.stop();
    rmSync(home, { recursive: true });
  }, HOOK_MS);

  runnerContract("a runner over a queue", () => runner, 24);

  test("workers read a trace in their own folder, and refuse one that is not the same", async () => {
    const path = new URL("../../../../scenarios/trace-replay/scenario.yaml", import.meta.url).pathname;
    const { scenario: traced, readPieces } = loadScenarioFile(path);
    const short = { ...traced, workload: { ...traced.workload, path: "azure.csv" } } as Scenario;
    copyFileSync(join(dirname(path), "azure.csv"), join(home, "azure.csv"));
    const change = scenarioChanger(short, readPieces);
    const some = [1, 2].map((seed): Point => ({ index: seed - 1, parameters: { seed }, scenario: change({ seed }) }));
    const here = await lines(inProcessRunner({ readPieces: piecesBeside(join(home, "scenario.yaml")) }), some);
    expect(here.every((line) => line.includes('"status":"ok"'))).toBe(true);
    expect(await lines(runner, some)).toEqual(here);
    writeFileSync(join(home, "other.csv"), "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n");
    const other = { ...short, workload: { ...short.workload, path: "other.csv" } } as Scenario;
    expect((await lines(runner, [{ index: 0, parameters: {}, scenario: other }]))[0]).toMatch(
      /"status":"infeasible","reason":"workload.sha256: /,
    );
  });

  const { scenario } = loadScenarioFile(new URL("../../../../scenarios/two-ranks/scenario.yaml", import.meta.url));
  const points = () => sweepPoints(scenario, { vary: { "workload.sequences": "1..12", "parallelism.tensor": "1,2,3" } });

  test("years of failures are points too: an availability has the bytes of this thread", async () => {
    const health = loadScenarioFile(new URL("../../../../scenarios/two-ranks/scenario.yaml", import.meta.url), {
      set: ["health=sglang-elastic", "spares={ kind: ranks, count: 1 }", "availability={ preset: rsc-1, mtbfPerNode: 900 h }"],
    }).scenario;
    const here = await availability(health, { years: 6 });
    expect(here!.variants.length).toBeGreaterThan(5);
    const before = worker.entry().points;
    expect(JSON.stringify(await availability(health, { years: 6, runner }))).toBe(JSON.stringify(here));
    expect(worker.entry().points - before).toBe(2); // of four years, and of two
  });

  test("small points go many in a job, also where each is asked for when another has ended", async () => {
    const slow = await slowWorker();
    const asker = await queueRunner({ address: queueAddress(server.url), title: "test", version: slow.version });
    const rows = await lines(asker, sweepPoints(scenario, { vary: { seed: "1..240" } }));
    expect(rows).toHaveLength(240);
    expect(slow.sizes.slice(0, 64)).toEqual(Array.from({ length: 64 }, () => 1)); // it is not known yet that they are small
    expect(slow.sizes.length).toBeLessThan(64 + 40); // of 10 points or so, 150 ms; without gathering some 240
    await asker.close();
    await slow.close();
  });

  test("points that were looked at, and those that were not, have the bytes of this thread", async () => {
    const looked = [...points()];
    for (const point of looked.slice(0, 20)) expect(point.scenario).toBeDefined();
    expect(await lines(runner, looked)).toEqual(await lines(inProcessRunner(), points()));
  });
});

/** A worker of one thread that says of each point that it cost 15 ms, and takes 10 for a job. */
async function slowWorker() {
  const version = "slow";
  const link = await openLink(queueAddress(server.url), version);
  const none = { busy: 0, jobs: 0, points: 0, failed: 0, coreSeconds: 0, seconds: 0 };
  await new Registry(link.redis, "worker", workerSchema).write({ id: "slow", version, host: "here", pid: 1, threads: 1, ...none });
  const sizes: number[] = [];
  const slow = new Worker(
    link.keys.queue,
    async ({ id, data: { points, asker } }) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      sizes.push(points.length);
      const rows = (points as Point[]).map(({ index, parameters }) => ({ index, parameters, status: "failed", reason: "none" }));
      await link.redis.set(link.keys.rows(id!), await packed(JSON.stringify({ coreMs: 15 * points.length, rows })));
      await link.redis.rpush(link.keys.ended(asker), id!);
    },
    { connection: link.redis, prefix: PREFIX },
  );
  slow.on("error", () => {});
  return { version, sizes, close: () => slow.close().then(link.close) };
}

async function lines(on: Runner, given: Iterable<Point>): Promise<string[]> {
  const rows: PointResult[] = [];
  for await (const row of on.run(given)) rows.push(row);
  return rows.map((row) => JSON.stringify(row));
}

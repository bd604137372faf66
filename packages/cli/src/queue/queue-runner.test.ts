import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProcessRunner, type Point, type PointResult, type Runner, sweepPoints } from "@tokenyard/study";
import { runnerContract } from "@tokenyard/study/runner.contract.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../bundle.mjs";
import { HAS_VALKEY, NO_VALKEY, type Valkey, valkey } from "../fixtures/valkey.ts";
import { loadScenarioFile } from "../scenario-file.ts";
import { queueAddress } from "./address.ts";
import { type QueueRunner, queueRunner } from "./queue-runner.ts";
import { type QueueWorker, startWorker } from "./worker.ts";

const home = mkdtempSync(join(tmpdir(), "queue-"));
const file = join(home, "bundle/point-worker.js");
let server: Valkey;
let worker: QueueWorker;
let runner: QueueRunner;

describe.skipIf(!HAS_VALKEY)(HAS_VALKEY ? "points through a queue" : NO_VALKEY, () => {
  beforeAll(async () => {
    const [started] = await Promise.all([valkey(), bundle(join(home, "bundle"))]);
    server = started;
    const address = queueAddress(server.url);
    worker = await startWorker({ address, threads: 2, folder: home, isShared: false, file });
    runner = await queueRunner({ address, title: "test", most: 24 });
  });
  afterAll(async () => {
    await runner?.close();
    await worker?.close();
    await server?.stop();
    rmSync(home, { recursive: true });
  });

  runnerContract("a runner over a queue", () => runner, 24);

  const { scenario } = loadScenarioFile(new URL("../../../../scenarios/two-ranks/scenario.yaml", import.meta.url));
  const points = () => sweepPoints(scenario, { vary: { "workload.sequences": "1..12", "parallelism.tensor": "1,2,3" } });

  test("points that were looked at, and those that were not, have the bytes of this thread", async () => {
    const looked = [...points()];
    for (const point of looked.slice(0, 20)) expect(point.scenario).toBeDefined();
    expect(await lines(runner, looked)).toEqual(await lines(inProcessRunner(), points()));
  });
});

async function lines(on: Runner, given: Iterable<Point>): Promise<string[]> {
  const rows: PointResult[] = [];
  for await (const row of on.run(given)) rows.push(row);
  return rows.map((row) => JSON.stringify(row));
}

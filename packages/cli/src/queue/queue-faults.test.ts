/** @module-tag long */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProcessRunner, type Point, type PointResult, type Runner, sweepPoints } from "@tokenyard/study";
import { Worker } from "bullmq";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bundled } from "../fixtures/built.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { freePort, HAS_VALKEY, NO_VALKEY, type Valkey, valkey } from "../fixtures/valkey.ts";
import type { BadInput } from "../outcomes/bad-input.ts";
import { loadScenarioFile } from "../scenarios/scenario-file.ts";
import { queueAddress } from "./address.ts";
import { PREFIX, sha256 } from "./keys.ts";
import { type Link, openLink } from "./link.ts";
import { packed } from "./payload.ts";
import { type QueueRunner, queueRunner } from "./queue-runner.ts";
import { queueStatus } from "./status.ts";
import { type QueueWorker, type QueueWorkerOptions, startWorker } from "./worker.ts";

const home = mkdtempSync(join(tmpdir(), "queue-faults-"));
const file = join(home, "bundle/point-worker.js");
const LEASE_MS = 300;
/** A busy machine takes its time to bundle and to start a server. */
const HOOK_MS = 60_000;
let server: Valkey;
const open: { close(): Promise<unknown> }[] = [];

const { scenario } = loadScenarioFile(new URL("../../../../scenarios/two-ranks/scenario.yaml", import.meta.url));
const points = (count = 40) => sweepPoints(scenario, { vary: { seed: `1..${count}` } });

async function opened<T extends { close(): Promise<unknown> }>(thing: Promise<T>): Promise<T> {
  open.push(await thing);
  return thing;
}

function asker(url = server.url, options: Partial<Parameters<typeof queueRunner>[0]> = {}): Promise<QueueRunner> {
  return opened(queueRunner({ address: queueAddress(url), title: "test", ...options }));
}

function worker(url = server.url, options: Partial<QueueWorkerOptions> = {}): Promise<QueueWorker> {
  const usual = { address: queueAddress(url), threads: 1, folder: home, isShared: false, file, leaseMs: LEASE_MS };
  return opened(startWorker({ ...usual, ...options }));
}

/** A worker that takes the next job and is not heard of again, as one that was killed. */
async function takeAndDie(link: Link): Promise<string> {
  const lost = new Worker(link.keys.queue, null, {
    connection: link.redis,
    prefix: PREFIX,
    lockDuration: LEASE_MS,
    stalledInterval: LEASE_MS / 2,
    maxStalledCount: 100,
  });
  lost.on("error", () => {});
  await lost.startStalledCheckTimer(); // so that the jobs of those that died before are given out again
  for (;;) {
    const job = await lost.getNextJob("lost", { block: false });
    if (job !== undefined) {
      await lost.close(true);
      return job.id!;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe.skipIf(!HAS_VALKEY)(HAS_VALKEY ? "a queue when things go wrong" : NO_VALKEY, () => {
  beforeAll(() => bundled(join(home, "bundle")), HOOK_MS);
  beforeEach(async () => {
    server = await valkey();
  }, HOOK_MS);
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
    await server.stop();
  }, HOOK_MS);
  afterAll(() => rmSync(home, { recursive: true }));

  test("jobs of workers that die are run by others; nothing is lost, nothing is there twice", async () => {
    const link = await opened(openLink(queueAddress(server.url), undefined));
    const runner = await asker();
    const rows = lines(runner, points());
    for (let deaths = 0; deaths < 6; deaths++) await takeAndDie(link);
    await worker();
    expect(await rows).toEqual(await lines(inProcessRunner(), points()));
    expect(runner.underWay().points).toBe(0);
    expect(await link.queue.getJobCounts("waiting", "active", "delayed")).toEqual({ waiting: 0, active: 0, delayed: 0 });
  });

  test("the points of a job that a worker crashed on go alone, and are run", async () => {
    const link = await opened(openLink(queueAddress(server.url), undefined));
    const runner = await asker();
    const first = await worker();
    await all(runner, points(60)); // now it is known that points are small
    await first.close();
    const rows = lines(runner, points(2));
    const id = await takeAndDie(link);
    expect((await link.queue.getJob(id))!.data.points).toHaveLength(2);
    const second = await worker();
    expect(await rows).toEqual(await lines(inProcessRunner(), points(2)));
    const { jobs, points: ran } = second.entry();
    expect([jobs, ran]).toEqual([2, 2]);
  });

  test("a point that crashes three workers is put aside, and reported", async () => {
    const link = await opened(openLink(queueAddress(server.url), undefined));
    const runner = await asker();
    const rows = all(runner, points(1));
    const first = await takeAndDie(link);
    expect(await takeAndDie(link)).toBe(first);
    expect(await takeAndDie(link)).toBe(first);
    await worker();
    expect(await rows).toEqual([
      { index: 0, parameters: { seed: 1 }, status: "failed", reason: "Error: crashed 3 workers, and is put aside" },
    ]);
    expect((await queueStatus(link)).aside).toMatchObject([{ index: 0, parameters: { seed: 1 } }]);
    expect(await lines(await asker(), points(3))).toEqual(await lines(inProcessRunner(), points(3)));
  });

  test("a server that is started again with nothing in it costs no row", async () => {
    await worker();
    const runner = await asker();
    const rows: string[] = [];
    for await (const row of runner.run(points(80))) {
      rows.push(JSON.stringify(row));
      if (rows.length === 30) {
        await server.kill();
        await server.start();
      }
    }
    expect(rows).toEqual(await lines(inProcessRunner(), points(80)));
  });

  test("a network that breaks again and again costs no row, and is reported", async () => {
    const wire = await cuttable(server.port);
    const said: string[] = [];
    await worker(wire.url, { onLink: (event) => said.push(event) });
    const runner = await asker(wire.url, { onLink: (event) => said.push(event) });
    const rows: string[] = [];
    for await (const row of runner.run(points(90))) {
      rows.push(JSON.stringify(row));
      if (rows.length % 40 === 0) wire.cut();
    }
    expect(rows).toEqual(await lines(inProcessRunner(), points(90)));
    expect(said.filter((event) => event === "lost").length).toBeGreaterThan(1);
    expect(said).toContain("back");
    for (const each of open.splice(0).reverse()) await each.close();
    wire.server.close();
  });

  test("two workers with one job give its rows once", async () => {
    const runner = await asker();
    const link = await opened(openLink(queueAddress(server.url), undefined));
    const rows = all(runner, points(1));
    const id = await takeAndDie(link);
    await worker();
    const [row] = await rows;
    const late = await packed(JSON.stringify({ coreMs: 1, rows: [row] })); // the first worker was slow, not dead
    await link.redis.set(link.keys.rows(id), late);
    await link.redis.rpush((await link.redis.keys(`${PREFIX}-*:ended:*`))[0] ?? link.keys.ended("0"), id);
    expect(await lines(runner, points(5))).toEqual(await lines(inProcessRunner(), points(5)));
  });

  test("what no study waits for any more is taken out of the queue, and asked again it is run", async () => {
    const controller = new AbortController();
    const link = await opened(openLink(queueAddress(server.url), undefined));
    const runner = await asker();
    const rows = all(runner, points(), { signal: controller.signal });
    while ((await link.queue.getWaitingCount()) < 10) await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    expect(await rows).toEqual([]);
    await runner.close();
    expect(await link.queue.getWaitingCount()).toBe(0);
    await worker();
    expect(await lines(await asker(), points())).toEqual(await lines(inProcessRunner(), points()));
  });

  test("a worker of another version is refused, and the study says whom it waits for", async () => {
    const said: string[] = [];
    const other = await worker(server.url, { version: "9.9.9", onWarning: (message) => said.push(message) });
    expect(other.entry().version).toBe("9.9.9");
    await asker();
    const refused = await worker(server.url, { version: "9.9.9" }).catch((error: unknown) => error);
    expect((refused as BadInput).problems[0]!.message).toMatch(
      /^has studies of tokenyard 0\.\d+\.\d+, and this worker is 9\.9\.9; wanted a worker of the same version$/,
    );
  });

  test("jobs that no study would send are refused, and nothing outside the worker's folder is read", async () => {
    mkdirSync(join(home, "folder"), { recursive: true });
    writeFileSync(join(home, "secret.csv"), "arrived_at,input,output\n0,1,1\n");
    symlinkSync(join(home, "secret.csv"), join(home, "folder/link.csv"));
    await worker(server.url, { folder: join(home, "folder") });
    const link = await opened(openLink(queueAddress(server.url), undefined));
    const asked = "a".repeat(32);
    const text = JSON.stringify(scenario);
    const send = async (change: object, base = text) => {
      await link.redis.set(link.keys.base(sha256(base)), await packed(base));
      const point = { index: 0, parameters: {} };
      const job = { version: link.keys.version, base: sha256(base), points: [point], asker: asked, crashes: 3, ...change };
      const { id } = await link.queue.add("points", job, { removeOnComplete: false });
      for (;;) {
        const state = await link.queue.getJobState(id!);
        if (state === "failed") return (await link.queue.getJob(id!))!.failedReason;
        if (state === "completed") return link.redis.getBuffer(link.keys.rows(id!)).then((bytes) => reasonIn(bytes!));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    expect(await send({ code: "process.exit()" })).toMatch(/code/);
    expect(await send({ points: [] })).toMatch(/points/);
    expect(await send({ points: Array.from({ length: 2000 }, (_, index) => ({ index, parameters: {} })) })).toMatch(/points/);
    const large = { index: 0, parameters: { about: "x".repeat(4 * 1024 * 1024) } };
    expect(await send({ points: [large] })).toBe("is larger than 4 MiB");
    expect(await send({ version: "9.9.9" })).toMatch(/has studies of tokenyard 9\.9\.9/);
    expect(await send({ base: "0".repeat(64) })).toBe("its scenario is not there");
    expect(await send({}, JSON.stringify({ ...scenario, cluster: { gpu: "x" } }))).toBe("TypeError: what came as a scenario is none");
    const point = { index: 0, parameters: {}, sections: { model: { layers: -1 } } };
    expect(await send({ points: [point] })).toBe("TypeError: what came as a scenario is none");
    for (const path of ["/etc/passwd", "../secret.csv", "link.csv", join(home, "secret.csv")]) {
      const parameters = { workload: { kind: "trace", path, format: "azure" } };
      expect(await send({ points: [{ index: 0, parameters }] })).toMatch(/outside the folder of this worker/);
    }
  });

  test("a server that may throw jobs away, or wants a password, is refused with what would work", async () => {
    const problem = (url: string) =>
      asker(url).then(
        () => "none",
        (error: unknown) => (error as BadInput).problems.map(({ file: where, message }) => `${where}: ${message}`).join(),
      );
    expect(await problem(server.url.replace("redis:", "rediss:"))).toMatch(
      /does not speak TLS; wanted redis:\/\/ in place of rediss:\/\/|speak TLS if the URL says/,
    );
    const link = await opened(openLink(queueAddress(server.url), undefined));
    await link.redis.config("SET", "maxmemory-policy", "allkeys-lru");
    expect(await problem(server.url)).toMatch(/has maxmemory-policy allkeys-lru, by which jobs may be lost; wanted noeviction/);
    await link.redis.config("SET", "maxmemory-policy", "noeviction");
    await link.redis.call("ACL", "SETUSER", "yard", "on", ">secret", "~tokenyard*", "&*", "+@all", "-@dangerous", "+info", "+client");
    await link.redis.call("ACL", "SETUSER", "poor", "on", ">secret", "~tokenyard*", "+get");
    await link.redis.config("SET", "requirepass", "main");
    const at = (user: string) => server.url.replace("//", `//${user}@`);
    expect(await problem(server.url)).toMatch(/wants a user or a password/);
    expect(await problem(at("yard:wrong"))).toBe(`--queue redis://yard:…@127.0.0.1:${server.port}: refuses the user or the password`);
    expect(await problem(at("poor:secret"))).toMatch(/does not allow this user what the queue needs/);
    await worker(at("yard:secret"));
    expect(await lines(await asker(at("yard:secret")), points(3))).toEqual(await lines(inProcessRunner(), points(3)));
  });
});

function reasonIn(bytes: Buffer): Promise<string> {
  return import("./payload.ts").then(async ({ unpacked }) => {
    const [row] = JSON.parse(await unpacked(bytes, 1e7)).rows;
    return row.reason ?? "ran";
  });
}

/** A way to the server at `port` that can be cut. */
async function cuttable(port: number): Promise<{ readonly url: string; readonly server: Server; cut(): void }> {
  const sockets = new Set<Socket>();
  const own = await freePort();
  const wire = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => wire.listen(own, "127.0.0.1", resolve));
  return {
    url: `redis://127.0.0.1:${own}`,
    server: wire,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

test.each(["sweep", "optimize", "capacity", "audit", "availability"])(
  "%s takes a queue or threads, and reports a server that is not there",
  async (command) => {
    const path = new URL("../../../../scenarios/deployment-plan-audit/scenario.yaml", import.meta.url).pathname;
    const load = new URL("../../../../scenarios/poisson-load/scenario.yaml", import.meta.url).pathname;
    const own = { sweep: ["--vary", "seed=1,2"], optimize: ["--minimize", "gpus"] }[command] ?? [];
    const asked = [command, command === "capacity" ? load : path, ...own, "--queue", "redis://127.0.0.1:1"];
    const refusal = async (...more: string[]) => tokenyard([...asked, ...more]);
    expect(await refusal()).toMatchObject({ code: 2, err: expect.stringContaining("127.0.0.1:1: connection refused; is a server") });
    expect(await refusal("--workers", "2")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--queue too given; wanted one of them"),
    });
  },
);

async function all(on: Runner, given: Iterable<Point>, options: Parameters<Runner["run"]>[1] = {}): Promise<PointResult[]> {
  const rows: PointResult[] = [];
  for await (const row of on.run(given, options)) rows.push(row);
  return rows;
}

async function lines(on: Runner, given: Iterable<Point>): Promise<string[]> {
  return (await all(on, given)).map((row) => JSON.stringify(row));
}

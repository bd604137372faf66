import { type ChildProcess, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built, ended, started } from "./fixtures/built.ts";
import { Database } from "./tables/database.ts";

const SCENARIO = `tokenyard: 1
name: killed
model:
  layers: 4
  hiddenSize: 64
  attention: { heads: 4, kvHeads: 4, headSize: 16 }
  experts: { count: 4, topK: 1, hiddenSize: 128, matrices: 2 }
cluster:
  gpu: { compute: 100 TFLOPS, bandwidth: 1 TB/s, memory: 900 TB }
  network: { kind: two-tier, node: { bandwidth: 100 GB/s, latency: 2 us }, fabric: { bandwidth: 50 GB/s, latency: 5 us } }
parallelism: { expert: 2 }
workload: { kind: batch, sequences: 8, promptTokens: { kind: uniform, from: 32, to: 64 }, outputTokens: 16 }
mostWork: 9000 s
`;
const KILLS = 6;
const POINTS = 300; // 100 × 3, of which a third cannot be
const VARY = ["--vary", "workload.sequences=1..100", "--vary", "parallelism.tensor=1,2,3"];

const home = mkdtempSync(join(tmpdir(), "study-process-"));
const scenario = join(home, "killed.yaml");
let bin: string;
beforeAll(async () => {
  ({ bin } = await built(home));
  writeFileSync(scenario, SCENARIO);
});
afterAll(() => rmSync(home, { recursive: true }));

function sweeping(...options: string[]): ChildProcess {
  return started(bin, ["sweep", scenario, ...options]);
}

function exported(study: string, name: string): string {
  const destination = join(home, name);
  expect(spawnSync(process.execPath, [bin, "export", study, destination], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  return readFileSync(destination, "utf8");
}

async function keptIndexes(study: string): Promise<number[]> {
  const database = await Database.open(study, "read");
  const rows = await database.rows("SELECT index FROM points ORDER BY index");
  database.close();
  return rows.map(([index]) => Number(index));
}

/** Done when the process has printed `lines` lines, or has ended. */
async function printed(child: ChildProcess, lines: number): Promise<void> {
  let count = 0;
  await new Promise<void>((resolve) => {
    child.on("close", () => resolve());
    child.stdout?.on("data", (data) => {
      count += String(data).split("\n").length - 1;
      if (count >= lines) resolve();
    });
  });
}

/** Indexes of the lines that were printed to their end. */
function printedIndexes(out: string): number[] {
  const lines = out.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line).index);
}

test("a sweep that is killed six times, whenever, and goes on gives what an undisturbed one gives", { tags: "long" }, async () => {
  const whole = join(home, "whole.duckdb");
  const undisturbed = await ended(sweeping(...VARY, "--json", "--out", whole, "--workers", "2"));
  expect(undisturbed.code).toBe(0);
  expect(printedIndexes(undisturbed.out)).toHaveLength(POINTS);

  const study = join(home, "killed.duckdb");
  const options = [...VARY, "--out", study, "--resume", "--workers", "2"];
  const sizes: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const child = sweeping(...options, "--json");
    const end = ended(child);
    if (kill % 2 === 0) await printed(child, (sizes.at(-1) ?? 0) + 1 + Math.random() * 30); // at work
    await setTimeout(Math.random() * (kill % 2 === 0 ? 20 : 700)); // or while it starts, reads its file, or works
    child.kill("SIGKILL");
    const { code, out } = await end;
    expect(code === null || code === 0).toBe(true);
    if (!existsSync(study)) continue;
    const kept = await keptIndexes(study);
    expect(kept).toEqual(expect.arrayContaining(printedIndexes(out))); // what was printed is safe
    expect(kept.length).toBeGreaterThanOrEqual(sizes.at(-1) ?? 0);
    sizes.push(kept.length);
  }
  const last = await ended(sweeping(...options, "--json"));
  expect(last).toMatchObject({ code: 0, out: undisturbed.out });
  for (const name of ["rows.jsonl", "rows.csv"]) expect(exported(study, `killed-${name}`)).toBe(exported(whole, `whole-${name}`));
  expect(new Set(sizes).size).toBeGreaterThan(2); // the kills fell into the work, not only before and after it
});

test.each(["1", "2"])("Ctrl-C ends a sweep of %s workers with 130, keeps what has ended, and a later sweep goes on", async (workers) => {
  const study = join(home, `stopped-${workers}.duckdb`);
  const vary = ["--vary", "workload.outputTokens=4,5000000"]; // a moment, and hours
  const child = sweeping(...vary, "--json", "--out", study, "--workers", workers);
  child.stdout?.once("data", () => setTimeout(100).then(() => child.kill("SIGINT")));
  const { code, out, err } = await ended(child);
  expect({ code, err }).toEqual({ code: 130, err: "interrupted\n" });
  expect(printedIndexes(out)).toEqual([0]);
  expect(await keptIndexes(study)).toEqual([0]);
  expect(exported(study, `stopped-${workers}.jsonl`)).toBe(out);
});

test("Ctrl-C prints the table of what has ended", async () => {
  const study = join(home, "table.duckdb");
  const child = sweeping("--vary", "workload.outputTokens=4,5000000", "--out", study, "--workers", "2");
  const log = `${study}.wal`;
  while (!existsSync(log) || statSync(log).size === 0) await setTimeout(20); // until a row is written
  await setTimeout(100);
  child.kill("SIGINT");
  const { code, out, err } = await ended(child);
  expect({ code, err }).toEqual({ code: 130, err: "interrupted\n" });
  expect(out).toMatch(/^sweep of killed, 1 point: 1 ran, one seed each\n/);
});

test("Ctrl-C ends a search with 130 and prints the best so far", { tags: "long" }, async () => {
  const study = join(home, "search.duckdb");
  const options = ["--maximize", "throughputPerGpu", "--minimize", "tpot", "--set", "workload.outputTokens=4000", "--out", study];
  const child = started(bin, ["optimize", scenario, ...options, "--json", "--workers", "2"]);
  const log = `${study}.wal`;
  while (!existsSync(log) || statSync(log).size === 0) await setTimeout(20);
  await setTimeout(300);
  child.kill("SIGINT");
  const { code, out, err } = await ended(child);
  expect({ code, err }).toEqual({ code: 130, err: "interrupted\n" });
  const found = JSON.parse(out);
  expect(found).toMatchObject({ exhaustive: false, best: { report: { scenario: { name: "killed" } } } });
  expect((await keptIndexes(study)).length).toBeGreaterThanOrEqual(found.examined);
});

test("one process writes a study at a time", { tags: "long" }, async () => {
  const study = join(home, "one.duckdb");
  const vary = ["--vary", "workload.outputTokens=4,5000000", "--out", study, "--workers", "2"];
  const first = sweeping(...vary, "--json");
  const end = ended(first);
  await new Promise((resolve) => first.stdout?.once("data", resolve));
  const second = await ended(sweeping(...vary, "--resume"));
  expect(second).toMatchObject({ code: 2, out: "", err: expect.stringContaining("open in another process; one writes at a time") });
  first.kill("SIGINT");
  expect((await end).code).toBe(130);
});

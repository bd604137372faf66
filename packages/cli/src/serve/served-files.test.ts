import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProcessRunner, sweepPoints } from "@tokenyard/study";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { StudyFile } from "../results/study-file.ts";
import { studyHeader } from "../results/study-header.ts";
import { loadScenarioFile } from "../scenarios/scenario-file.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { kindOf } from "./file-kind.ts";
import { ServedFiles } from "./served-files.ts";

const PLAN = new URL("../../../../scenarios/two-ranks/scenario.yaml", import.meta.url);
const { scenario } = loadScenarioFile(PLAN);
const vary = { "workload.sequences": "1..4", "parallelism.tensor": "1,3" };
const home = mkdtempSync(join(tmpdir(), "served-"));
const [study, metrics, plan] = ["study.duckdb", "run.om", "plan.yaml"].map((name) => join(home, name)) as [string, string, string];
const terminal = {} as Terminal; // only a text on standard input needs one

beforeAll(async () => {
  writeFileSync(plan, readFileSync(PLAN));
  await put(0, 5);
  const { code } = await tokenyard(["run", plan, "--metrics", metrics, "--metrics-every", "1 ms"]);
  expect(code).toBe(0);
});
afterAll(() => rmSync(home, { recursive: true }));

/** Adds the points from place `from` to `to` to the study. */
async function put(from: number, to: number): Promise<void> {
  const header = studyHeader("sweep", scenario, { vary, replications: 1 });
  const store = await (from === 0 ? StudyFile.create(study, header) : StudyFile.resume(study, header));
  const points = [...sweepPoints(scenario, { vary })].slice(from, to);
  for await (const _ of inProcessRunner({ store }).run(points)); // each is kept
  await store.close();
}

/** What is sent for `path`, as JSON. */
async function sent(files: ServedFiles, path: string) {
  const answer = await files.answer(path);
  return answer === undefined || !("body" in answer) ? undefined : JSON.parse(String(answer.body));
}

test("a file is known by its first bytes, and one that is not there is left to its reader", () => {
  expect([study, metrics, plan, join(home, "none")].map(kindOf)).toEqual(["study", "metrics", "text", "text"]);
});

test("a study is listed with how far it is, its points are a table, and one that ran has its scenario; what comes later is added", async () => {
  const files = new ServedFiles([study, metrics, plan], terminal);
  await files.read();
  const state = { file: study, command: "sweep", name: "two-ranks", isRunning: false, points: 5, ok: 3, infeasible: 2, failed: 0 };
  expect((await sent(files, "/files.json")).studies).toEqual([state]);
  expect((await sent(files, "/files.json")).files.map(({ path }: { path: string }) => path)).toEqual([plan]);
  const { table } = await sent(files, "/study-0.json");
  expect([table.title, table.rows.length, table.demands]).toEqual(["sweep of two-ranks", 5, null]);
  const ran = table.rows.filter(({ status }: { status: string }) => status === "ok");
  expect(ran.length).toBe(3);
  for (const { index, parameters } of ran)
    expect((await sent(files, `/study-0/point-${index}.json`)).text).toContain(`sequences: ${parameters[0]}\n`);

  expect(await files.look()).toEqual({ texts: false, studies: [] });
  await put(5, 8);
  expect(await files.look()).toEqual({ texts: false, studies: [0] });
  expect(files.stateOf(0)).toEqual({ ...state, points: 8, ok: 4, infeasible: 4 });
  files.close();
});

test.each([
  "/study-1.json",
  "/study-00.json/x",
  "/study-0/point-99.json",
  "/study-0/point-1%27.json",
  "/study-0/point--1.json",
  "/study.duckdb",
])("there is nothing at %s", async (path) => {
  const files = new ServedFiles([study], terminal);
  await files.read();
  expect(await files.answer(path)).toBe(undefined);
  files.close();
});

test("/metrics is the file of the run that finished last, and nothing where none was given", async () => {
  const files = new ServedFiles([metrics], terminal);
  expect(await files.answer("/metrics")).toMatchObject({
    type: "application/openmetrics-text; version=1.0.0; charset=utf-8",
    file: metrics,
  });
  expect(await new ServedFiles([], terminal).answer("/metrics")).toBe(undefined);
});

test("a database that is no study is refused by name", async () => {
  const other = join(home, "other.duckdb");
  writeFileSync(other, Buffer.concat([Buffer.alloc(8), Buffer.from("DUCK"), Buffer.alloc(5000)]));
  const files = new ServedFiles([other], terminal);
  await expect(files.read()).rejects.toThrow(BadInput);
  files.close();
});

test("a study file that is empty is refused as a study, and not shown as a text", async () => {
  const empty = join(home, "empty.duckdb");
  writeFileSync(empty, "");
  const files = new ServedFiles([empty], terminal);
  await expect(files.read()).rejects.toThrow(BadInput);
  await expect(files.read()).rejects.toThrow(/empty\.duckdb/);
  files.close();
});

test("ports that no machine has are refused with what would work", async () => {
  const { code, err } = await tokenyard(["serve", "--port", "99999"]);
  expect(code).toBe(2);
  expect(err).toContain("argument '99999' is invalid. wanted a port from 1 to 65535, or 0 for a free one");
});

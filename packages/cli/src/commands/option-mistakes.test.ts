import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";

const LOAD = "workload: { kind: batch, sequences: 8, promptTokens: 32, outputTokens: 4 }\n";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mistakes-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test.each<[string, readonly string[], readonly string[]]>([
  [
    "sweep",
    ["--vary", "parallelism.tensr=1", "--where", "x < 1", "--show", "foo", "--sort", "bar", "--against", "q", "--shard", "1", "--resume"],
    ["--resume", "--shard", "--vary", "--where 1", "--show", "--sort", "--against"],
  ],
  ["sweep", ["--slurm", "2", "--json", "--csv"], ["--slurm", "--json", "--csv", "--csv"]],
  ["sweep", ["--vary", "seed=1,2", "--mode", "sobol", "--out", "SELF"], ["--out", "--points"]],
  ["sweep", ["--points", "3"], []], // the scenario's own mode may want points
  [
    "optimize",
    ["--minimize", "foo", "--maximize", "bar", "--vary", "parallelism.tensr=1", "--subject-to", "x < 1", "--budget", "0", "--html", "SELF"],
    ["--html", "--vary", "--budget", "--minimize", "--maximize", "--subject-to 1"],
  ],
  ["optimize", [], ["--minimize"]],
  ["capacity", ["--precision", "x", "--attainment", "300 %", "--subject-to", "q"], ["--precision", "--attainment", "--subject-to 1"]],
  ["compare", ["SELF", "--show", "foo"], ["--show"]],
  ["alerts", ["--prometheus", "SELF"], ["SELF"]],
  [
    "run",
    ["--spans", "SELF", "--requests", "r.txt", "--metrics-only", "a", "--replications", "2"],
    ["--spans", "--requests", "--metrics-only", "--spans", "--requests"],
  ],
])("%s tells mistakes in options %j beside those of a scenario", async (command, options, told) => {
  const path = file("a.yaml", `${SMALL_PLAN}${LOAD}sede: 3\n`);
  const args = options.map((option) => (option === "SELF" ? path : option));
  const { code, out, err } = await tokenyard([command, path, ...new Set([...args, "--json"])]);
  expect([code, err]).toEqual([2, ""]);
  const { problems } = JSON.parse(out) as { problems: { file: string; path: string }[] };
  expect(problems.filter((problem) => problem.path === "sede").length).toBeGreaterThan(0);
  const others = problems.filter((problem) => problem.path !== "sede").map((problem) => problem.file);
  expect(others.sort()).toEqual(told.map((place) => (place === "SELF" ? path : place)).sort());
});

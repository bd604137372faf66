import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { Database } from "../tables/database.ts";

// Written by an earlier state of version 0.1.0: before reports had verdicts over seeds, outages without end and values of what is assumed.

const kept = (name: string) => fileURLToPath(new URL(`../fixtures/earlier/${name}`, import.meta.url));

let folder: string;
let study: string;
let scenario: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "earlier-"));
  scenario = join(folder, "two-ranks.yaml");
  const { resolved } = JSON.parse(readFileSync(kept("two-ranks.seeds.jsonl"), "utf8")).scenario;
  writeFileSync(scenario, JSON.stringify(resolved));
  study = join(folder, "study.duckdb");
  const database = await Database.open(study, "create");
  for (const statement of readFileSync(kept("study/schema.sql"), "utf8").split(";\n")) {
    if (statement.trim() !== "") await database.run(statement);
  }
  for (const table of ["points", "spent", "study"])
    await database.run(`COPY ${table} FROM '${kept(`study/${table}.csv`)}' (FORMAT csv, header)`);
  await database.flush();
  database.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a report of an earlier state runs again to the same numbers, with ideal steps: all is the same but for the conclusion that it lacks", async () => {
  expect(await tokenyard(["replay", kept("poisson-load.report.jsonl")])).toMatchObject({
    code: 0,
    out: expect.stringContaining("the same report"),
  });
});

test("of a report of several seeds what was renamed is listed, and no number differs", async () => {
  const { code, out } = await tokenyard(["replay", kept("two-ranks.seeds.jsonl"), "--workers", "1"]);
  const [head, ...rest] = out.trim().split("\n");
  expect([code, head]).toEqual([1, expect.stringMatching(/not the same report$/)]);
  expect(rest.slice(0, 2)).toEqual([
    "  seeds.estimates.horizonSeconds.mean: 0.001237034 kept, nothing now",
    "  seeds.estimates.horizonSeconds.value: nothing kept, 0.001237034 now",
  ]);
  for (const line of rest.slice(0, -1)) expect(line).toMatch(/nothing/);
});

test("a study of an earlier state is read, resumed without a run, and exported", async () => {
  const { out } = await tokenyard(["query", study, "select index, ttft from results"]);
  expect(out.trim().split("\n")).toHaveLength(5); // 2 values × 2 seeds below the names
  const again = join(folder, "resumed.duckdb");
  copyFileSync(study, again);
  const args = ["sweep", scenario, "--vary", "workload.sequences=2,4", "--replications", "2", "--workers", "1"];
  const resumed = await tokenyard([...args, "--out", again, "--resume"]);
  expect(resumed).toMatchObject({ code: 0, err: expect.stringContaining("has 4 points of this study") });
  expect(resumed.out).toBe((await tokenyard(args)).out);
  expect((await tokenyard(["export", study, join(folder, "e.csv")])).code).toBe(0);
});

test("reports of an earlier state are compared, and launched", async () => {
  const report = kept("poisson-load.report.jsonl");
  expect(await tokenyard(["compare", report, report, "--replications", "2", "--workers", "1"])).toMatchObject({ code: 0 });
  expect(await tokenyard(["launch", report, "--for", "vllm"])).toMatchObject({ code: 0, out: expect.stringContaining("vllm serve") });
});

test("a report of a later format is refused with what wrote it", async () => {
  const [first] = readFileSync(kept("poisson-load.report.jsonl"), "utf8").split("\n");
  const later = join(folder, "later.json");
  writeFileSync(later, JSON.stringify({ ...JSON.parse(first!), tokenyard: 3, version: "0.9.0" }));
  const { code, err } = await tokenyard(["replay", later]);
  expect(code).toBe(2);
  expect(err).toContain("a report of format 3, written by tokenyard 0.9.0 given; wanted format 1 or 2, or a later tokenyard");
});

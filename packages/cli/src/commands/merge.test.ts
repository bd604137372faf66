import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";

const folder = mkdtempSync(join(tmpdir(), "merge-"));
const at = (name: string) => join(folder, name);
const VARY = ["--vary", "parallelism.tensor=1,2,3", "--vary", "workload.sequences=4,8", "--workers", "1"];
const WORKLOAD = "workload: { kind: batch, sequences: 8, promptTokens: { kind: uniform, from: 32, to: 64 }, outputTokens: 4 }\n";

beforeAll(async () => {
  writeFileSync(at("a.yaml"), `${SMALL_PLAN}${WORKLOAD}`);
  writeFileSync(at("b.yaml"), `${SMALL_PLAN}${WORKLOAD}seed: 4\n`);
  for (const shard of [1, 2, 3, 4]) expect((await sweepShard("a", `${shard}/4`, `a${shard}`)).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

function sweepShard(plan: string, shard: string, name: string, ...more: string[]) {
  return tokenyard(["sweep", at(`${plan}.yaml`), ...VARY, "--shard", shard, "--out", at(`${name}.duckdb`), ...more]);
}

function merge(out: string, names: readonly string[], ...more: string[]) {
  return tokenyard(["merge", ...names.map((name) => at(`${name}.duckdb`)), "--out", at(`${out}.duckdb`), ...more]);
}

async function linesOf(name: string): Promise<string> {
  expect((await tokenyard(["export", at(`${name}.duckdb`), at(`${name}.jsonl`)])).code).toBe(0);
  return readFileSync(at(`${name}.jsonl`), "utf8");
}

test("shards that are put together, in whatever order, are the sweep to the byte, and may be gone on with", async () => {
  const whole = await tokenyard(["sweep", at("a.yaml"), ...VARY, "--json"]);
  const { code, out, err } = await merge("whole", ["a3", "a1", "a4", "a2"]);
  expect({ code, out, err }).toEqual({ code: 0, out: `${at("whole.duckdb")}: 6 points of 4 shards\n`, err: "" });
  expect(await linesOf("whole")).toBe(whole.out);
  const again = await tokenyard(["sweep", at("a.yaml"), ...VARY, "--json", "--out", at("whole.duckdb"), "--resume"]);
  expect(again.out).toBe(whole.out);
  expect(again.err).toBe(`${at("whole.duckdb")}: has 6 points of this study\n`);
});

test("the seeds of a choice stay in one shard, so that its means are those of the whole sweep", async () => {
  const table = (out: string) => out.split("\n").filter((line) => / \d$/.test(line));
  const asked = [...VARY, "--replications", "3", "--show", "ttft", "--show", "gpus"];
  const whole = table((await tokenyard(["sweep", at("a.yaml"), ...asked])).out.replaceAll("●", " "));
  const { out } = await tokenyard(["sweep", at("a.yaml"), ...asked, "--shard", "2/2"]);
  expect(out).toMatch(/^shard 2\/2 of a sweep of small, 3 points: 2 ran, 1 cannot be, means of 3 seeds/);
  const cells = (line: string) => line.trim().split(/\s+/).join(" ");
  for (const line of table(out.replaceAll("●", " "))) expect(whole.map(cells)).toContain(cells(line));
});

test("a shard that is missing is named, unless the merge may be partial: then the rest is run by going on", async () => {
  const refused = await merge("part", ["a1", "a3"]);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain("shard 2/4, 4/4 not given; wanted all, or --partial");
  expect(existsSync(at("part.duckdb"))).toBe(false);
  const { code, err } = await merge("part", ["a1", "a3"], "--partial");
  expect(code).toBe(0);
  expect(err).toMatch(/^points 1, 3, and maybe others, are missing; the same sweep with --out .*part\.duckdb --resume runs them\n$/);
  const again = await tokenyard(["sweep", at("a.yaml"), ...VARY, "--json", "--out", at("part.duckdb"), "--resume"]);
  expect(again.out).toBe((await tokenyard(["sweep", at("a.yaml"), ...VARY, "--json"])).out);
  expect(again.err).toContain("has 3 points of this study");
});

test("files that are no shards of one study are all reported at once, and nothing is written", { tags: "long" }, async () => {
  await sweepShard("b", "2/4", "b2");
  await sweepShard("a", "1/2", "of2");
  await tokenyard(["sweep", at("a.yaml"), ...VARY, "--out", at("all.duckdb")]);
  writeFileSync(at("text.duckdb"), "no study");
  const { code, err } = await merge("wrong", ["a1", "b2", "of2", "all", "text", "lost", "a1"]);
  expect(code).toBe(2);
  for (const message of [
    /b2\.duckdb.*holds another study of small: seed is 1 there and 4 here: not of one study with .*a1/,
    /of2\.duckdb.*shard 1\/2, and .*a1\.duckdb is shard 1\/4/,
    /all\.duckdb.*holds a whole study; wanted one that --shard made/,
    /text\.duckdb.*not a file that --out wrote/,
    /lost\.duckdb.*no such file/,
    /a1\.duckdb.*shard 1\/4, as .*a1\.duckdb is/,
  ])
    expect(err).toMatch(message);
  expect(existsSync(at("wrong.duckdb"))).toBe(false);
});

test("a file that stands there is not written over, and a shard goes on with its own file only", async () => {
  expect((await merge("a2", ["a1", "a2", "a3", "a4"])).err).toContain("already exists");
  expect((await sweepShard("a", "3/4", "a2", "--resume")).err).toContain('shard is "2/4" there and "3/4" here');
  expect((await sweepShard("a", "2/4", "a2", "--resume")).code).toBe(0);
});

test("a file that is no shard is refused", async () => {
  const { code, err } = await tokenyard(["sweep", at("a.yaml"), ...VARY, "--shard", "5/4"]);
  expect(code).toBe(2);
  expect(err).toContain("5/4 given; wanted i/N, the i-th of N shards, as 2/8");
});

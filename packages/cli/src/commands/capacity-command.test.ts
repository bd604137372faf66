import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";

const OPEN = `${SMALL_PLAN}workload: { kind: open, rate: 20000 requests/s, requests: 200, promptTokens: 200, outputTokens: 20 }
serving: { scheduler: { kind: continuous, maxSequences: 4, tokenBudget: 512 } }
targets: { ttft.p99: 200 us }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "capacity-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string, name = "load.yaml"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("capacity prints the loads that were tried, what breaks first and what a GPU does then; --json the same, the same bytes each time", async () => {
  const path = file(OPEN);
  const args = ["capacity", path, "--workers", "1", "--replications", "2"];
  const text = await tokenyard(args);
  expect(text).toMatchObject({ code: 0, err: "" });
  const json = await tokenyard([...args, "--json"]);
  expect(json.code).toBe(0);
  const found = JSON.parse(json.out);
  expect((await tokenyard([...args, "--json"])).out).toBe(json.out);
  expect(text.out).toContain(`capacity of small: holds at ${found.capacity} requests/s, not at ${found.fails} requests/s`);
  expect(text.out).toContain("subject to ttft.p99 <= 200 us, over the requests of 2 seeds");
  expect(text.out).toMatch(/breaks first, at .* requests\/s: ttft.p99 <= 200 us; 2\d\d\.\d us\n/);
  expect(text.out).toMatch(/throughputPerGpu .* tokens\/ms/);
  expect(found.fails).toBeLessThanOrEqual(found.capacity * 1.05001);
  expect(found.trials.find(({ value }: { value: number }) => value === found.capacity)).toMatchObject({ holds: true, runs: 2 });
});

test("what it finds is what run says on both sides", async () => {
  const path = file(OPEN);
  const { capacity, fails } = JSON.parse((await tokenyard(["capacity", path, "--json", "--workers", "1", "--replications", "1"])).out);
  const codeAt = async (rate: number) =>
    (await tokenyard(["run", "--replications", "1", path, "--strict", "--set", `workload.rate=${rate} requests/s`])).code;
  expect([await codeAt(capacity), await codeAt(fails)]).toEqual([0, 1]);
});

test("with a lax target what comes in still goes out, though the run lasts a few milliseconds", async () => {
  const lax = ["--subject-to", "ttft.p99 <= 1 s", "--precision", "5 %", "--replications", "1", "--workers", "1", "--json"];
  const { capacity, breaches, atCapacity } = JSON.parse(
    (await tokenyard(["capacity", file(OPEN), "--set", "workload.arrivals=constant", ...lax])).out,
  );
  expect(breaches).toMatchObject([{ kind: "overload" }]);
  expect(capacity / (atCapacity.requestsPerSecondPerGpu.mean * atCapacity.gpus)).toBeLessThan(1.15);
});

test("--strict asks whether the scenario's own load holds", async () => {
  const path = file(OPEN);
  const args = ["capacity", path, "--workers", "1", "--replications", "1", "--precision", "50 %"];
  expect((await tokenyard([...args, "--strict"])).code).toBe(0);
  const heavy = await tokenyard([...args, "--set", "workload.rate=90000 requests/s", "--strict"]);
  expect(heavy.code).toBe(1);
  expect((await tokenyard([...args, "--set", "workload.rate=90000 requests/s"])).code).toBe(0);
});

test("--strict has a code of its own where runs are too short to say", async () => {
  const brief = file(OPEN.replace("requests: 200", "requests: 4").replace("20000 r", "1e7 r").replace("200 us", "1 s"));
  const asked = async (path: string) => await tokenyard(["capacity", path, "--workers", "1", "--replications", "2", "--strict"]);
  const { code, out } = await asked(brief);
  expect(out).toContain("the runs are too short to say");
  expect(out).not.toContain("the highest that was tried");
  expect(code).toBe(4);
  const users = file(
    OPEN.replace(/workload: .*/, "workload: { kind: closed, requests: 8, concurrency: 8, promptTokens: 200, outputTokens: 20 }"),
  );
  expect((await asked(users)).code).toBe(4);
});

test("the ends of what is tried are reported as such", async () => {
  const path = file(OPEN);
  const args = ["capacity", path, "--workers", "1", "--replications", "1"];
  expect((await tokenyard([...args, "--to", "9 requests/s"])).out).toContain("holds at 9 requests/s, the highest that was tried");
  const none = await tokenyard([...args, "--from", "9 requests/s", "--subject-to", "ttft.p99 <= 1 ns"]);
  expect(none.out).toContain("does not hold even at 9 requests/s");
});

test("a trace is sped up, wherever the command is called from", { tags: "long" }, async () => {
  file(`arrivedSeconds,promptTokens,outputTokens\n${Array.from({ length: 60 }, (_, i) => `${i / 100},200,20`).join("\n")}\n`, "t.csv");
  const path = file(OPEN.replace(/workload: .*/, "workload: { kind: trace, path: t.csv, format: csv }"));
  const { out } = await tokenyard(["capacity", path, "--workers", "1"]);
  expect(out).toMatch(/capacity of small: holds to [\d.]+ × the trace's speed, fails from/);
});

test("a batch has no capacity; mistakes in options are reported all at once, each at its option", async () => {
  const batch = file(`${SMALL_PLAN}workload: { kind: batch, sequences: 8, promptTokens: 64, outputTokens: 4 }\n`);
  const refused = await tokenyard(["capacity", batch]);
  expect(refused).toMatchObject({ code: 2, out: "" });
  expect(refused.err).toContain("workload.kind: batch given; wanted a load: open, closed, sessions, trace or steady-decode");
  expect((await tokenyard(["capacity", batch, "--attainment", "90 %"])).err).toBe(refused.err); // that it has no latencies under load goes without saying
  const path = file(OPEN);
  const { code, err } = await tokenyard(["capacity", path, "--from", "5", "--to", "3 reqs", "--precision", "x", "--attainment", "99"]);
  expect(code).toBe(2);
  for (const option of ["--from: 5", "--to: 3 reqs", "--precision: x", "--attainment: 99"])
    expect(err).toContain(`${option} given; wanted a quantity in`);
  const words = await tokenyard(["capacity", path, "--subject-to", "ttft.p99 <= 1 s", "--subject-to", "tft <= 1 s", "--json"]);
  expect(JSON.parse(words.out).problems).toMatchObject([{ file: "--subject-to 2", suggestion: "ttft" }]);
  const beyond = await tokenyard(["capacity", path, "--attainment", "101 %"]);
  expect(beyond.code).toBe(2);
  expect(beyond.err).toContain("--attainment: 101 % given; wanted at most 100 %");
  const range = ["--from", "9 requests/s", "--to", "3 requests/s", "--precision", "200 %"];
  const all = await tokenyard(["capacity", path, ...range, "--attainment", "101 %", "--subject-to", "tft <= 1 s"]);
  expect(all.err.split("\n").map((line) => line.replace(/ given; .*/, ""))).toEqual([
    "--attainment: 101 %",
    "--to: 3 requests/s",
    "--precision: 200 %",
    expect.stringContaining("--subject-to 1: "),
    "4 problems",
    "",
  ]);
});

test("mistakes in options are reported with those of the scenario, in whatever unit its load would be", async () => {
  const unsound = file(OPEN.replace("maxSequences: 4", "maxSequences: none"));
  const placesOf = async (...args: string[]) =>
    (await tokenyard(["capacity", unsound, "--json", ...args])).out.match(/"file":"--[^}]*?"message":"[^"]*"/g) ?? [];
  const mistakes = await placesOf("--from", "many", "--to", "3 reqs", "--precision", "200 %", "--subject-to", "tft <= 1 s");
  expect(mistakes.map((text) => text.slice(8, text.indexOf('",')))).toEqual(["--from", "--to", "--precision", "--subject-to 1"]);
  expect(await placesOf("--from", "9 requests/s", "--to", "3 requests/s")).toEqual([
    expect.stringContaining("no less than --from, 9 requests/s, in its unit"),
  ]);
  expect(await placesOf("--from", "9", "--to", "3 requests/s")).toHaveLength(1);
  for (const unit of ["", " requests/s"]) expect(await placesOf("--from", `3${unit}`, "--to", `9${unit}`)).toEqual([]);
});

test("what no load has a value of is refused before anything runs; a condition that may hold without it is asked", async () => {
  const path = file(OPEN);
  const asked = [
    "cost <= 1 USD/h",
    "power <= 1 W",
    "transfers.seconds.mean <= 1 s",
    "classes.5.ttftSeconds.p99 <= 1 s",
    "outage <= 1 s",
    "gpus <= 8",
  ];
  const options = asked.flatMap((text) => ["--subject-to", text]);
  const { code, out } = await tokenyard(["capacity", path, "--json", ...options]);
  expect(code).toBe(2);
  expect(JSON.parse(out).problems.map(({ file, message }: { file: string; message: string }) => [file, message])).toEqual([
    ["--subject-to 1", "cost <= 1 USD/h given; wanted a price of the GPUs, such as cluster.gpu.cost: 2 USD/h"],
    ["--subject-to 2", "power <= 1 W given; wanted the power of the GPUs, as cluster.gpu.power"],
    ["--subject-to 3", "transfers.seconds.mean <= 1 s given; wanted pools for prefill and decode, as pools"],
    ["--subject-to 4", "classes.5.ttftSeconds.p99 <= 1 s given; wanted several classes of requests, as workload.classes"],
    ["--subject-to 5", "outage <= 1 s given; wanted something that breaks, as faults"],
  ]);
  const ofTargets = await tokenyard(["capacity", path, "--set", "targets.cost=1 USD/h"]);
  expect(ofTargets.err).toContain("targets: cost <= 1 USD/h given; wanted a price of the GPUs");
  const either = ["--subject-to", "ttft.p99 <= 200 us or cost <= 1 USD/h", "--replications", "1", "--workers", "1", "--precision", "50 %"];
  expect(await tokenyard(["capacity", path, ...either])).toMatchObject({ code: 0, err: "" });
});

test("a condition on what no load that was tried has a value of is reported as one that cannot hold, after two loads", async () => {
  const options = ["--subject-to", "measuredKernelShare >= 1 %", "--replications", "1", "--workers", "1"]; // kernels here follow no table
  const { code, out } = await tokenyard(["capacity", file(OPEN), ...options]);
  expect(code).toBe(0);
  expect(out).toContain("does not hold even at 19.5313 requests/s");
  expect(out).toContain("no load that was tried gives measuredKernelShare a value: measuredKernelShare >= 1 % cannot hold\n");
  expect(out.match(/ ✗ /g)).toHaveLength(2);
});

test("without a number of seeds, fresh ones say to where loads surely hold, and from where they surely fail", {
  tags: "long",
}, async () => {
  const path = file(OPEN.replace("requests: 200", "requests: 100").replace("ttft.p99: 200 us", "ttft.p90: 200 us"));
  const args = ["capacity", path, "--workers", "1", "--precision", "20 %"];
  const { out } = await tokenyard(args);
  const found = JSON.parse((await tokenyard([...args, "--json"])).out);
  expect(found.looks).toEqual([16, 32, 64]);
  expect(found.holdsTo).toBeLessThan(found.failsFrom);
  expect(found.holdsTo).toBeLessThanOrEqual(found.fails);
  const [, to, from] = /^capacity of small: holds to ([\d.]+) requests\/s, fails from ([\d.]+) requests\/s$/m.exec(out)!;
  expect(Number(to)).toBeLessThanOrEqual(found.holdsTo); // in three digits, and no more than was found
  expect(Number(to)).toBeGreaterThan(0.99 * found.holdsTo);
  expect(Number(from)).toBeGreaterThanOrEqual(found.failsFrom);
  expect(Number(from)).toBeLessThan(1.01 * found.failsFrom);
  expect(out).toContain("by the 95 % intervals of 16 to 64 fresh seeds at each load");
});

test("of a steady decode capacity prints neither goodput nor requests a second", async () => {
  const path = file(`${SMALL_PLAN}workload: { kind: steady-decode, sequences: 4, context: 64, outputTokens: 8, measure: 20 steps }
serving: { scheduler: { kind: continuous, tokenBudget: 64, maxSequences: 64 } }
targets: { tpot.p99: 100 ms }
`);
  const { out } = await tokenyard(["capacity", path, "--to", "16", "--replications", "2", "--workers", "1"]);
  expect(out).toContain("throughputPerGpu");
  expect(out).not.toMatch(/goodput|requests\/s/);
});

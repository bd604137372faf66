import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fc, test } from "@fast-check/vitest";
import { afterAll, beforeAll, expect } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";
import type { MeasuredRun, Spread } from "../measured-runs/run/measured-run.ts";
import { ofRequests, spreadOf } from "../measured-runs/run/spread.ts";
import { Database } from "../tables/database.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/measured-runs/${name}`, import.meta.url));
const SAID = ["--gpu", "h200-sxm", "--gpus", "8"];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "runs-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function runsOf(name: string, ...options: string[]): Promise<MeasuredRun[]> {
  const { code, out, err } = await tokenyard(["import-runs", fixture(name), ...SAID, ...options]);
  if (code !== 0) throw new Error(err);
  return out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

// The run of fixtures/measured-runs/README.md: percentiles interpolate between 120, 250, 300, 400 ms and so on.
const TTFT: Spread = { mean: 0.2675, p50: 0.275, p90: 0.37, p95: 0.385, p99: 0.397 }; // 0.3 + 0.7 · 0.1 at 2.7 of 0 to 3
const TPOT: Spread = { mean: 0.02, p50: 0.02, p90: 0.028, p95: 0.029, p99: 0.0298 };
const E2E: Spread = { mean: 0.3075, p50: 0.295, p90: 0.412, p95: 0.436, p99: 0.4552 };

/** What both have, to six digits; a tool may leave percentiles out. */
function expectSpread(found: Spread | null, wanted: Spread): void {
  expect(found).not.toBeNull();
  for (const key of ["mean", "p50", "p99"] as const) expect(found![key]).toBeCloseTo(wanted[key]!, 6);
  for (const key of ["p90", "p95"] as const) if (found![key] !== null) expect(found![key]).toBeCloseTo(wanted[key]!, 6);
}

test.each([
  ["vllm-bench-serve.json", "vllm"],
  ["vllm-bench-serve.detailed.json", "vllm"],
  ["sglang-bench-serving.jsonl", "sglang"],
  ["aiperf.profile_export.jsonl", "vllm"],
  ["aiperf.profile_export_aiperf.json", "vllm"],
  ["guidellm.benchmarks.json", "vllm"],
  ["inference-perf.summary_lifecycle_metrics.json", "vllm"],
  ["benchmark-report-0.2.1.json", "vllm"],
  ["inferencex.agg.json", "vllm"],
  ["llmservingsim.requests.jsonl", "vllm"],
])("%s has the same latencies in seconds, whatever its tool calls them", async (name, engine) => {
  const runs = await runsOf(name, "--engine", engine);
  expect(runs).toHaveLength(name.startsWith("sglang") ? 2 : 1);
  for (const run of runs) {
    expectSpread(run.ttftSeconds, TTFT);
    expectSpread(run.tpotSeconds, TPOT);
    expectSpread(run.e2eSeconds, E2E);
    expect([run.gpu, run.gpus, run.engine.name]).toEqual(["h200-sxm", 8, engine]);
    if (run.requests !== null) expect([1, null]).toContain(run.requests.failed); // SGLang's plain line does not say
    if (run.requests !== null) expect(run.requests.finished).toBe(4);
    if (run.load !== null) expect(run.load).toEqual(name.startsWith("llm") ? { kind: "replay" } : { kind: "closed", concurrency: 4 });
    expect(run.throughput.outputTokensPerSecond).toBeCloseTo(13 / 0.6, 4);
  }
});

test("requests one by one are those of the run, without those of a warm-up", async () => {
  for (const name of ["vllm-bench-serve.detailed.json", "aiperf.profile_export.jsonl"]) {
    const [run] = await runsOf(name, "--engine", "vllm");
    expect(run!.each).toHaveLength(5);
    const [, second, , , failed] = run!.each!;
    expect(second).toMatchObject({ promptTokens: 1000, outputTokens: 4, ttftSeconds: 0.4, failed: false });
    expect(second!.sentSeconds).toBeCloseTo(0.1, 9);
    expect(second!.itlSeconds).toEqual([0.02, 0.02, 0.02]);
    expect(failed).toMatchObject({ ttftSeconds: null, e2eSeconds: null, failed: true });
  }
  expect((await runsOf("aiperf.profile_export.jsonl", "--engine", "vllm"))[0]!.warmUpRequests).toBe(1);
});

test("a wall clock's arrivals are shown in the engine's clock, from the request that was queued the soonest", async () => {
  const [run] = await runsOf("llmservingsim.requests.jsonl");
  expect(run!.each!.slice(0, 4).map(({ sentSeconds }) => Number(sentSeconds!.toFixed(5)))).toEqual([0, 0.1, 0.2, 0.3]);
  expect(run!.each![4]).toMatchObject({ sentSeconds: null, promptTokens: 700, outputTokens: 0, failed: true });
});

test("runs as Parquet are the same lines again, of every kind of load", async () => {
  const lines = join(folder, "every.jsonl");
  const table = join(folder, "every.parquet");
  const names = ["vllm-bench-serve.detailed.json", "aiperf.profile_export.jsonl", "llmservingsim.requests.jsonl", "inferencex.agg.json"];
  const open = JSON.parse(readFileSync(fixture("vllm-bench-serve.json"), "utf8"));
  const files = [...names.map(fixture), file("open.json", JSON.stringify({ ...open, request_rate: 2.5 }))];
  for (const out of [lines, table])
    expect((await tokenyard(["import-runs", ...files, ...SAID, "--engine", "vllm", "--out", out])).code).toBe(0);
  expect((await tokenyard(["import-runs", table])).out).toBe(readFileSync(lines, "utf8"));
});

test("a Parquet file that is none, or of other rows, is refused, with its rows, and other files are read all the same", async () => {
  const none = file("none.parquet", "a,b");
  const table = join(folder, "other.parquet");
  await tokenyard(["import-runs", fixture("vllm-bench-serve.json"), ...SAID, "--engine", "vllm", "--out", table]);
  const database = await Database.inMemory(table);
  const other = join(folder, "bad.parquet");
  await database.run(
    `COPY (SELECT * REPLACE (-1::BIGINT AS gpus) FROM '${table}' UNION ALL SELECT * FROM '${table}') TO '${other}' (FORMAT parquet)`,
  );
  database.close();
  const { code, err } = await tokenyard(["import-runs", none, other, join(folder, "nowhere.parquet"), file("bad.json", "{")]);
  expect(code).toBe(2);
  expect(err).toContain("none.parquet: no Parquet file, or one that was cut short");
  expect(err).toMatch(/bad\.parquet:1.* gpus: -1 given; wanted more than 0/);
  expect(err).toContain("nowhere.parquet: no such file");
  expect(err).toContain("4 problems");
});

test("clocks that go back, lists that differ and a warm-up alone are refused, each with its place", async () => {
  const refused = async (text: string, name: string) => {
    const { code, err } = await tokenyard(["import-runs", file(name, text), ...SAID, "--engine", "vllm"]);
    expect(code).toBe(2);
    return err;
  };
  const rows = (name: string) =>
    readFileSync(fixture(name), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  const text = (all: readonly unknown[]) => all.map((row) => JSON.stringify(row)).join("\n");
  const served = rows("llmservingsim.requests.jsonl");
  const back = [served[0], { ...served[1], last_token_ts: 5000.4, first_token_ts: 5000.5 }, { ...served[2], first_token_ts: 5000.1 }];
  const err = await refused(text(back), "back.jsonl");
  expect(err).toMatch(/back\.jsonl:2.* last_token_ts: 5000\.4 given; wanted no time before first_token_ts: a clock went back\n/);
  expect(err).toMatch(/back\.jsonl:3.* first_token_ts: 5000\.1 given; wanted no time before queued_ts/);
  const records = rows("aiperf.profile_export.jsonl");
  const { metadata } = records[2];
  records[2].metadata = { ...metadata, request_end_ns: metadata.request_start_ns - 1e6 };
  expect(await refused(text(records), "ends.jsonl")).toMatch(/ends\.jsonl:3.* metadata\.request_end_ns: .* before request_start_ns/);
  records[2] = { ...records[3], metrics: { ...records[3].metrics, request_latency: { value: 1, unit: "us" } } };
  expect(await refused(text(records), "latency.jsonl")).toMatch(
    /latency\.jsonl:3.* metrics\.request_latency: .* before time_to_first_token/,
  );
  expect(await refused(text(records.slice(0, 1)), "warm.jsonl")).toContain(
    "no run in the results of AIPerf; wanted requests after the warm-up",
  );
  const detailed = JSON.parse(readFileSync(fixture("vllm-bench-serve.detailed.json"), "utf8"));
  expect(await refused(JSON.stringify({ ...detailed, ttfts: [0.25] }), "lists.json")).toContain(
    "ttfts: [0.25] given; wanted a list of 5 values",
  );
  const inMilliseconds = { ...detailed, ttfts: detailed.ttfts.map((seconds: number) => 1000 * seconds) };
  expect(await refused(JSON.stringify(inMilliseconds), "units.json")).toMatch(
    /units\.json: mean E2E of 268 s in a run of 0\.6 s given; wanted times that the run has room for/, // (250 + 400 + 120 + 300) / 4 and 0.04 s
  );
});

test("records beside results of another tool are a run of their own", async () => {
  const mixed = file(
    "mixed.jsonl",
    `${readFileSync(fixture("aiperf.profile_export.jsonl"), "utf8").trim()}\n${JSON.stringify(JSON.parse(readFileSync(fixture("vllm-bench-serve.json"), "utf8")))}\n`,
  );
  const { code, out } = await tokenyard(["import-runs", mixed, ...SAID, "--engine", "vllm"]);
  expect(code).toBe(0);
  expect(
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).source),
  ).toMatchObject([
    { at: 0, tool: "AIPerf" },
    { at: 1, tool: "vllm bench serve" },
  ]);
});

test("answers without a token have no TPOT, and a run of them alone cannot be simulated", async () => {
  const served = readFileSync(fixture("llmservingsim.requests.jsonl"), "utf8").replace(/"output_toks": \d+/g, '"output_toks": 0');
  const { code, out, err } = await tokenyard([
    "accuracy",
    file("zero.jsonl", served),
    ...SAID,
    "--launch",
    "vllm serve Qwen/Qwen3-8B -tp 8",
    "--json",
  ]);
  expect([code, err]).toEqual([3, "nothing ran: no run can be simulated\n"]);
  expect(JSON.parse(out).runs[0].reason).toBe("lengths of prompts or outputs are not written, or zero");
});

test("a run of recorded times is simulated at these", async () => {
  const launch = ["--gpu", "h100-sxm", "--gpus", "1", "--launch", "vllm serve meta-llama/Llama-3.1-8B-Instruct"];
  const { code, out } = await tokenyard(["accuracy", fixture("llmservingsim.requests.jsonl"), ...launch, "--json"]);
  expect(code).toBe(0);
  const [{ stratum, numbers }] = JSON.parse(out).runs;
  expect(stratum).toBe("vllm, dense, h100-sxm, replay");
  expect(numbers.TTFT.measured).toBeCloseTo(0.2675, 6);
});

test("what a file does not say is asked for, all at once, and nothing is written", async () => {
  const out = join(folder, "none.jsonl");
  const { code, err } = await tokenyard(["import-runs", fixture("guidellm.benchmarks.json"), "--out", out]);
  expect([code, existsSync(out)]).toEqual([2, false]);
  expect(err).toMatch(/does not say the GPU; wanted --gpu NAME/);
  expect(err).toMatch(/does not say how many GPUs serve; wanted --gpus N/);
  expect(err).toMatch(/does not say the engine; wanted --engine/);
  expect(err).toContain("3 problems");
});

test("an option that differs from what the file says is refused, and so are GPUs and engines that there are not", async () => {
  const engine = await tokenyard(["import-runs", fixture("sglang-bench-serving.jsonl"), ...SAID, "--engine", "vllm"]);
  expect(engine).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^--engine: vllm given; wanted sglang, as .*sglang-bench-serving\.jsonl says/),
  });
  const gpus = await tokenyard(["import-runs", fixture("inferencex.agg.json"), "--gpus", "16"]);
  expect(gpus).toMatchObject({ code: 2, err: expect.stringContaining("--gpus: 16 given; wanted 8, as") });
  const gpu = await tokenyard(["import-runs", fixture("vllm-bench-serve.json"), "--gpu", "h100-sxn", "--engine", "vlm", "--gpus", "8"]);
  expect(gpu.code).toBe(2);
  expect(gpu.err).toContain("did you mean h100-sxm?");
  expect(gpu.err).toContain("--engine: vlm given");
  const launch = await tokenyard(["import-runs", fixture("vllm-bench-serve.json"), ...SAID, "--launch", "vllm srve Qwen/Qwen3-32B"]);
  expect([launch.code, launch.err]).toEqual([
    2,
    expect.stringMatching(/^--launch: vllm srve Qwen\/Qwen3-32B given; wanted the line that launched the server/),
  ]);
});

test("lines that import-runs wrote are read again as they are, beside files of tools", async () => {
  const out = join(folder, "runs.jsonl");
  const first = await tokenyard([
    "import-runs",
    fixture("guidellm.benchmarks.json"),
    ...SAID,
    "--engine",
    "vllm@0.19",
    "--launch",
    "vllm serve m",
    "--out",
    out,
  ]);
  expect(first).toMatchObject({ code: 0, out: "" });
  expect(first.err).toContain("1 run of 1 file, 5 requests one by one\n");
  const again = await tokenyard(["import-runs", out, fixture("inferencex.agg.json")]);
  expect(again.code).toBe(0);
  expect(again.out.startsWith(readFileSync(out, "utf8"))).toBe(true);
  expect(JSON.parse(again.out.split("\n")[0]!)).toMatchObject({ engine: { name: "vllm", version: "0.19" }, launch: "vllm serve m" });
  expect(JSON.parse(again.out.split("\n")[1]!)).toMatchObject({ engine: { name: "vllm", version: "0.24.0" }, gpu: "h200-sxm", gpus: 8 });
  expect((await tokenyard(["import-runs", out, "--out", out])).err).toContain("a name that no file has");
});

test("what is no run is refused with its place: no JSON, another tool's file, units and types that do not fit", async () => {
  const refused = async (text: string, name = "bad.json") => {
    const { code, err } = await tokenyard(["import-runs", file(name, text), ...SAID, "--engine", "vllm"]);
    expect(code).toBe(2);
    return err;
  };
  expect(await refused("")).toContain("nothing given; wanted the results of a measured run");
  expect(await refused('{\n  "duration": 1,,\n}')).toMatch(/bad\.json:2:\d+.* no JSON: /);
  expect(await refused('{ "ttft": [1] }')).toContain("no results that are known; wanted a file of vllm bench serve");
  const aiperf = JSON.parse(readFileSync(fixture("aiperf.profile_export_aiperf.json"), "utf8"));
  aiperf.time_to_first_token.unit = "fortnights";
  expect(await refused(JSON.stringify(aiperf))).toMatch(
    /time_to_first_token\.unit: "fortnights" given; wanted .*"ms".*, as AIPerf writes it/,
  );
  const vllm = JSON.parse(readFileSync(fixture("vllm-bench-serve.json"), "utf8"));
  expect(await refused(JSON.stringify({ ...vllm, duration: -1 }))).toContain(
    "duration: -1 given; wanted more than 0, as vllm bench serve writes it",
  );
  expect(await refused(JSON.stringify({ ...vllm, completed: -1 }))).toContain("completed: -1 given; wanted at least 0, as");
  const rows = readFileSync(fixture("sglang-bench-serving.jsonl"), "utf8").trim().split("\n");
  expect(await refused(`${rows[0]}\n${rows[1]!.replace('"completed": 4', '"completed": "four"')}\n`, "two.jsonl")).toMatch(
    /two\.jsonl:2.* completed: "four" given/,
  );
  expect(await refused('{"tokenyardRun": 1}')).toContain("source: nothing given");
});

test.prop([fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60, size: "max" })])(
  "percentiles lie between the least and the greatest, rise, and are those of any order",
  (values) => {
    const { mean, p50, p90, p95, p99 } = spreadOf(values)!;
    const all = [Math.min(...values), p50!, p90!, p95!, p99!, Math.max(...values)];
    for (let i = 1; i < all.length; i++) expect(all[i]! - all[i - 1]!).toBeGreaterThanOrEqual(-1e-9 * all[i]!);
    expect(mean!).toBeLessThanOrEqual(all.at(-1)! * (1 + 1e-12));
    expect(spreadOf([...values].reverse())).toEqual(spreadOf(values));
  },
);

test("a clock that goes back makes no negative TPOT, and one token none", () => {
  const request = { sentSeconds: 0, promptTokens: 5, itlSeconds: null, failed: false };
  const of = (outputTokens: number, ttftSeconds: number, e2eSeconds: number) =>
    ofRequests([{ ...request, outputTokens, ttftSeconds, e2eSeconds }]).tpotSeconds;
  expect(of(3, 0.5, 0.4)!.mean).toBe(0);
  expect(of(1, 0.5, 0.5)).toBeNull();
  expect(of(3, 0.5, 0.7)!.mean).toBeCloseTo(0.1, 12);
});

test("the schema of runs is printed", async () => {
  const { code, out } = await tokenyard(["schema", "runs"]);
  expect(code).toBe(0);
  expect(Object.keys(JSON.parse(out).anyOf[0].properties)).toEqual(
    expect.arrayContaining(["engine", "gpu", "load", "ttftSeconds", "each"]),
  );
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fc, test } from "@fast-check/vitest";
import { afterAll, beforeAll, expect } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";
import type { MeasuredRun, Spread } from "../measured-runs/measured-run.ts";
import { ofRequests, spreadOf } from "../measured-runs/spread.ts";

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
    if (run.load !== null) expect(run.load).toEqual({ kind: "closed", concurrency: 4 });
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
  expect(Object.keys(JSON.parse(out).properties)).toEqual(expect.arrayContaining(["engine", "gpu", "load", "ttftSeconds", "each"]));
});

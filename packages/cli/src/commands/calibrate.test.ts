import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { meanAlone as mean, measuredRun as measured } from "../fixtures/measured-run.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import type { MeasuredRun } from "../measured-runs/run/measured-run.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "calibrate-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (concurrency: number, changes: Partial<MeasuredRun> = {}) => measured({ load: { kind: "closed", concurrency }, ...changes });

function written(name: string, runs: readonly MeasuredRun[]): string {
  const path = join(folder, name);
  writeFileSync(path, runs.map((run) => `${JSON.stringify(run)}\n`).join(""));
  return path;
}

/** Servers that are `tpot` and `ttft` times as slow as the simulator. */
async function slower(runs: readonly MeasuredRun[], ttft: number, tpot: number): Promise<MeasuredRun[]> {
  const { out } = await tokenyard(["accuracy", written("asked.jsonl", runs), "--json"]);
  const simulated = JSON.parse(out).runs as { numbers: Record<string, { simulated: number }> }[];
  return runs.map((run, i) => ({
    ...run,
    ttftSeconds: mean(ttft * simulated[i]!.numbers["TTFT"]!.simulated),
    tpotSeconds: mean(tpot * simulated[i]!.numbers["TPOT"]!.simulated),
  }));
}

test("Ctrl-C ends a calibration, with what is lost and how to go on, and leaves no file", async () => {
  process.once("newListener", (signal) => void (signal === "SIGINT" && setImmediate(() => process.emit("SIGINT"))));
  const out = join(folder, "interrupted.yaml");
  const { code, err } = await tokenyard(["calibrate", written("two.jsonl", [at(2), at(4)]), "--out", out]);
  expect({ code, err }).toEqual({
    code: 130,
    err: "interrupted: 1 of 2 runs were simulated, and nothing is written; the same command begins again\n",
  });
  expect(existsSync(out)).toBe(false);
});

test("servers 30 % slower in TPOT are predicted better by each other, and so is a scenario that extends the file", {
  tags: ["long"],
}, async () => {
  const runs = await slower([at(2), at(4), at(8)], 1, 1.3);
  const out = join(folder, "mine.yaml");
  const found = await tokenyard(["calibrate", written("slow.jsonl", runs), "--out", out, "--json"]);
  expect([found.code, found.err]).toEqual([0, ""]);
  const { calibration, validated, next } = JSON.parse(found.out);
  expect(calibration.curves).toHaveLength(1);
  expect(calibration.curves[0]).toMatchObject({ engine: "vllm", version: "0.19", model: "llama-3.1-8b", gpu: "h100-sxm", load: "closed" });
  const tpot = validated[0].latencies[1];
  expect(tpot).toMatchObject({ measured: "tpotSeconds", runs: 3, isBetter: true });
  // |1 / 1.3 − 1| = 23 % before; two runs that agree leave less than a third of it
  expect(tpot.before.median).toBeCloseTo(0.2308, 3);
  expect(tpot.after.median).toBeLessThan(0.08);
  expect(next.place.users).toBeGreaterThanOrEqual(2);

  const plan = (extending: string) => `${extending}tokenyard: 1
model: { preset: llama-3.1-8b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
engine: { name: vllm, version: "0.19" }
workload: { kind: closed, concurrency: 4, requests: 60, promptTokens: 500, outputTokens: 40 }
targets: { tpot.mean: 8 ms }
`;
  const reportOf = async (extending: string) => {
    const path = join(folder, `plan${extending.length}.yaml`);
    writeFileSync(path, plan(extending));
    return JSON.parse((await tokenyard(["run", path, "--replications", "1", "--json"])).out);
  };
  const [before, after] = [await reportOf(""), await reportOf("extends: mine.yaml\n")];
  const hosts = calibration.hostTimes; // one curve says as much of steps as of itself
  if (hosts === undefined) expect(after.tpotSeconds).toEqual(before.tpotSeconds);
  else expect(after.tpotSeconds.mean).toBeGreaterThan(before.tpotSeconds.mean);
  expect(after.modelError.calibration).toEqual({ runs: 3, others: 0 });
  const { low, high } = after.modelError.intervals["tpotSeconds.mean"];
  const truth = 1.3 * before.tpotSeconds.mean;
  expect(low < truth && truth < high).toBe(true);
  const wide = before.modelError.intervals["tpotSeconds.mean"];
  expect(high / low).toBeLessThan(wide.high / wide.low);
});

test("runs of a server whose steps take four times as long give its host times, which a scenario then has", {
  tags: ["long"],
}, async () => {
  // one user: first tokens of several depend on who happens to meet whom
  const runs = [60, 250, 500, 1000, 2000, 4000].map((tokens) =>
    at(1, { promptTokens: mean(tokens), requests: { finished: 20, failed: 0 } }),
  );
  const path = written("host.jsonl", runs);
  const slow = join(folder, "slow-host.yaml");
  writeFileSync(
    slow,
    `tokenyard: 1
model: { preset: llama-3.1-8b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
engine: { name: vllm, version: "0.19" }
serving: { stepOverhead: { layer: 124 us } }
workload: { kind: closed, concurrency: 1, requests: 20, promptTokens: 500, outputTokens: { kind: uniform, from: 27, to: 53 }, client: 12 ms }
`,
  );
  const measuredRuns = [];
  for (const [i, run] of runs.entries()) {
    const prompt = `workload.promptTokens=${run.promptTokens!.mean}`;
    const { out } = await tokenyard(["run", slow, "--replications", "1", "--json", "--set", prompt]);
    const { ttftSeconds, tpotSeconds } = JSON.parse(out);
    measuredRuns.push({ ...runs[i]!, ttftSeconds: mean(ttftSeconds.mean), tpotSeconds: mean(tpotSeconds.mean), e2eSeconds: null });
  }
  const out = join(folder, "host.yaml");
  writeFileSync(path, measuredRuns.map((run) => `${JSON.stringify(run)}\n`).join(""));
  const { code, out: text } = await tokenyard(["calibrate", path, "--out", out, "--json"]);
  expect(code).toBe(0);
  const { hostTimes, curves } = JSON.parse(text).calibration;
  expect(hostTimes).toMatchObject({ engine: "vllm", version: "0.19", gpu: "h100-sxm" });
  expect(hostTimes.step).toBeGreaterThan(2); // of 4
  // what is left beside the simulation with these host times
  for (const { runs: own } of curves) for (const { tpot } of own) expect(Math.abs(tpot - 1)).toBeLessThan(0.25);
});

test("runs that were observed with a scenario give the host times that it does not know to 10 %, and its latencies to 3 %", {
  tags: ["long"],
}, async () => {
  const load = (promptTokens: number) => ({ kind: "closed", concurrency: 1, requests: 12, promptTokens, outputTokens: 40 });
  const plan = {
    tokenyard: 1,
    model: "llama-3.1-8b",
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: { name: "vllm", version: "0.19" },
  };
  const hidden = {
    serving: { stepOverhead: { layer: "62 us", promptLayer: "310 us", prompt: "5.6 ms", arrival: "1.26 ms", arrivalToken: "6.12 us" } },
  };
  const simulated = async (name: string, tree: object) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(tree));
    const { code, out } = await tokenyard(["run", path, "--replications", "1", "--json"]);
    expect(code).toBe(0);
    return JSON.parse(out);
  };
  const runs: MeasuredRun[] = [];
  for (const tokens of [60, 250, 500, 1000, 2000, 4000]) {
    const workload = load(tokens);
    const { ttftSeconds, tpotSeconds } = await simulated("hidden.yaml", { ...plan, ...hidden, workload });
    const { resolved } = (await simulated("known.yaml", { ...plan, workload })).scenario;
    const observed: MeasuredRun["observed"] = {
      ...{ url: "http://localhost:8000/v1", api: "completions", seed: 1, contentSeed: 1, workload, scenario: resolved, version: null },
      ...{ models: null, exactPrompts: true, fixedOutputs: true, sent: 12, ended: "all-sent", lateSeconds: null, clientBusy: 0.1 },
      outcomes: { finished: 12 },
    };
    const [ttft, tpot] = [mean(ttftSeconds.mean), mean(tpotSeconds.mean)];
    const alone = { load: { kind: "closed", concurrency: 1 }, requests: { finished: 12, failed: 0 }, promptTokens: mean(tokens) } as const;
    runs.push(measured({ ...alone, launch: null, observed, ttftSeconds: ttft, tpotSeconds: tpot, e2eSeconds: null }));
  }
  const out = join(folder, "observed.yaml");
  const { code, out: text, err } = await tokenyard(["calibrate", written("observed.jsonl", runs), "--out", out, "--json"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const { hostTimes } = JSON.parse(text).calibration;
  const truth = { step: 2, prompt: 2, arrival: 1.8 }; // one user says nothing of sequences
  for (const [part, factor] of Object.entries(truth)) expect(Math.abs(hostTimes[part] / factor - 1)).toBeLessThan(0.1);
  const found = await simulated("found.yaml", { extends: out, ...plan, workload: load(500) });
  for (const each of ["ttftSeconds", "tpotSeconds"] as const)
    expect(Math.abs(found[each].mean / runs[2]![each]!.mean! - 1)).toBeLessThan(0.03);
});

test("each run is judged, and one that says nothing is left out with its reason", async () => {
  const requests = (grown: number) =>
    Array.from({ length: 60 }, (_, i) => ({
      sentSeconds: i / 4,
      promptTokens: 500,
      outputTokens: 40,
      ttftSeconds: 0.05 + (grown * i) / 60,
      e2eSeconds: 0.5 + (grown * i) / 60,
      itlSeconds: null,
      failed: false,
    }));
  const served = (requestsPerSecond: number) => ({ requestsPerSecond, outputTokensPerSecond: null, totalTokensPerSecond: null });
  const open = { kind: "open" as const, requestsPerSecond: 4, burstiness: 1, concurrency: null };
  const runs = [
    at(4),
    at(4, { requests: { finished: 5, failed: 0 } }),
    at(4, { requests: { finished: 50, failed: 10 } }),
    at(4, { throughput: served(2) }), // 2 requests/s of 0.5 s: one in flight
    at(4, { ttftSeconds: mean(0.001) }),
    measured({ load: open, each: requests(9), throughput: served(3) }),
    measured({ load: open, each: requests(0), throughput: served(3.9) }),
    at(4, { launch: null }),
  ];
  const out = join(folder, "judged.yaml");
  const { code, out: text } = await tokenyard(["calibrate", written("judged.jsonl", runs), "--out", out, "--json"]);
  expect(code).toBe(0);
  const reasons = JSON.parse(text).runs.map((run: { reasons: string[] }) => run.reasons.join("; "));
  expect(reasons).toEqual([
    "",
    "too few requests: 5, wanted 10 or more",
    "10 of 60 requests failed",
    "bound by its client: 1.00 requests in flight, of 4 users",
    expect.stringMatching(/^prompts not random, as it seems: a mean TTFT of 1 ms, where computing one takes \d+(\.\d+)? ms$/),
    "still queueing at its end: 3.00 of 4 requests/s served",
    "",
    "no launch line: --launch TEXT",
  ]);
  expect(readFileSync(out, "utf8")).toMatch(/^calibration:\n {2}tokenyard: \S+\n {2}noise: \d+ %\n/);
});

test("a scenario of another GPU is warned, and its interval stays", async () => {
  const out = join(folder, "h100.yaml");
  await tokenyard(["calibrate", written("one.jsonl", [at(4)]), "--out", out]);
  const path = join(folder, "h200.yaml");
  writeFileSync(
    path,
    `extends: h100.yaml
tokenyard: 1
model: { preset: llama-3.1-8b }
cluster: { gpu: h200-sxm, network: hgx-h100-ndr }
engine: vllm
workload: { kind: closed, concurrency: 4, requests: 20, promptTokens: 500, outputTokens: 40 }
`,
  );
  const { out: text } = await tokenyard(["run", path, "--replications", "1"]);
  expect(text.replace(/\s+/g, " ")).toContain("calibration not used: its runs are of another GPU (h100-sxm, not h200-sxm)");
});

test("where other layouts and versions say nothing, a scenario of another version says so", async () => {
  const path = join(folder, "version.yaml");
  writeFileSync(
    path,
    `tokenyard: 1
model: { preset: llama-3.1-8b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
engine: { name: vllm, version: "0.8" }
workload: { kind: closed, concurrency: 4, requests: 20, promptTokens: 500, outputTokens: 40 }
calibration:
  tokenyard: 0.1.0
  carry: false
  curves:
    - engine: vllm
      version: "0.19"
      gpu: h100-sxm
      model: llama-3.1-8b
      layout: any
      load: closed
      promptTokens: 500
      outputTokens: 40
      runs: [{ source: a, users: 4, ttft: 1.2 }]
`,
  );
  const { out } = await tokenyard(["run", path, "--replications", "1"]);
  expect(out.replace(/\s+/g, " ")).toContain(
    "calibration not used: its runs are of another version (0.19, not 0.8), and say nothing of this one",
  );
});

test("runs of two versions give a file without host times, which a scenario reads", { tags: ["long"] }, async () => {
  const old = (concurrency: number) => at(concurrency, { engine: { name: "vllm", version: "0.18" } });
  const runs = await slower([at(2), at(4), at(8), old(2), old(4), old(8)], 1.5, 1.5);
  const out = join(folder, "versions.yaml");
  const found = await tokenyard(["calibrate", written("versions.jsonl", runs), "--out", out, "--json"]);
  const { belief, calibration } = JSON.parse(found.out);
  expect([found.code, belief.host, calibration.curves.length, calibration.hostTimes]).toEqual([0, false, 2, undefined]);
  const path = join(folder, "versions.scenario.yaml");
  writeFileSync(
    path,
    `extends: versions.yaml
tokenyard: 1
model: { preset: llama-3.1-8b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
engine: vllm
workload: { kind: closed, concurrency: 4, requests: 20, promptTokens: 500, outputTokens: 40 }
`,
  );
  const { code, out: text } = await tokenyard(["run", path, "--replications", "1"]);
  expect(code).toBe(0);
  expect(text.replace(/\s+/g, " ")).toContain("calibrated on 3 runs of this layout and these lengths");
});

test("a run that is a hundred times as slow as its simulation is left out", async () => {
  const out = join(folder, "units.yaml");
  const found = await tokenyard(["calibrate", written("units.jsonl", [at(1, { ttftSeconds: mean(50) }), at(2)]), "--out", out, "--json"]);
  const reasons = JSON.parse(found.out).runs.map((run: { reasons: string[] }) => run.reasons);
  expect(reasons).toEqual([[expect.stringMatching(/^its mean TTFT is [\d.]+ times the simulated one: another unit, as it seems$/)], []]);
});

test("files that are there are not written over; where every run is left out nothing is written", async () => {
  const path = written("here.jsonl", [at(4, { launch: null })]);
  const over = await tokenyard(["calibrate", path, "--out", path]);
  expect(over.code).toBe(2);
  expect(over.err).toContain("wanted a name that no file has: nothing is written over");
  const out = join(folder, "nothing.yaml");
  const none = await tokenyard(["calibrate", path, "--out", out]);
  expect([none.code, none.err, existsSync(out)]).toEqual([3, "nothing written: every run is left out\n", false]);
  expect(none.out).toContain("Left out\n  bench.json#0, 4 users: no launch line: --launch TEXT\n");
});

test("a run that is given twice counts once, and a folder that is not there is refused before anything runs", async () => {
  const runs = [
    at(1),
    at(1, { source: { file: "again.jsonl", at: 7, tool: "x", toolVersion: null } }),
    at(1, { engine: { name: "vllm", version: "0.18" } }),
  ];
  const found = await tokenyard(["calibrate", written("twice.jsonl", runs), "--out", join(folder, "twice.yaml"), "--json"]);
  expect(found.code).toBe(0);
  const reasons = JSON.parse(found.out).runs.map((run: { reasons: string[] }) => run.reasons);
  expect(reasons).toEqual([[], [expect.stringContaining("the same as bench.json#0")], []]);
  const nowhere = join(folder, "none", "mine.yaml");
  const refused = await tokenyard(["calibrate", written("one.jsonl", [at(1)]), "--out", nowhere]);
  expect([refused.code, refused.out]).toEqual([2, ""]);
  expect(refused.err).toContain("cannot be written: no such folder");
});

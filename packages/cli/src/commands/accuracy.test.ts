import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { meanAlone as mean, measuredRun } from "../fixtures/measured-run.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import type { MeasuredRun } from "../measured-runs/run/measured-run.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "accuracy-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const measured = (changes: Partial<MeasuredRun>) =>
  measuredRun({
    itlSeconds: mean(0.01),
    throughput: { requestsPerSecond: null, outputTokensPerSecond: null, totalTokensPerSecond: 4000 },
    ...changes,
  });

async function accuracyOf(...runs: readonly MeasuredRun[]) {
  const path = join(folder, "runs.jsonl");
  writeFileSync(path, runs.map((run) => `${JSON.stringify(run)}\n`).join(""));
  const { code, out, err } = await tokenyard(["accuracy", path, "--json"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
}

test("throughputs are printed in whole tokens/s", async () => {
  const path = join(folder, "slow.jsonl");
  const throughput = { requestsPerSecond: null, outputTokensPerSecond: null, totalTokensPerSecond: 1234.56 };
  writeFileSync(path, `${JSON.stringify(measured({ throughput }))}\n`);
  expect((await tokenyard(["accuracy", path])).out).toMatch(/throughput measured 1,235 tokens\/s, simulated [\d,]+ tokens\/s/);
});

test("a server that is what the simulator says has no error, and one that takes twice as long has half", async () => {
  const [{ numbers }] = (await accuracyOf(measured({}))).runs;
  expect(Object.keys(numbers)).toEqual(["TTFT", "TPOT", "ITL", "E2E", "throughput"]);
  const as = (factor: number) =>
    measured({
      ttftSeconds: mean(factor * numbers.TTFT.simulated),
      tpotSeconds: mean(factor * numbers.TPOT.simulated),
      itlSeconds: null,
      e2eSeconds: mean(factor * numbers.E2E.simulated),
      throughput: { requestsPerSecond: null, outputTokensPerSecond: null, totalTokensPerSecond: numbers.throughput.simulated },
    });
  const found = await accuracyOf(as(1), as(2), as(1));
  expect(found.strata.map(({ name }: { name: string }) => name)).toEqual(["vllm, dense, h100-sxm, closed", "all"]);
  // errors 0, −50 %, 0: the median of 0, 0, 50 is 0, their 90th percentile 40 %
  expect(found.strata[1].errors.TPOT).toEqual({ runs: 3, median: 0, p90: expect.closeTo(0.4, 9), bias: 0, inside: 2, bounded: 3 });
  expect(found.strata[1].errors).not.toHaveProperty("ITL");
  expect(found.strata[1].errors.throughput.p90).toBe(0);
});

test("ITL is not compared where several tokens are streamed together, which benchmarks count as one gap", async () => {
  const [plain, streamed] = (await accuracyOf(measured({}), measured({ launch: `${measured({}).launch} --stream-interval 5` }))).runs;
  expect(Object.keys(plain.numbers)).toContain("ITL");
  expect(Object.keys(streamed.numbers)).toEqual(["TTFT", "TPOT", "E2E", "throughput"]);
  expect(streamed.numbers.TPOT.simulated).toBeCloseTo(plain.numbers.TPOT.simulated, 12);
});

test("what no scenario says is listed with its reason, and doubts of a measurement with the run", async () => {
  const { runs, strata } = await accuracyOf(
    measured({ launch: null }),
    measured({ load: null }),
    measured({ outputTokens: mean(0) }),
    measured({ launch: "vllm serve some/unknown-model" }),
    measured({ load: { kind: "open", requestsPerSecond: 2, burstiness: 1, concurrency: 3 } }),
    measured({
      load: { kind: "open", requestsPerSecond: 2, burstiness: 0.5, concurrency: null },
      requests: { finished: 20, failed: 3 },
      warmUpRequests: null,
    }),
  );
  expect(runs.map(({ reason }: { reason?: string }) => reason)).toEqual([
    "no launch line: --launch TEXT",
    "how requests were sent is not written",
    "lengths of prompts or outputs are not written, or zero",
    expect.stringContaining("some/unknown-model, a model without a preset"),
    "a rate beside at most 3 requests at a time",
    undefined,
  ]);
  expect(runs[5].doubts).toEqual(["20 requests", "3 requests failed", "warm-up not known"]);
  expect((await accuracyOf(measured({ requests: null }))).runs[0].doubts).toEqual(["the number of its requests is not known"]);
  expect(strata.at(-1).errors.TTFT.runs).toBe(1);
});

test("where no run can be simulated it ends in 3; GPUs that are not those of the launch line are a reason", async () => {
  const path = join(folder, "none-simulated.jsonl");
  writeFileSync(path, `${JSON.stringify(measured({ gpus: 4, launch: `${measured({}).launch} -tp 2` }))}\n`);
  const { code, out, err } = await tokenyard(["accuracy", path]);
  expect([code, err]).toEqual([3, "nothing ran: no run can be simulated\n"]);
  expect(out).toContain("its launch line takes 2 GPUs, and the run had 4");
});

test("the text has the errors by stratum, the worst runs, and each reason once", async () => {
  const path = join(folder, "text.jsonl");
  const runs = [measured({}), measured({ launch: null }), measured({ launch: null })];
  writeFileSync(path, runs.map((run) => `${JSON.stringify(run)}\n`).join(""));
  const { code, out } = await tokenyard(["accuracy", path]);
  expect(code).toBe(0);
  expect(out).toMatch(/^1 of 3 runs simulated by their own launch line and load\n/);
  expect(out).toMatch(/vllm, dense, h100-sxm, closed +1 +\d+\.\d \/ \d+ \([−+]?\d+\)/);
  expect(out).toMatch(/\nLargest errors\n {2}bench\.json#0, 4 users: \w+ measured /);
  expect(out).toContain("\nNot simulated\n  bench.json#0, 4 users and 1 more: no launch line: --launch TEXT\n");
  const wrong = await tokenyard(["accuracy", join(folder, "none.jsonl"), "--gpu", "h900"]);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain("--gpu: h900 given; wanted a preset of a GPU");
});

test("a study file keeps the runs, so that the second time none is simulated; the page has what the text has", async () => {
  const path = join(folder, "kept.jsonl");
  const runs = [measured({}), measured({ load: { kind: "closed", concurrency: 2 } }), measured({ launch: null })];
  writeFileSync(path, runs.map((run) => `${JSON.stringify(run)}\n`).join(""));
  const [out, html] = [join(folder, "kept.duckdb"), join(folder, "kept.html")];
  const first = await tokenyard(["accuracy", path, "--workers", "1", "--out", out]);
  const again = await tokenyard(["accuracy", path, "--workers", "1", "--out", out, "--resume", "--html", html]);
  expect([first.code, again.code, again.out]).toEqual([0, 0, first.out]);
  expect(again.err).toContain("kept.duckdb: has 2 points of this study");
  const page = readFileSync(html, "utf8");
  expect(page).toContain("vllm, dense, h100-sxm, closed");
  expect(page).toContain("bench.json#0, 4 users was not simulated: no launch line");
  const other = await tokenyard(["accuracy", join(folder, "text.jsonl"), "--out", out, "--resume"]);
  expect(other.code).toBe(2);
});

test("--resume without --out, and a page over the runs, are refused before anything runs", async () => {
  const path = join(folder, "kept.jsonl");
  const { code, err } = await tokenyard(["accuracy", path, "--resume", "--html", path]);
  expect(code).toBe(2);
  expect(err).toContain("--resume: nothing given; wanted --out FILE beside it");
  expect(err).toContain("kept.jsonl");
});

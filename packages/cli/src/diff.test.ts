import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tokenyard } from "./fixtures/tokenyard.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "diff-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(HERE);
  rmSync(folder, { recursive: true });
});
const HERE = process.cwd();

const LINE = "vllm serve meta-llama/Llama-3.1-8B-Instruct";
const RUN = ["--run", "--replications", "8", "--workers", "1", "--set", "workload.requests=40"];

test("lists each resolved value that differs, and what set it", async () => {
  writeFileSync("a.sh", `${LINE}\n`);
  writeFileSync("b.sh", `${LINE} --max-num-seqs 64 --no-enable-prefix-caching\n`);
  const { code, out } = await tokenyard(["diff", "a.sh", "b.sh"]);
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "a: a (a.sh)
    b: b (b.sh)
    they differ in
      engine.flags.max-num-seqs            nothing in a, 64 in b
      engine.flags.enable-prefix-caching   nothing in a, false in b
      serving.scheduler.maxSequences       1024 (max-num-seqs by default) in a, 64 (--max-num-seqs 64) in b
      serving.stepOverhead.capturedTokens  512 (max-cudagraph-capture-size by default) in a, 128 (max-cudagraph-capture-size by default) in b
      serving.batchSizes                   1, 2, 4, … 512 (cudagraph-capture-sizes by default) in a, 1, 2, 4, … 128 (cudagraph-capture-sizes by default) in b
      serving.kv.prefixCache               true (enable-prefix-caching by default) in a, false (--enable-prefix-caching false) in b
    "
  `);
});

test("a manifest against a scenario: the same server, so that nothing differs", async () => {
  const pod = `{ image: "vllm/vllm-openai:v0.19.0", args: [--model, meta-llama/Llama-3.1-8B-Instruct, --max-num-seqs, "64"] }`;
  writeFileSync("deploy.yaml", `apiVersion: apps/v1\nkind: Deployment\nspec: { template: { spec: { containers: [${pod}] } } }\n`);
  await tokenyard(["import", "deploy.yaml", "--gpu", "h200-sxm", "--out", "deployed.yaml"]);
  const { code, out } = await tokenyard(["diff", "deploy.yaml", "deployed.yaml", "--gpu", "h200-sxm"]);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("their inputs are the same\n") });
});

test("--run: pairs of runs, and exit code 1 where b loses a target that a meets", async () => {
  writeFileSync("a.sh", `${LINE}\n`);
  writeFileSync("b.sh", `${LINE} --max-num-seqs 1\n`);
  const lost = await tokenyard(["diff", "a.sh", "b.sh", ...RUN]);
  expect(lost.code).toBe(1);
  expect(lost.out).toContain("8 pairs of runs");
  expect(lost.out).toContain("target ttft.p99: lost: met in a, missed in b\n");
  const won = await tokenyard(["diff", "b.sh", "a.sh", ...RUN, "--json"]);
  expect(won.code).toBe(0);
  const { targets, differ } = JSON.parse(won.out) as { targets: object[]; differ: object[] };
  expect(targets).toContainEqual({ target: "ttft.p99", a: "missed", b: "met-by-far", verdict: "won", isReal: true });
  expect(differ).toContainEqual({ path: "engine.flags.max-num-seqs", a: 1, b: null });
});

test("--run: one pair decides nothing, and loses no target", async () => {
  writeFileSync("a.sh", `${LINE}\n`);
  writeFileSync("b.sh", `${LINE} --max-num-seqs 1\n`);
  const { code, out } = await tokenyard(["diff", "a.sh", "b.sh", ...RUN, "--replications", "1"]);
  expect(code).toBe(0);
  expect(out).toContain(
    "target ttft.p99: undecided: one run cannot say in a, one run cannot say in b; more pairs say more (--replications)\n",
  );
});

test("--run: a plan that does not fit is refused", async () => {
  writeFileSync("a.sh", "vllm serve meta-llama/Llama-3.1-70B-Instruct -tp 2\n");
  writeFileSync("b.sh", "vllm serve meta-llama/Llama-3.1-70B-Instruct\n");
  const { code, err } = await tokenyard(["diff", "a.sh", "b.sh", ...RUN]);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("b.sh: --gpu: weights and workspace leave no room") });
});

test("mistakes of both files are reported at once", async () => {
  writeFileSync("a.sh", `${LINE} --max-num-sqes 1\n`);
  const { code, out, err } = await tokenyard(["diff", "a.sh", "none.sh"]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain("a.sh:1:45 --max-num-sqes: unknown flag");
  expect(err).toContain("none.sh: ");
});

import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ModelServer, modelServer, wellBehaved } from "@tokenyard/observe/model-server.contract.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { Database } from "../tables/database.ts";
import { EXAMPLES } from "./examples.ts";

const PLAN = `${SMALL_PLAN}workload: { kind: batch, sequences: 64, promptTokens: { kind: uniform, from: 32, to: 64 }, outputTokens: 4 }
targets: { ttft: 1 s }
claims: [{ id: fast, text: it is fast, metric: ttft, claimed: 1 s, comparison: '<=' }]
`;
const LOAD = `tokenyard: 1
model: { preset: llama-3.1-8b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
workload: { kind: open, requests: 24, rate: 8 requests/s, promptTokens: 600, outputTokens: 20 }
serving: { scheduler: { kind: continuous, tokenBudget: 2048, maxSequences: 128 } }
targets: { ttft.p99: 500 ms, tpot.p99: 25 ms }
`;

const here = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "examples-"));
let server: ModelServer;
beforeAll(async () => {
  process.env["SERVER_KEY"] = "sk-test";
  server = await modelServer(wellBehaved);
  process.chdir(folder);
  writeFileSync("plan.yaml", PLAN);
  writeFileSync("other.yaml", PLAN.replace("name: small", "name: other").replace("100 TFLOPS", "50 TFLOPS"));
  writeFileSync("load.yaml", LOAD);
  writeFileSync("watched.yaml", `${LOAD}alerts: { every: 1 s, rules: [{ name: Waits, metric: waiting, above: 10 }] }\n`);
  writeFileSync("serve.sh", "vllm serve meta-llama/Llama-3.1-70B-Instruct --tensor-parallel-size $TP\n");
  writeFileSync("longer.sh", "vllm serve meta-llama/Llama-3.1-70B-Instruct -tp $TP --max-num-batched-tokens 16384\n");
  writeFileSync("wider.yaml", LOAD.replace("maxSequences: 128", "maxSequences: 256"));
  const pod = "{ image: 'vllm/vllm-openai:v0.12.0', args: [--model, Qwen/Qwen3-32B] }";
  writeFileSync(
    "deploy.yaml",
    `apiVersion: apps/v1\nkind: Deployment\nspec: { replicas: 2, template: { spec: { containers: [${pod}] } } }\n`,
  );
  const measured = (name: string) => new URL(`../fixtures/measured-runs/${name}`, import.meta.url);
  copyFileSync(measured("vllm-bench-serve.json"), "result.json");
  copyFileSync(measured("sglang-bench-serving.jsonl"), "more.jsonl");
  const by = ["--gpu", "h100-sxm", "--gpus", "2", "--engine", "vllm@0.19", "--launch", "vllm serve Qwen/Qwen3-32B -tp 2"];
  const run = JSON.parse((await tokenyard(["import-runs", "result.json", ...by])).out);
  const better = { requests: { finished: 60, failed: 0 }, ttftSeconds: { ...run.ttftSeconds, mean: 0.2 }, e2eSeconds: null };
  writeFileSync("runs.jsonl", JSON.stringify({ ...run, ...better }));
  writeFileSync("trace.csv", "layer,expert\n0,3\n0,1\n1,0\n");
  writeFileSync("dense.csv", "layer,tokens,time_us\nqkv_proj,1,20\n");
  writeFileSync("attention.csv", "prefill_chunk,kv_prefill,n_decode,kv_decode,time_us\n0,0,1,64,8\n");
  const database = await Database.inMemory("gemm_perf.parquet");
  await database.run("COPY (SELECT 'bfloat16' AS gemm_dtype, 1 AS m, 64 AS n, 64 AS k, 0.003 AS latency) TO 'gemm_perf.parquet'");
  const nccl = "'half' AS nccl_dtype, 8 AS num_gpus, 1024 AS message_size, 'all_reduce' AS op_name, 0.02 AS latency";
  await database.run(`COPY (SELECT ${nccl}) TO 'nccl_perf.parquet'`);
  const custom = "'half' AS allreduce_dtype, 8 AS num_gpus, 1024 AS message_size, 'vLLM_custom_graph' AS kernel_source, 0.006 AS latency";
  await database.run(`COPY (SELECT ${custom}) TO 'custom_allreduce_perf.parquet'`);
  database.close();
  writeFileSync("report.json", (await tokenyard(["run", "plan.yaml", "--json"])).out);
});
afterAll(async () => {
  delete process.env["SERVER_KEY"];
  await server.close();
  process.chdir(here);
  rmSync(folder, { recursive: true });
});

/** The words of a line, as a shell takes them apart. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

test("every command has examples, and its help shows them", async () => {
  const { out } = await tokenyard(["--help"]);
  const commands = [...out.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name!).filter((name) => name !== "help");
  expect([...new Set(commands.filter((name) => name !== "tokenyard"))].sort()).toEqual(
    Object.keys(EXAMPLES)
      .filter((name) => name !== "")
      .sort(),
  );
  for (const name of Object.keys(EXAMPLES)) {
    const help = (await tokenyard(name === "" ? ["--help"] : [name, "--help"])).out;
    expect(help.split("\nExamples:\n")).toHaveLength(2);
    for (const { line } of EXAMPLES[name]!) expect(help).toContain(`  ${line}\n`);
  }
});

const lines = Object.values(EXAMPLES).flatMap((examples) => examples.map(({ line }) => line));
const inProcess = lines.filter(
  (line) =>
    /^tokenyard [a-z]/.test(line) && !/ help | completion |--watch|^tokenyard (?:serve|mock)|--queue|--slurm|run .*--html/.test(line),
); // in order: later ones use files of earlier ones

test.each(inProcess)("%s", async (line) => {
  const [, ...args] = wordsOf(line);
  if (args[0] === "init") rmSync(args[1] ?? "plan.yaml", { force: true });
  if (args[0] === "capacity" && !args.includes("--replications")) args.push("--replications", "2"); // its eight, and up to 64 fresh ones, take seconds
  if (args[0] === "observe") args[1] = server.url;
  const { code, out, err } = await tokenyard(
    args.includes("--workers") || !/sweep|optimize|capacity|compare|audit|--run/.test(line) ? args : [...args, "--workers", "1"],
  );
  if (args[0] === "init") writeFileSync("plan.yaml", PLAN);
  expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining("problem") });
  expect(out.length + Number(existsSync("rows.parquet"))).toBeGreaterThan(0);
});

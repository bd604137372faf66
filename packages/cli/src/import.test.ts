import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tokenyard } from "./fixtures/tokenyard.ts";
import { loadScenarioFile } from "./scenarios/scenario-file.ts";

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "import-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const LINE = "vllm serve openai/gpt-oss-120b -tp 2 --max-num-seqs 64 --enable-lora";

test("a line becomes a scenario on standard output, and the lists go to standard error", async () => {
  const { code, out, err } = await tokenyard(["import", LINE]);
  expect(code).toBe(0);
  expect(out).toContain("max-num-seqs: 64 # serving.scheduler.maxSequences");
  for (const part of [
    "Taken, as vLLM 0.19 has it",
    "--max-num-seqs 64 → serving.scheduler.maxSequences",
    "By default",
    "Not modelled",
    "--enable-lora: the server is slower",
    "--gpu h100-sxm",
  ])
    expect(err).toContain(part);
});

test("behind -- the line needs no quotes; --out writes the file, which runs, and none is overwritten", async () => {
  const args = ["import", "--gpu", "h200-sxm", "--rate", "2 req/s", "--out", at("served.yaml"), "--", ...LINE.split(" ")];
  expect(await tokenyard(args)).toMatchObject({ code: 0, err: "" });
  const { scenario } = loadScenarioFile(at("served.yaml"));
  expect(scenario).toMatchObject({
    parallelism: { tensor: 2 },
    workload: { rate: 2 },
    engine: { name: "vllm", flags: { "enable-lora": true } },
  });
  expect((await tokenyard(["run", "--replications", "1", at("served.yaml"), "--set", "workload.requests=20"])).out).toContain(
    "Engine   vllm 0.19:",
  );
  expect(await tokenyard(args)).toMatchObject({ code: 2 });
});

test("a script reads the file beside it, and its variables from --env", async () => {
  writeFileSync(at("options.yaml"), "max-num-batched-tokens: 4096\n");
  writeFileSync(at("serve.sh"), "vllm serve $MODEL --config options.yaml -tp $TP\n");
  const { code, err } = await tokenyard(["import", at("serve.sh"), "--env", "TP=4"]);
  expect(code).toBe(2);
  expect(err).toContain(`${at("serve.sh")}:1:`);
  const { out } = await tokenyard(["import", at("serve.sh"), "--env", "TP=4", "--env", "MODEL=Qwen/Qwen3-32B", "--json"]);
  const { scenario, taken } = JSON.parse(out) as { scenario: string; taken: string[] };
  expect(scenario).toContain("max-num-batched-tokens: 4096");
  expect(taken[0]).toBe("degrees: 1 × 4 GPUs (tensor 4)");
});

test("a file outside the folder of the launch is not read", async () => {
  writeFileSync(at("serve.sh"), "vllm serve Qwen/Qwen3-32B --config /etc/hostname\n");
  expect((await tokenyard(["import", at("serve.sh")])).err).toContain("--config: /etc/hostname, a file that is not here");
});

test("--model is read where it lies, also outside the folder of the launch, and not one of its name beside it", async () => {
  const config = (layers: number) =>
    JSON.stringify({
      model_type: "llama",
      architectures: ["LlamaForCausalLM"],
      hidden_size: 512,
      num_hidden_layers: layers,
      num_attention_heads: 4,
      num_key_value_heads: 4,
      intermediate_size: 1024,
      vocab_size: 1000,
      torch_dtype: "bfloat16",
    });
  for (const part of ["launches", "models", "plans"]) mkdirSync(at(part));
  writeFileSync(at("launches/serve.sh"), "vllm serve my/model\n");
  writeFileSync(at("launches/config.json"), config(9));
  writeFileSync(at("models/config.json"), config(3));
  const layersOf = (out: string) => JSON.parse(out).scenario.resolved.model.layers;
  const model = ["--model", at("models/config.json")];
  expect(layersOf((await tokenyard(["run", at("launches/serve.sh"), ...model, "--json", "--replications", "1"])).out)).toBe(3);
  const out = at("plans/plan.yaml");
  expect((await tokenyard(["import", at("launches/serve.sh"), ...model, "--out", out])).code).toBe(0);
  expect(loadScenarioFile(out).scenario.model.layers).toBe(3);
});

test("run, check and init take a launch as it is, and say what they assume", async () => {
  writeFileSync(at("serve.sh"), `${LINE}\n`);
  const checked = await tokenyard(["check", at("serve.sh"), "--set", "cluster.gpu=h200-sxm"]);
  expect(checked).toMatchObject({ code: 0 });
  expect(checked.out).toContain("engine    vllm 0.19:");
  expect(checked.err).toContain(`${at("serve.sh")}: not modelled: --enable-lora`);
  expect(await tokenyard(["run", "--replications", "1", at("serve.sh"), "--set", "workload.requests=20", "--json"])).toMatchObject({
    code: 0,
  });
  expect(await tokenyard(["init", at("plan.yaml"), "--from", at("serve.sh"), "--rate", "1 req/s"])).toMatchObject({ code: 0 });
  expect(readFileSync(at("plan.yaml"), "utf8")).toContain("rate: 1 req/s");
});

test("mistakes of options and of the launch end with 2, and nothing is written", async () => {
  const { code, err } = await tokenyard(["import", LINE, "--gpu", "h100", "--env", "1=2", "--out", at("x.yaml")]);
  expect(code).toBe(2);
  expect(err).toContain("--gpu: h100 given");
  expect(err).toContain("--env: 1=2 given; wanted NAME=VALUE");
  expect(existsSync(at("x.yaml"))).toBe(false);
  const slip = await tokenyard(["import", "vllm serve Qwen/Qwen3-32B --max-num-sqes 3"]);
  expect(slip).toMatchObject({ code: 2, out: "" });
  expect(slip.err).toContain("did you mean --max-num-seqs?");
});

test("a launch line may stand in the place of a file, with what it does not say in options", async () => {
  const checked = await tokenyard(["check", LINE, "--gpu", "h200-sxm", "--json"]);
  expect(checked.code).toBe(0);
  expect(JSON.parse(checked.out)).toMatchObject({ scenario: { name: "launch" } });
  expect(checked.err).not.toContain("--gpu h100-sxm");
  const run = await tokenyard(["run", "--replications", "1", LINE, "--rate", "40 req/s", "--prompt", "20", "--output", "4", "--json"]);
  expect(JSON.parse(run.out).scenario.resolved.workload).toMatchObject({ rate: "40 requests/s" });
  const { out } = await tokenyard(["diff", LINE, LINE.replace("64", "32")]);
  expect(out).toContain("a: launch 1 (launch 1)\nb: launch 2 (launch 2)");
});

test("options of a launch beside a scenario are refused, each", async () => {
  await tokenyard(["import", LINE, "--out", at("served.yaml")]);
  const { code, err } = await tokenyard(["check", at("served.yaml"), "--gpu", "h200-sxm", "--env", "A=1"]);
  expect(code).toBe(2);
  expect(err).toContain("--gpu: given for a scenario, which says that itself; wanted --set, or a launch line or manifest");
  expect(err).toContain("--env: given for a scenario");
});

test.each([["run"], ["check"], ["import"], ["diff"]])("a line in words of its own is refused by %s", async (command) => {
  const { code, err } = await tokenyard([command, "vllm", "serve", "openai/gpt-oss-120b", "-tp", "2"]);
  expect(code).toBe(2);
  expect(err).toContain("vllm: the words of a launch line; wanted it in quotes as one argument, or a file; for import also behind --");
});

test("what a run refuses of a launch is refused at the flag that it comes from, in the launch", async () => {
  const drafts = '--speculative-config \'{"method": "mtp", "num_speculative_tokens": 3}\'';
  writeFileSync(at("serve.sh"), `vllm serve zai-org/GLM-4.5 -tp 8 \\\n  --pipeline-parallel-size 2 \\\n  ${drafts}\n`);
  const { code, out } = await tokenyard(["check", at("serve.sh"), "--json"]);
  expect(code).toBe(2);
  const { problems } = JSON.parse(out);
  expect(problems).toMatchObject([{ file: at("serve.sh"), line: 3, column: 3 }]);
  expect(problems[0].message).toBe(
    "--speculative-config.method: mtp: speculation beside parallelism.pipeline, which vLLM before 0.27 refuses; wanted parallelism.pipeline: 1, or no speculation; engine: ideal runs it",
  );
});

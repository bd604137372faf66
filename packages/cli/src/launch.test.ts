import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tokenyard } from "./fixtures/tokenyard.ts";

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "launch-"));
  writeFileSync(at("serve.sh"), "vllm serve openai/gpt-oss-120b --enable-lora --max-num-seqs 64 -tp 2 --max-model-len 8192\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the line of a launch comes out with its flags in the table's order, what is not modelled as a comment", async () => {
  const { code, out, err } = await tokenyard(["launch", at("serve.sh"), "--for", "vllm"]);
  expect({ code, out }).toMatchInlineSnapshot(`
    {
      "code": 0,
      "out": "#!/usr/bin/env bash
    # --enable-lora true: not modelled; the server is slower: adapters add kernels to each layer; how much was not measured here
    # 2 GPUs
    vllm serve openai/gpt-oss-120b \\
      --tensor-parallel-size 2 \\
      --max-num-seqs 64 \\
      --enable-lora \\
      --port 8000 &
    wait
    ",
    }
  `);
  expect(err).toContain("not modelled: --enable-lora");
});

test("another engine is given by flags what it would not do unasked", async () => {
  const { code, out } = await tokenyard(["launch", at("serve.sh"), "--for", "sglang"]);
  expect({ code, out }).toMatchInlineSnapshot(`
    {
      "code": 0,
      "out": "#!/usr/bin/env bash
    # 2 GPUs
    python3 -m sglang.launch_server \\
      --model-path openai/gpt-oss-120b \\
      --tp-size 2 \\
      --enable-mixed-chunk \\
      --max-running-requests 64 \\
      --page-size 16 \\
      --cuda-graph-bs 1 2 4 8 16 24 32 40 48 56 64 72 80 88 96 104 112 120 128 \\
      --port 8000 &
    wait
    ",
    }
  `);
});

test("what another engine does otherwise all the same is reported", async () => {
  const { code, err } = await tokenyard(["launch", at("serve.sh"), "--for", "trtllm"]);
  expect(code).toBe(0);
  expect(err).toContain("not as in the scenario: serving.kv.admission: TensorRT-LLM has prompt, the scenario none\n");
});

test("--out writes the files into a folder, and none is overwritten; --json prints them", async () => {
  const args = ["launch", at("serve.sh"), "--for", "trtllm"];
  expect(await tokenyard([...args, "--out", at("trt")])).toMatchObject({
    code: 0,
    out: `wrote ${at("trt/options.yaml")}\nwrote ${at("trt/launch.sh")}\n`,
  });
  const { files } = JSON.parse((await tokenyard([...args, "--json"])).out) as { files: { name: string; text: string }[] };
  for (const { name, text } of files) expect(readFileSync(at(`trt/${name}`), "utf8")).toBe(text);
  expect(await tokenyard([...args, "--out", at("trt")])).toMatchObject({ code: 2, out: "" });
});

test("a manifest is what import reads", async () => {
  await tokenyard(["launch", at("serve.sh"), "--set", "parallelism.data=3", "--for", "dynamo", "--out", at("made")]);
  const { out } = await tokenyard(["import", at("made/deploy.yaml"), "--json"]);
  expect((JSON.parse(out) as { taken: string[] }).taken).toContain("degrees: 3 × 2 GPUs (attention 2 × 1, experts 1 × 2)");
});

test("the best of an optimize, and the scenario of a report", { tags: "long" }, async () => {
  const load = ["--set", "workload.requests=20"];
  const { out } = await tokenyard([
    "optimize",
    at("serve.sh"),
    ...load,
    "--minimize",
    "gpus",
    "--max-gpus",
    "2",
    "--workers",
    "1",
    "--json",
  ]);
  writeFileSync(at("best.json"), out);
  const args = ["--for", "vllm"];
  const best = await tokenyard(["launch", at("best.json"), ...args]);
  expect(best.code).toBe(0);
  expect(best.out).toMatch(/# 1 GPU\n[\s\S]*--max-num-seqs 64/);
  writeFileSync(at("report.json"), (await tokenyard(["run", "--replications", "1", at("serve.sh"), ...load, "--json"])).out);
  const { out: same } = await tokenyard(["launch", at("report.json"), ...args]);
  expect(same).toBe((await tokenyard(["launch", at("serve.sh"), ...args])).out);
});

test("mistakes: no target, an unknown one, what the engine cannot do by its key, a model without a name", async () => {
  expect((await tokenyard(["launch", at("serve.sh")])).err).toContain("--for: none given; wanted vllm, sglang, trtllm, dynamo, kubernetes");
  expect((await tokenyard(["launch", at("serve.sh"), "--for", "sglan"])).err).toContain("did you mean sglang?");
  const layout = ["--set", "parallelism={attention: {tensor: 1, data: 4}, expert: 2, tensor: 2}"];
  const { code, err } = await tokenyard(["launch", at("serve.sh"), ...layout, "--for", "vllm", "--out", at("none")]);
  expect(code).toBe(2);
  expect(err).toContain("parallelism: experts over 2 × 2 ranks, which vLLM does not have given; wanted expert: 4, tensor: 1");
  expect(existsSync(at("none"))).toBe(false);
});

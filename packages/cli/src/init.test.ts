import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commandLine } from "./command-line/command-line.ts";
import { tokenyard } from "./fixtures/tokenyard.ts";
import { GPUS, MODELS } from "./init/answers.ts";
import { loadScenarioFile } from "./scenarios/scenario-file.ts";
import type { Channel } from "./terminal/channel.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "init-"));
  path = join(folder, "plan.yaml");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Types `lines` into a terminal; gives the exit code and what was asked. */
async function typed(lines: readonly string[], ...args: string[]) {
  let err = "";
  const quiet: Channel = { write: () => {}, drained: async () => {}, live: false, colour: false, columns: undefined };
  async function* keys() {
    for (const line of lines) yield new TextEncoder().encode(`${line}\n`);
  }
  const code = await commandLine(["init", path, ...args], {
    out: quiet,
    err: {
      ...quiet,
      write: (text) => {
        err += text;
      },
    },
    in: Object.assign(keys(), { isTTY: true }),
  });
  return { code, err };
}

test("what it writes runs as it is, and says in comments what each part is for", async () => {
  expect(await tokenyard(["init", path])).toEqual({ code: 0, out: `wrote ${path}; next: tokenyard run ${path}\n`, err: "" });
  const text = readFileSync(path, "utf8");
  for (const key of ["model", "cluster", "parallelism", "workload", "engine", "targets"])
    expect(text).toMatch(new RegExp(`^#.*\\n${key}:`, "m"));
  const { code, out } = await tokenyard(["run", "--replications", "1", path, "--strict", "--set", "workload.requests=50"]);
  expect(code).toBe(0);
  expect(out).toContain("✓ ttft.p99");
});

const PAIRS = MODELS.map((model, i) => [model, GPUS[i % GPUS.length]!] as const);
const ENOUGH = "%s gets GPUs enough, of %s";

async function getsEnough(model: string, gpu: string): Promise<void> {
  const file = join(folder, `${gpu}.yaml`);
  expect(await tokenyard(["init", file, "--model", model, "--gpu", gpu, "--yes"])).toMatchObject({ code: 0 });
  expect((await tokenyard(["check", file])).code).toBe(0);
}

test.each(PAIRS.filter((_, i) => i % 8 === 0))(ENOUGH, getsEnough);
test.each(PAIRS.filter((_, i) => i % 8 !== 0))(ENOUGH, { tags: "long" }, getsEnough);

test.each([
  ["h100-sxm", true],
  ["plan-card", false],
])("on %s it writes the time of the engine's host where kernels were measured: %s", async (gpu, isFitted) => {
  await tokenyard(["init", path, "--gpu", gpu, "--yes"]);
  const { scenario } = loadScenarioFile(path);
  expect(scenario.cluster.kernels.kind).toBe(isFitted ? "fitted" : "roofline");
  expect(scenario.serving.stepOverhead?.promptLayer).toBe(isFitted ? 155e-6 : undefined);
});

test("so many GPUs are used as are said", async () => {
  await tokenyard(["init", path, "--model", "llama-3.1-70b", "--gpus", "8"]);
  const { tensor, data, pipeline } = loadScenarioFile(path).scenario.parallelism;
  expect([tensor * data, pipeline]).toEqual([8, 1]);
  rmSync(path);
  const { code, err } = await tokenyard(["init", path, "--model", "llama-3.1-70b", "--gpus", "1"]);
  expect([code, existsSync(path)]).toEqual([2, false]);
  expect(err).toMatch(/^--gpus: .*more ranks to share the weights/);
});

test.each([
  // TP8 on one node is faster at half the price of experts spread over two
  ["qwen3-235b-a22b", { pipeline: 1, data: 1 }, 8],
  ["gpt-oss-120b", { pipeline: 1, data: 1, tensor: 1 }, 1],
  ["llama-3.1-8b", { tensor: 1, data: 1 }, 1],
])("%s gets the fewest H100 that meet the targets: %j on %i", async (model, degrees, gpus) => {
  await tokenyard(["init", path, "--model", model, "--yes"]);
  const { scenario } = loadScenarioFile(path);
  const { expert, tensor, pipeline, data } = scenario.parallelism;
  expect(scenario.parallelism).toMatchObject(degrees);
  expect(expert * tensor * pipeline * data).toBe(gpus);
});

test("a load that one node cannot carry gets more of them, and targets that no layout meets are said to be missed", {
  tags: "long",
}, async () => {
  await tokenyard(["init", path, "--model", "llama-3.1-70b", "--rate", "60 requests/s", "--yes"]);
  const { tensor, data } = loadScenarioFile(path).scenario.parallelism;
  expect(tensor * data).toBeGreaterThan(8);
  rmSync(path);
  const { code, err } = await tokenyard(["init", path, "--ttft", "1 us", "--yes"]);
  expect([code, err]).toEqual([0, "no layout that was tried meets the targets with a short load: this is the nearest\n"]);
});

test("a person is asked for what no option says, and again after a wrong answer", async () => {
  const { code, err } = await typed(
    ["lama-3.1-8b", "llama-3.1-8b", "", "lots", "2", "20", "", "8 req/s", "1000", "", "", ""],
    "--ttft",
    "2 s",
  );
  expect(code).toBe(0);
  expect(err).toContain("Model: a preset, a name such as Qwen/Qwen3-32B, or a config.json or its folder (llama-3.1-8b): ");
  expect(err).toContain("did you mean llama-3.1-8b?");
  expect(err).toContain("lots given; wanted a whole number from 1 to 4096");
  expect(err).toContain("20 given; wanted a rate, such as '4 requests/s'"); // and the empty answer after it is 4 requests/s
  expect(err).not.toContain("Target for the time to first token of 99 % of the requests");
  const { scenario } = loadScenarioFile(path);
  expect(scenario.parallelism.tensor * scenario.parallelism.data).toBe(2);
  expect(scenario.targets).toMatchObject({ "ttft.p99": 2 });
});

test("a model that has no preset comes from its config.json, named from beside the scenario", async () => {
  writeFileSync(
    join(folder, "config.json"),
    JSON.stringify({
      architectures: ["Qwen3ForCausalLM"],
      hidden_size: 1024,
      intermediate_size: 3072,
      num_hidden_layers: 28,
      num_attention_heads: 16,
      num_key_value_heads: 8,
      head_dim: 128,
      vocab_size: 151936,
      tie_word_embeddings: false,
      torch_dtype: "bfloat16",
    }),
  );
  expect((await tokenyard(["init", path, "--model", join(folder, "config.json")])).code).toBe(0);
  expect(readFileSync(path, "utf8")).toContain('model: { huggingface: "config.json" }');
  expect((await tokenyard(["check", path])).code).toBe(0);
});

test("all mistakes are reported at once, and no file is written over", async () => {
  writeFileSync(path, "mine");
  const { code, err } = await tokenyard(["init", path, "--model", "llama", "--gpu", "h100", "--rate", "4", "--prompt", "0"]);
  expect(code).toBe(2);
  for (const place of [`${path}: already exists`, "--model: llama given", "--gpu: h100 given", "--rate: 4 given", "--prompt: 0 given"])
    expect(err).toContain(place);
  expect(readFileSync(path, "utf8")).toBe("mine");
});

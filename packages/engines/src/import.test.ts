import { poolAlone } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { publicLaunches } from "./fixtures/launches.ts";
import { importText } from "./import.ts";
import type { ImportOptions } from "./import-options.ts";
import { launchOf } from "./launch.ts";
import { isLaunch } from "./launched.ts";
import { modelNamed } from "./plan/models.ts";

const from = (text: string, options: Partial<ImportOptions> = {}) => importText(text, { file: "serve.sh", ...options });
const scenarioOf = (text: string, options: Partial<ImportOptions> = {}) => from(text, options).loaded.scenario;
const known = (name: string, options: Partial<ImportOptions> = {}) => {
  const { text, env, gpu, model, read } = publicLaunches().find((each) => each.name === name)!;
  return importText(text, { file: name, env, gpu, model, read, ...options });
};

test("a launch without captured graphs says that a real server's decode steps take longer", () => {
  const options = "tensor_parallel_size: 8\nmax_num_tokens: 4096\ncuda_graph_config: null\n";
  const launches = [
    from("vllm serve Qwen/Qwen3-30B-A3B --enforce-eager"),
    from(`vllm serve Qwen/Qwen3-30B-A3B --compilation-config '{"cudagraph_mode":"NONE"}'`),
    from("python -m sglang.launch_server --model-path Qwen/Qwen3-30B-A3B --disable-cuda-graph"),
    from(options, { model: "deepseek-ai/DeepSeek-R1", file: "config.yaml" }),
  ];
  for (const { notModelled } of launches) expect(notModelled).toEqual([expect.stringMatching(/: the server is slower: .*1.1 to 4 times/)]);
  expect(from("vllm serve Qwen/Qwen3-30B-A3B --no-enforce-eager").notModelled).toEqual([]);
});

test("steps without graphs are known by every spelling of their flags, and count each kernel's launch", () => {
  const shares = (line: string) => {
    const { kernels, ...rest } = scenarioOf(line).cluster;
    return { rest, share: "launchShare" in kernels ? kernels.launchShare : undefined };
  };
  const vllm = "vllm serve Qwen/Qwen3-30B-A3B";
  const sglang = "sglang serve --model-path Qwen/Qwen3-30B-A3B";
  for (const flags of [
    "--enforce_eager",
    "-cc.cudagraph_mode=none",
    "-cc '{\"mode\": 0}'",
    "-O.mode=0",
    "-O '{\"level\":0}'",
    "-O0",
    "-O 0",
  ])
    expect(shares(`${vllm} ${flags}`).share, flags).toBe(1);
  for (const flags of ["-cc.mode=VLLM_COMPILE", "-cc.mode 0 -cc.cudagraph_mode FULL", "-O1", "-O3"])
    expect(shares(`${vllm} ${flags}`).share, flags).toBe(0.6);
  const decode = (backend: string) => `--cuda-graph-config '{"decode":{"backend":"${backend}"},"prefill":{"backend":"tc_piecewise"}}'`;
  for (const flags of ["--disable-decode-cuda-graph", "--cuda-graph-backend-decode disabled", decode("disabled")])
    expect(shares(`${sglang} ${flags}`).share, flags).toBe(1);
  for (const flags of ["--cuda-graph-backend-decode full", decode("full")]) expect(shares(`${sglang} ${flags}`).share, flags).toBe(0.5);
  expect(scenarioOf(`${sglang} --cuda-graph-config '{"decode":{"bs":[1,2,4]}}'`).serving.batchSizes).toEqual([1, 2, 4]);
});

test("flags of encoders, adapters and clocks are no slips of others, and a cache of so many bytes says what that changes", () => {
  const line = "vllm serve Qwen/Qwen3-30B-A3B --ec-transfer-config '{}' --distributed-timeout-seconds 600 --hf-token x";
  expect(from(line).notModelled).toEqual([]);
  expect(from(`${line} --kv-cache-memory-bytes 40G`).notModelled).toEqual([
    expect.stringMatching(/^--kv-cache-memory-bytes 40G: the server may be faster or slower: the cache of a GPU has so many bytes/),
  ]);
});

test("a flag is known by its beginning where argparse reads the line and no other begins so", () => {
  const line = "vllm serve Qwen/Qwen3-30B-A3B --tensor-par 4 --gpu-memory-util=0.8";
  const { parallelism, cluster } = scenarioOf(line);
  expect(parallelism).toMatchObject({ expert: 1, tensor: 4 });
  expect(cluster.gpu.memoryShare).toBe(0.8);
  expect(from(`${line} --max-num 8`).notModelled).toEqual([
    expect.stringMatching(
      /^--max-num 8: left out: the beginning of --max-num-batched-tokens, --max-num-seqs, .*, which the server refuses$/,
    ),
  ]);
  const trtllm = "trtllm-serve Qwen/Qwen3-30B-A3B --tensor_par 4";
  expect(from(trtllm).notModelled).toEqual([expect.stringMatching(/^--tensor-par 4: not in the table/)]);
});

test("an InferenceService is that of its containers, or vLLM with the arguments of its model", () => {
  const service = (predictor: string) =>
    from(
      `apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: { name: q }\nspec: { predictor: { minReplicas: 3, ${predictor} } }\n`,
      {
        file: "q.yaml",
      },
    );
  const limits = 'resources: { limits: { nvidia.com/gpu: "2" } }';
  const flags = '"--tensor-parallel-size=2", "--max-num-seqs", "64"';
  const models = [
    `model: { modelFormat: { name: huggingface }, args: ["--model_name=q", "--model_id", "Qwen/Qwen3-30B-A3B", ${flags}], ${limits} }`,
    `model: { modelFormat: { name: vLLM }, storageUri: "hf://Qwen/Qwen3-30B-A3B", args: [${flags}], ${limits} }`,
    `containers: [{ name: kserve-container, image: "vllm/vllm-openai:v0.11.0", command: [vllm, serve, Qwen/Qwen3-30B-A3B], args: [${flags}], ${limits} }]`,
  ];
  for (const model of models) {
    const { loaded, notModelled } = service(model);
    expect(loaded.scenario.parallelism, model).toMatchObject({ data: 3, tensor: 2 });
    expect(loaded.scenario.serving.scheduler).toMatchObject({ maxSequences: 64 });
    expect(notModelled).toEqual([]);
  }
});

test("vLLM's short names of ranks, nodes and maps are those of its long ones", () => {
  const rank = (more: string) => `vllm serve deepseek-ai/DeepSeek-V3.1 -tp 1 -dp 16 -ep ${more}`;
  const [first, second] = [rank("-dpl 8 -dpa 10.0.0.1 -dpp 13345"), rank("-dpl 8 -dpa 10.0.0.1 -dpp 13345 -dpr 8 --headless")];
  const { scenario, notModelled } = { ...from(`${first} &\n${second}`), scenario: scenarioOf(`${first} &\n${second}`) };
  expect(scenario.parallelism).toMatchObject({ expert: 16, tensor: 1, data: 1 }); // 16 GPUs: the second line is of the other node
  expect(notModelled).toEqual([]);
  expect(() => from(`${first} -dpq 3`)).toThrow("serve.sh:1:87: --dpq: unknown flag");
});

test.each([
  ["nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.8.1", "0.12.0"], // by the support matrix of Dynamo 0.8
  ["registry.local/vllm-runtime:1.5.0-cuda13", "0.28.0"],
  ["nvcr.io/nvidia/ai-dynamo/vllm-runtime:9.9.0", undefined],
  ["ghcr.io/llm-d/llm-d-cuda:v0.4.0", undefined], // a release of llm-d
  ["vllm/vllm-openai:v0.10.0", "0.10.0"],
])("the tag of %s says vLLM %s", (image, version) => {
  const pod = (name: string) => `apiVersion: v1
kind: Pod
metadata: { name: v }
spec: { containers: [{ name: v, image: "${name}", command: [vllm, serve, Qwen/Qwen3-30B-A3B] }] }
`;
  const { text, isAssumed } = from(pod(image), { file: "pod.yaml" }).deployment.version;
  expect(isAssumed ? undefined : text).toBe(version);
});

test("a runtime of Dynamo has the SGLang and the TensorRT-LLM of its release", () => {
  const versionOf = (image: string, command: string) =>
    from(`docker run --gpus all nvcr.io/nvidia/ai-dynamo/${image} ${command}`).deployment.version;
  const sglang = "python3 -m dynamo.sglang --model-path Qwen/Qwen3-30B-A3B";
  expect(versionOf("sglang-runtime:0.7.0", sglang)).toEqual({ text: "0.5.4.post3", isAssumed: false });
  expect(versionOf("tensorrtllm-runtime:0.8.1.post2", "trtllm-serve Qwen/Qwen3-30B-A3B")).toEqual({ text: "1.2.0rc6", isAssumed: false });
});

test("beside --enforce-eager a mode of graphs sets nothing", () => {
  const { scenario } = from(
    `vllm serve Qwen/Qwen3-30B-A3B --enforce-eager --compilation-config '{"cudagraph_mode":"FULL_AND_PIECEWISE"}'`,
  ).loaded;
  expect(scenario.cluster.kernels).toMatchObject({ launchShare: 1 });
  expect(scenario.engine!.set!["cluster.kernels.launchShare"]).toBe("--enforce-eager");
});

describe("shapes of a deployment, with their GPUs counted by hand", () => {
  test("TP8 splits each expert over all ranks", () => {
    const { parallelism } = scenarioOf("vllm serve deepseek-ai/DeepSeek-R1 -tp 8");
    expect(parallelism).toMatchObject({ expert: 1, tensor: 8, data: 1 }); // 8 GPUs
  });

  test("TP8 with expert parallelism has whole experts on each rank, and one data group of eight", () => {
    const { parallelism } = scenarioOf("vllm serve deepseek-ai/DeepSeek-R1 -tp 8 --enable-expert-parallel");
    expect(parallelism).toMatchObject({ expert: 8, tensor: 1, attention: { tensor: 8, data: 1 } }); // 8 GPUs
  });

  test("DP16 × EP16 over two nodes by vLLM is one server, though both nodes state it", () => {
    const node = (rank: string) =>
      `vllm serve deepseek-ai/DeepSeek-R1 -dp 16 --data-parallel-size-local 8 --enable-expert-parallel ${rank}`;
    const { parallelism } = scenarioOf(`${node("")}\n${node("--headless --data-parallel-start-rank 8")}`);
    expect(parallelism).toMatchObject({ expert: 16, tensor: 1, attention: { tensor: 1, data: 16 } }); // 16 GPUs
  });

  test("DP8 × EP8 by SGLang: data groups of tp / dp ranks", () => {
    const line =
      "python -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp 16 --dp-size 8 --enable-dp-attention --ep-size 16 --moe-dense-tp-size 1";
    const { loaded, notModelled } = from(line);
    expect(loaded.scenario.parallelism).toMatchObject({ expert: 16, tensor: 1, attention: { tensor: 2, data: 8 } }); // 16 GPUs
    expect(notModelled).toEqual([expect.stringMatching(/^--moe-dense-tp-size 1: .*dense layers whole/)]);
  });

  test("TensorRT-LLM's experts over moe_tensor_parallel_size × moe_expert_parallel_size", () => {
    const config = "tensor_parallel_size: 8\nmoe_tensor_parallel_size: 2\nmoe_expert_parallel_size: 4\nmax_num_tokens: 4096\n";
    const { parallelism } = scenarioOf(config, { model: "deepseek-ai/DeepSeek-R1", file: "config.yaml" });
    expect(parallelism).toMatchObject({ expert: 4, tensor: 2, attention: { tensor: 8, data: 1 } }); // 8 GPUs
  });

  test("two workers that prefill and four that decode, by Dynamo", () => {
    const worker = (role: string, replicas: number) =>
      `    ${role}:\n      subComponentType: ${role}\n      replicas: ${replicas}\n      resources: { limits: { gpu: "4" } }\n      extraPodSpec: { mainContainer: { command: [python3, -m, dynamo.vllm], args: [--model, meta-llama/Llama-3.1-70B-Instruct, --tensor-parallel-size, "4"] } }\n`;
    const frontend = "    Frontend: { componentType: frontend, replicas: 1, envs: [{ name: DYN_ROUTER_MODE, value: kv }] }\n";
    const manifest = `apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: { name: llama }\nspec:\n  services:\n${frontend}${worker("prefill", 2)}${worker("decode", 4)}`;
    const { pools, serving } = scenarioOf(manifest);
    expect(pools).toMatchObject([
      { role: "prefill", count: 2, parallelism: { tensor: 4 } }, // 8 GPUs
      { role: "decode", count: 4, parallelism: { tensor: 4 } }, // 16 GPUs
    ]);
    expect(serving.balancer?.replicas.kind).toBe("prefix-aware");
  });

  test("pipeline 2 × TP8", () => {
    expect(scenarioOf("vllm serve meta-llama/Llama-3.1-70B-Instruct -tp 8 -pp 2").parallelism).toMatchObject({ tensor: 8, pipeline: 2 }); // 16 GPUs
  });

  test.each([
    ["h200-sxm", "hgx-h100-ndr", 8],
    ["b200", "hgx-b200-ndr", 8],
    ["b300", "hgx-b300-xdr", 8],
    ["gb200", "nvl72", 72],
    ["gb300", "nvl72-xdr", 72],
  ])("%s stands in its own nodes, on %s", (gpu, network, perNode) => {
    const { text } = from("vllm serve Qwen/Qwen3-32B -tp 2", { gpu });
    expect(text).toContain(`  network: ${network}\n  gpusPerNode: ${perNode}\n`);
  });

  test("independent instances of a dense model are replicas", () => {
    expect(scenarioOf("vllm serve Qwen/Qwen3-32B -tp 2 -dp 4").parallelism).toMatchObject({ tensor: 2, data: 4 }); // 8 GPUs
    expect(scenarioOf("python3 -m sglang.launch_server --model Qwen/Qwen3-32B --tp 2 --dp 4").parallelism).toMatchObject({
      tensor: 2,
      data: 4,
    });
  });

  test("decode context parallelism and speculation are taken", () => {
    const whole = 'vllm serve deepseek-ai/DeepSeek-R1 -tp 8 -dcp 8 --speculative-config \'{"method": "mtp", "num_speculative_tokens": 3}\'';
    const { notModelled, taken, loaded } = from(whole);
    expect(notModelled).toEqual([]);
    expect(loaded.scenario.parallelism).toMatchObject({ tensor: 8, context: 8 });
    expect(taken).toContain("--speculative-config.method mtp → serving.speculation.kind, serving.speculation.tokens");
    const parts = from(
      "vllm serve deepseek-ai/DeepSeek-R1 -tp 8 --speculative-config.method mtp --speculative-config.num_speculative_tokens 3",
    );
    for (const { scenario } of [loaded, parts.loaded]) expect(scenario.serving.speculation).toEqual({ kind: "mtp", tokens: 3 });
    expect(loaded.scenario.assumed).toContainEqual(
      expect.objectContaining({ path: "serving.speculation.acceptance", because: expect.stringContaining("inference-lab") }),
    );
  });

  test("drafts that no key says stay among what is not modelled, and n-grams say what they lack", () => {
    const unnamed = from('vllm serve Qwen/Qwen3-32B -tp 2 --speculative-config \'{"model": "a/b", "num_speculative_tokens": 4}\'');
    expect(unnamed.notModelled).toEqual([
      expect.stringMatching(/^--speculative-config.model a\/b: the server is faster: drafts of n-grams/),
    ]);
    const wide = from(
      "python3 -m sglang.launch_server --model deepseek-ai/DeepSeek-V3 --tp 8 --speculative-algorithm EAGLE --speculative-num-steps 3 --speculative-eagle-topk 4 --speculative-num-draft-tokens 16",
    );
    expect(wide.loaded.scenario.serving.speculation).toMatchObject({ kind: "mtp", tokens: 3, tree: { width: 4, verified: 16 } });
    expect(wide.notModelled).toEqual([]);
    const split = from(
      "python3 -m sglang.launch_server --model deepseek-ai/DeepSeek-V3.2 --tp 8 --enable-nsa-prefill-context-parallel --nsa-prefill-cp-mode round-robin-split",
      { gpu: "h200-sxm" },
    );
    expect(split.notModelled).toEqual([expect.stringMatching(/^--enable-prefill-cp: .*first tokens of long prompts come sooner/)]);
    const limited = from(
      "python3 -m sglang.launch_server --model meta-llama/Llama-3.1-8B-Instruct --speculative-algorithm EAGLE3 --speculative-draft-model-path a/b --cuda-graph-max-bs 2",
    );
    expect(limited.text).toContain("cuda-graph-max-bs: 2 # serving.batchSizes\n"); // by way of the captured sizes
    expect(limited.text).toContain('speculative-draft-model-path: "a/b" # the draft\n');
    const { text, notModelled, taken } = from(
      'vllm serve Qwen/Qwen3-32B -tp 2 --speculative-config \'{"method": "ngram", "num_speculative_tokens": 4}\'',
    );
    expect(notModelled[0]).toMatch(/^--speculative-config.method ngram: the server is faster: drafts of n-grams/);
    expect(taken.filter((each) => each.includes("speculative"))).toEqual([]);
    expect(text).toContain("# serving: { speculation: { acceptance: { conditional: 60 % } } }");
  });

  test("a map of drafts that is none is refused at its place", () => {
    expect(() => from("vllm serve Qwen/Qwen3-32B --speculative-config {method:mtp}")).toThrow(
      /1:\d+: --speculative-config: \{method:mtp\}; wanted a map, such as/,
    );
  });
});

describe("launches of recipes, checked by hand", () => {
  test("vLLM's DeepSeek-R1 script: variables, and a flag that stands in one", () => {
    const { serving, cluster, parallelism } = known("vllm/r1-script").loaded.scenario;
    expect(serving.scheduler).toMatchObject({ tokenBudget: 32_768, maxSequences: 1024 });
    expect(serving.kv?.prefixCache).toBe(false);
    expect(cluster.gpu.memoryShare).toBe(0.95);
    expect(parallelism).toMatchObject({ expert: 8, attention: { tensor: 8 } });
  });

  test("a line that a backslash is missing from ends there, as a shell has it", () => {
    expect(known("vllm/r1-fp4-tp4").loaded.scenario.parallelism).toMatchObject({ expert: 1, tensor: 4 });
  });

  test("a file that the script writes is read, and sums are worked out", () => {
    const { serving, model } = known("vllm/llama-b200").loaded.scenario;
    expect(serving.scheduler).toMatchObject({ tokenBudget: 8192, maxSequences: 512 });
    expect(serving.stepOverhead?.capturedTokens).toBe(0); // FULL_DECODE_ONLY
    expect(model.precision).toMatchObject({ kvCache: "fp8", weights: "nvfp4" });
  });

  test("captured sizes of a compilation config", () => {
    const { serving } = known("vllm/gptoss-mi355x").loaded.scenario;
    expect(serving.batchSizes).toEqual([1, 2, 4, 6, 8, 10, 12, 14, 16, 128, 256, 512, 1024, 2048, 4096, 8192]);
    expect(serving.kv?.blockTokens).toBe(64);
  });

  test("a GPU of AMD runs by its datasheet, and its quantised all-reduce is reported", () => {
    const { loaded, notModelled } = known("vllm/llama-mi300x");
    expect(loaded.scenario.cluster.kernels.kind).toBe("roofline");
    expect(notModelled.some((each) => each.startsWith("--rocm-quick-reduce-quantization INT4"))).toBe(true);
  });

  test("SGLang's branches by TP and concurrency", () => {
    const { serving, cluster } = known("sglang/r1-b200-tp8").loaded.scenario;
    expect(serving.scheduler).toMatchObject({ kind: "prefill-first", tokenBudget: 32_768, maxSequences: 128 });
    expect(serving.batchSizes?.at(-1)).toBe(128);
    expect(cluster.gpu.memoryShare).toBe(0.82);
  });

  test("SGLang's pools by DeepEP: experts over all ranks, two ranks a data group", () => {
    const { pools, routing } = known("sglang/pd-v3-mooncake").loaded.scenario;
    for (const { parallelism } of pools!) expect(parallelism).toMatchObject({ expert: 16, tensor: 1, attention: { tensor: 2, data: 8 } });
    expect(routing.exchange).toBe("all-to-all");
  });

  test("TensorRT-LLM's file of options, written by the script in two parts", () => {
    const { loaded, notModelled } = known("trtllm/r1-fp4-b200");
    expect(loaded.scenario.parallelism).toMatchObject({ expert: 8, tensor: 1, attention: { tensor: 1, data: 8 } });
    expect(loaded.scenario.serving.scheduler).toMatchObject({ tokenBudget: 8192 }); // (256 + 1024 + 127) / 64 · 64 = 1,344, and at least 8,192
    expect(loaded.scenario.serving.kv).toMatchObject({ share: 0.8, prefixCache: false, admission: "output" });
    expect(loaded.scenario.serving.dataGroups).toMatchObject({ prompts: "aligned" });
    expect(notModelled.some((each) => each.startsWith("--attention_dp_config"))).toBe(false);
  });

  test("Dynamo's wide pools: each has the limits of its own file", () => {
    const { scenario } = known("manifests/dynamo-trtllm-wide-ep").loaded;
    expect(scenario.pools!.map(({ parallelism }) => parallelism?.expert)).toEqual([4, 32]);
    const [prefill, decode] = [0, 1].map((at) => poolAlone(scenario, at).serving.scheduler);
    expect([prefill, decode]).toMatchObject([{ tokenBudget: 4608 }, { maxSequences: 32 }]);
  });

  test("vLLM under Dynamo: EPLB, redundant experts and overlap", () => {
    const { scenario } = known("manifests/dynamo-vllm-hopper").loaded;
    const { rebalance, routing, serving } = poolAlone(scenario, 1);
    expect(poolAlone(scenario, 0).routing).toMatchObject({ exchange: "all-to-all", dispatch: "per-token" });
    expect(rebalance).toMatchObject({ kind: "eplb", window: 1000, every: 3000 });
    expect(routing).toMatchObject({ placement: { kind: "redundant", spareSlots: 32 }, exchange: "all-to-all", dispatch: "per-copy" });
    expect(serving.overlap.kind).toBe("two-batch");
  });
});

test("the scenario says that no GPU is named only where none is", () => {
  const line = "vllm serve openai/gpt-oss-120b -tp 2";
  expect(from(line).text).toContain("names no GPU");
  expect(from(line, { gpu: "h200-sxm" }).text).not.toContain("names no GPU");
});

test("a scenario is no launch", () => {
  expect(isLaunch("tokenyard: 1\nabout: made of vllm serve\n")).toBe(false);
  expect(isLaunch("vllm serve x")).toBe(true);
  expect(isLaunch("nothing of the kind")).toBe(false);
});

test("flags that are not modelled stay in the scenario, and every report names them", () => {
  const { text, loaded } = from("vllm serve Qwen/Qwen3-32B --enable-lora --new-thing 3");
  expect(text).toContain("enable-lora: true # not modelled; the server is slower");
  expect(text).toContain("# new-thing: 3: not in the table of flags");
  expect(loaded.scenario.assumed).toContainEqual(expect.objectContaining({ path: "engine.flags.enable-lora" }));
});

test("a load with longer requests than the server takes is said to be refused there", () => {
  const assumed = (line: string, options = {}) => from(line, options).assumed.filter((each) => each.includes("refuses"));
  const vllm = "vllm serve Qwen/Qwen3-32B --max-model-len";
  expect(assumed(`${vllm} 3120`)).toEqual([]); // prompts to 4 · 600, outputs to 4 · 180
  expect(assumed(`${vllm} 3k`)).toEqual([
    "--max-model-len 3000: the server refuses longer requests; those of the load have up to 3120 tokens, and all are simulated",
  ]);
  expect([assumed(`${vllm} 3K`).length, assumed(`${vllm} -1`).length, assumed(`${vllm} auto`).length]).toEqual([1, 0, 0]);
  expect(assumed("python3 -m sglang.launch_server --model-path Qwen/Qwen3-32B --context-length 8192", { prompt: "2000" })).toEqual([
    "--context-length 8192: the server refuses longer requests; those of the load have up to 8720 tokens, and all are simulated",
  ]);
});

test("the version comes from the image, the environment of docker run counts", () => {
  const { deployment, loaded } = from(
    "docker run --gpus all -e VLLM_ALL2ALL_BACKEND=deepep_low_latency vllm/vllm-openai:v0.11.2 --model deepseek-ai/DeepSeek-R1 -dp 16 -ep",
  );
  expect(deployment.version).toEqual({ text: "0.11.2", isAssumed: false });
  expect(loaded.scenario.routing.exchange).toBe("all-to-all");
  expect(loaded.scenario.cluster.gpu.memoryShare).toBe(0.9);
});

test("a router beside the servers says how requests are shared, and a launch in a loop is taken once", () => {
  const lines = "vllm serve Qwen/Qwen3-32B --port 8001 &\nvllm serve Qwen/Qwen3-32B --port 8002 &\n";
  const { serving, parallelism } = scenarioOf(`${lines}vllm-router --worker-urls http://a:8001 http://a:8002 --policy cache_aware`);
  expect([serving.balancer?.replicas.kind, parallelism.data]).toEqual(["prefix-aware", 2]);
  const { assumed, loaded } = from("for i in 0 1; do\n  vllm serve Qwen/Qwen3-32B --port 800$i &\ndone\n");
  expect(loaded.scenario.parallelism.data).toBe(1);
  expect(assumed).toContain("a loop repeats the launch of line 2: it is taken once");
});

test.each([
  ["zai-org/GLM-5.1-FP8", "glm-5", { weights: "fp8" }],
  ["nvidia/GLM-5-NVFP4", "glm-5", { experts: "nvfp4" }],
  ["meta-llama/Llama-3.1-405B-Instruct-FP8", "llama-3.1-405b", { weights: "fp8" }],
  ["google/gemma-4-26B-A4B-it", "gemma-4-26b-a4b", undefined],
  ["nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", "nemotron-3-nano", undefined],
  ["Qwen/Qwen3-8B-AWQ", "qwen3-8b", { weights: "int4" }],
])("%s is the preset %s in %o", (name, preset, precision) => {
  const known = modelNamed(name);
  expect([known?.preset, known?.precision]).toEqual([preset, precision]);
});

test.each([
  ["deepseek-ai/DeepSeek-V3.2", "deepseek-v3.2"],
  ["deepseek-ai/DeepSeek-V4-Flash", "deepseek-v4-flash"],
  ["Qwen/Qwen3.5-397B-A17B", "qwen3.5-397b"],
  ["moonshotai/Kimi-K3", "kimi-k3"],
  ["MiniMaxAI/MiniMax-M3", "minimax-m3"],
  ["zai-org/GLM-5.2", "glm-5.2"],
  ["zai-org/GLM-5", "glm-5"],
  ["Qwen/Qwen3.5-27B", "qwen3.5-27b"],
])("%s is the preset %s, and is launched by that name again", (name, preset) => {
  const { text, loaded } = from(`vllm serve ${name} -tp 8 --enable-expert-parallel`);
  expect(text).toContain(`preset: ${preset} }`);
  expect(launchOf(loaded.scenario, { for: "vllm" }).files[0]!.text).toContain(`vllm serve ${name} \\`);
});

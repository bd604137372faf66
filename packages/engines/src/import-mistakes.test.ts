import { describe, expect, test } from "vitest";
import { importText } from "./import.ts";
import type { ImportOptions } from "./import-options.ts";
import { ImportProblems } from "./place.ts";

const from = (text: string, options: Partial<ImportOptions> = {}) => importText(text, { file: "serve.sh", ...options });
const scenarioOf = (text: string, options: Partial<ImportOptions> = {}) => from(text, options).loaded.scenario;

function problemsOf(text: string, options: Partial<ImportOptions> = {}): readonly string[] {
  try {
    from(text, options);
  } catch (error) {
    if (error instanceof ImportProblems) return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("mistakes say where, and what would work", () => {
  test("a slip of a flag, a value of another kind, and a variable that is not known, at once", () => {
    expect(problemsOf("vllm serve openai/gpt-oss-120b \\\n  --max-num-sqes 4 \\\n  --block-size big --tensor-parallel-size $TP")).toEqual([
      "serve.sh:2:3: --max-num-sqes: unknown flag; wanted a flag of vLLM; did you mean --max-num-seqs?",
      "serve.sh:3:3: --block-size: big; wanted a whole number from 1 up",
      "serve.sh:3:20: --tensor-parallel-size: $TP, which is not known; wanted --env TP=VALUE",
    ]);
  });

  test("a flag that is given again is placed where its wrong value is, and a longer flag that begins alike is another", () => {
    expect(problemsOf("vllm serve Qwen/Qwen3-32B --max-num-seqs 12 -tp 1 \\\n  --max-num-seqs x --max-num-seqs=y")).toEqual([
      "serve.sh:2:3: --max-num-seqs: x; wanted a whole number from 1 up",
      "serve.sh:2:20: --max-num-seqs: y; wanted a whole number from 1 up",
    ]);
    expect(problemsOf("python3 -m sglang.launch_server --model-path Qwen/Qwen3-32B --tp-size 1 --tp x")).toEqual([
      "serve.sh:1:73: --tp-size: x; wanted a whole number from 1 up",
    ]);
  });

  test("numbers are read as Python reads them", () => {
    const memoryShare = (text: string) =>
      scenarioOf(`sglang serve --model-path Qwen/Qwen3-32B --mem-fraction-static ${text}`).cluster.gpu.memoryShare;
    expect([memoryShare(".75"), memoryShare("75.e-2")]).toEqual([0.75, 0.75]);
    expect(problemsOf("vllm serve Qwen/Qwen3-32B --gpu-memory-utilization .")).toEqual([
      "serve.sh:1:27: --gpu-memory-utilization: .; wanted a number above 0, up to 1",
    ]);
  });

  test("lengths that change nothing here are numbers all the same", () => {
    const wanted = "wanted a number of tokens, such as 8192 or 32k";
    expect(problemsOf("vllm serve Qwen/Qwen3-32B --max-model-len banana")).toEqual([`serve.sh:1:27: --max-model-len: banana; ${wanted}`]);
    expect(problemsOf("python3 -m sglang.launch_server --model-path Qwen/Qwen3-32B --context-length 8k8")).toEqual([
      `serve.sh:1:61: --context-length: 8k8; ${wanted}`,
    ]);
    expect(problemsOf("trtllm-serve Qwen/Qwen3-32B --max_seq_len banana")).toEqual([`serve.sh:1:29: --max_seq_len: banana; ${wanted}`]);
    for (const length of ["8192", "32k", "25.6k", "-1", "auto", "$MAX_MODEL_LEN"])
      expect(problemsOf(`vllm serve Qwen/Qwen3-32B --max-model-len ${length}`)).toEqual([]);
  });

  test("shell that is no launch, manifests of other kinds, and text that is neither", () => {
    expect(problemsOf("echo hello\nls -l")).toEqual([
      expect.stringMatching(/^serve\.sh:1:1: no launch of a server; wanted a line of vllm serve/),
    ]);
    expect(problemsOf("multinode: false\nmodelArtifacts: { uri: hf://Qwen/Qwen3-32B }\ndecode: { replicas: 2 }")).toEqual([
      "serve.sh:1:1: values of a Helm chart; wanted the manifests that `helm template` makes of them",
    ]);
    expect(problemsOf("apiVersion: v1\nkind: Service\nmetadata: { name: a }")).toEqual([
      expect.stringMatching(/^serve\.sh:1:1: Service that launches no server; wanted one of DynamoGraphDeployment/),
    ]);
    expect(problemsOf("apiVersion: v1\nkind: [")).toEqual([expect.stringMatching(/^serve\.sh:2:\d+: unreadable text; wanted YAML/)]);
  });

  test("degrees on too few GPUs, and degrees that divide nothing", () => {
    const pod = (gpus: number, args: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: one }\nspec:\n  containers:\n  - image: vllm/vllm-openai:v0.12.0\n    args: [${args}]\n    resources: { limits: { nvidia.com/gpu: ${gpus} } }\n`;
    expect(problemsOf(pod(4, "--model, Qwen/Qwen3-32B, --tensor-parallel-size=8"))).toEqual([
      "serve.sh:7:5: one: degrees that need 8 GPUs (8 × 1) on 4; wanted 8 GPUs, or smaller degrees",
    ]);
    const sees = (around: string, image = "vllm serve") => problemsOf(`${around} ${image} Qwen/Qwen3-32B -tp 4`);
    const onTwo = ["serve.sh:1:1: line 1: degrees that need 4 GPUs (4 × 1) on 2; wanted 4 GPUs, or smaller degrees"];
    const exported = problemsOf("export CUDA_VISIBLE_DEVICES=0,1\nvllm serve Qwen/Qwen3-32B -tp 4");
    expect(exported).toEqual([expect.stringContaining("degrees that need 4 GPUs (4 × 1) on 2")]);
    for (const around of ["CUDA_VISIBLE_DEVICES=0,1", "HIP_VISIBLE_DEVICES=6,7", "CUDA_VISIBLE_DEVICES=GPU-4f,GPU-5a"]) {
      expect(sees(around)).toEqual([expect.stringContaining("degrees that need 4 GPUs (4 × 1) on 2")]);
    }
    for (const given of ["--gpus 2", "--gpus=2", `--gpus '"device=0,1"'`, "--gpus all -e NVIDIA_VISIBLE_DEVICES=2,3"]) {
      expect(sees(`docker run ${given}`, "vllm/vllm-openai:v0.12.0 --model")).toEqual(onTwo);
    }
    for (const around of [
      "CUDA_VISIBLE_DEVICES=0,1,2,3",
      "CUDA_VISIBLE_DEVICES=$MINE",
      "NVIDIA_VISIBLE_DEVICES=all",
      "CUDA_VISIBLE_DEVICES=0,1 srun",
    ]) {
      expect(sees(around)).toEqual([]);
    }
    const twoNodes = "CUDA_VISIBLE_DEVICES=0,1 sglang serve --model Qwen/Qwen3-32B --nnodes 2 --node-rank 0 --tp";
    expect(problemsOf(`${twoNodes} 4`)).toEqual([]);
    expect(problemsOf(`${twoNodes} 8`)).toEqual([expect.stringContaining("degrees that need 8 GPUs (8 × 1) on 4")]);
    const replicas = "sglang serve --model deepseek-ai/DeepSeek-V3 --tp 16 --dp 2 --node-rank 0";
    expect(problemsOf(`${replicas} --nnodes 2`)).toEqual([
      expect.stringContaining("--dp-size: 2 replicas over 2 nodes, which SGLang refuses; wanted --enable-dp-attention"),
    ]);
    for (const more of ["", " --nnodes 1", " --nnodes 2 --enable-dp-attention"]) expect(problemsOf(`${replicas}${more}`)).toEqual([]);
    expect(problemsOf("CUDA_VISIBLE_DEVICES=0,1 vllm serve Qwen/Qwen3-32B -tp 4 --distributed-executor-backend ray")).toEqual([]);
    expect(problemsOf("sglang serve --model deepseek-ai/DeepSeek-V3 --tp 8 --ep 3")[0]).toContain("degrees that do not fit together");
    expect(problemsOf("sglang serve --model deepseek-ai/DeepSeek-V3 --tp 8 --dp 3 --enable-dp-attention")[0]).toContain(
      "3 data groups of 2.67 ranks",
    );
  });

  test("degrees that the model does not have, at their flag", () => {
    expect(problemsOf("vllm serve Qwen/Qwen3-235B-A22B \\\n  --max-num-seqs 9 -tp 3")).toEqual([
      expect.stringMatching(/^serve\.sh:2:20: --tensor-parallel-size: 3; wanted a divisor of 64 heads .*; did you mean 2\?$/),
    ]);
    expect(problemsOf("sglang serve --model deepseek-ai/DeepSeek-V3 --tp 24 --ep 24")).toEqual([
      expect.stringMatching(/^serve\.sh:1:46: --tp-size: 24; wanted a divisor of 128 heads/),
      expect.stringMatching(/^serve\.sh:1:54: --ep-size: 24; wanted a divisor of the 256 experts/),
    ]);
    const pools =
      'vllm serve Qwen/Qwen3-32B -tp 4 --kv-transfer-config \'{"kv_role":"kv_producer"}\'\nvllm serve Qwen/Qwen3-32B -tp 5 --kv-transfer-config \'{"kv_role":"kv_consumer"}\'';
    expect(problemsOf(pools)).toEqual([expect.stringMatching(/^serve\.sh:2:27: --tensor-parallel-size: 5; wanted a divisor of 64 heads/)]);
  });

  test("values that no scenario takes, at their flag and once", () => {
    expect(problemsOf("vllm serve Qwen/Qwen3-32B --max-num-seqs 999999999999 --block-size 9999999999")).toEqual([
      "serve.sh:1:27: --max-num-seqs: 999999999999; wanted a whole number from 1 to 1e6",
      "serve.sh:1:55: --block-size: 9999999999; wanted a whole number from 1 to 1e6",
    ]);
    expect(problemsOf("vllm serve Qwen/Qwen3-32B", { rate: "0 req/s" })).toEqual([expect.stringMatching(/^--rate: 0 req\/s; wanted /)]);
  });

  test("a model by a variable that is not known, among all else, by place", () => {
    expect(problemsOf("vllm serve $MODEL -tp $TP \\\n  --block-size big")).toEqual([
      "serve.sh:1:6: $MODEL, a model that is not known; wanted --env MODEL=NAME, or --model with a preset (tokenyard presets), or the path of the model's config.json",
      "serve.sh:1:19: --tensor-parallel-size: $TP, which is not known; wanted --env TP=VALUE",
      "serve.sh:2:3: --block-size: big; wanted a whole number from 1 up",
    ]);
  });

  test("a front end alone", () => {
    expect(problemsOf("trtllm-serve disaggregated -c disagg.yaml")).toEqual([
      "serve.sh:1:1: the front end of servers that are launched elsewhere; wanted their lines beside it, or the YAML that has their options",
    ]);
  });

  test("a quote that never ends", () => {
    expect(problemsOf('export A=1\nvllm serve "Qwen/Qwen3-32B -tp 2')).toEqual([
      'serve.sh:2:12: a " that no other one ends; wanted a text that a shell can read',
    ]);
  });

  test("a model without a preset, a version without the flag, and servers that differ", () => {
    expect(problemsOf("vllm serve some/model")).toEqual([
      "serve.sh:1:6: some/model, a model without a preset; wanted --model with a preset (tokenyard presets), or the path of the model's config.json",
    ]);
    expect(problemsOf("sglang serve --model deepseek-ai/DeepSeek-V3 --tp 8 --enable-deepep-moe", { engineVersion: "0.5.6" })).toEqual([
      "serve.sh:1:53: --enable-deepep-moe: a flag of SGLang before 0.5, in 0.5.6; wanted --engine-version with one that has it",
    ]);
    const two = "vllm serve Qwen/Qwen3-32B\nvllm serve Qwen/Qwen3-32B --max-num-seqs 3";
    expect(problemsOf(two)[0]).toContain("2 servers that differ (1: line 1, 2: line 2); wanted copies of one");
    expect(scenarioOf(two, { only: 2 }).serving.scheduler).toMatchObject({ maxSequences: 3 });
  });
});

describe("drafts that vLLM does not start with", () => {
  const drafts = (config: string, model = "Qwen/Qwen3-30B-A3B") => problemsOf(`vllm serve ${model} -tp 2 --speculative-config '${config}'`);

  test.each([
    ["{}", 'serve.sh:1:37: --speculative-config: {}; wanted a map, such as {"method": "mtp", "num_speculative_tokens": 3}'],
    ['{"num_speculative_tokens": 3}', "--speculative-config.num_speculative_tokens: 3: num_speculative_tokens without method or model"],
    ['{"method": "eagle3", "num_speculative_tokens": 3}', "--speculative-config.method: eagle3: method eagle3 without a model"],
    ['{"method": "mtp", "num_speculative_tokens": 3}', "--speculative-config.method: mtp, beside qwen3-30b-a3b, which has no such module"],
    ['{"method": "nonsense", "num_speculative_tokens": 3}', "--speculative-config.method: nonsense: method nonsense, which vLLM refuses"],
    ['{"method": "ngram"}', "--speculative-config.method: ngram: method ngram without a number of drafts, which vLLM refuses"],
  ])("%s is refused where it stands", (config, message) => {
    const found = drafts(config);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("serve.sh:1:37: ");
    expect(found[0]).toContain(message);
  });

  test("a part twice, by its short name and in the map", () => {
    const line = `vllm serve zai-org/GLM-4.5 -tp 8 --speculative-config '{"method": "mtp", "num_speculative_tokens": 3}' --spec-tokens 2`;
    expect(problemsOf(line)).toEqual([
      expect.stringMatching(
        /^serve\.sh:1:\d+: --spec-tokens: beside speculative-config\.num.speculative.tokens, which vLLM refuses; wanted one of them$/,
      ),
    ]);
    expect(
      scenarioOf("vllm serve zai-org/GLM-4.5 -tp 8 --spec-method mtp --spec-tokens 3 --spec-tokens 2").serving.speculation,
    ).toMatchObject({ tokens: 2 });
  });

  test("a model with modules takes mtp", () => {
    expect(drafts('{"method": "mtp", "num_speculative_tokens": 1}', "zai-org/GLM-4.5 -tp 8 --gpu-memory-utilization 0.95")).toEqual([]);
  });
});

test("contexts that vLLM does not share are refused at their flag", () => {
  expect(problemsOf("vllm serve Qwen/Qwen3-Next-80B-A3B-Instruct -tp 4 \\\n  -dcp 2")).toEqual([
    expect.stringContaining(
      "serve.sh:2:3: --decode-context-parallel-size: 2: contexts shared beside windows or states, which vLLM refuses",
    ),
  ]);
});

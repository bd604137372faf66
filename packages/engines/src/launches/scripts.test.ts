import { loadScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { launchOf } from "../launch.ts";
import { ImportProblems } from "../place.ts";

const NO_FILES = {
  read: () => {
    throw new Error("no file");
  },
};

/** Three prefill workers of four GPUs and a decode worker of twelve, on nodes of eight. */
const pooled = (engine: string, flags = "{}") =>
  loadScenario(
    `tokenyard: 1
model: { preset: qwen3-235b-a22b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr, gpusPerNode: 8 }
engine: { name: ${engine}, flags: ${flags} }
pools:
  - { role: prefill, count: 3, parallelism: { expert: 4, tensor: 1, attention: { tensor: 4, data: 1 } } }
  - { role: decode, count: 1, parallelism: { expert: 16, tensor: 1, attention: { tensor: 1, data: 16 } } }
serving: { balancer: { replicas: prefix-aware } }
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`,
    NO_FILES,
  ).scenario;

describe("a script of several servers", () => {
  const { files, remarks } = launchOf(pooled("vllm"), { for: "vllm" });
  const { text } = files[0]!;
  const parts = text.split(/^\d\)$/m);
  const node = (number: number) => parts[number + 1]!;

  test("gives each copy GPUs, a port and a port for the cache of its own", () => {
    expect(node(0).match(/CUDA_VISIBLE_DEVICES=\S+|SIDE_CHANNEL_\w+=\S+|--port \d+/g)).toEqual([
      "CUDA_VISIBLE_DEVICES=0,1,2,3",
      "SIDE_CHANNEL_HOST=$NODE0",
      "SIDE_CHANNEL_PORT=5600",
      "--port 8001",
      "CUDA_VISIBLE_DEVICES=4,5,6,7",
      "SIDE_CHANNEL_HOST=$NODE0",
      "SIDE_CHANNEL_PORT=5604",
      "--port 8002",
      "--port 8000",
    ]);
    expect(node(1).match(/CUDA_VISIBLE_DEVICES=\S+|SIDE_CHANNEL_\w+=\S+|--port \d+/g)).toEqual([
      "SIDE_CHANNEL_HOST=$NODE1",
      "SIDE_CHANNEL_PORT=5600",
      "--port 8003",
    ]);
  });

  test("puts one of more than a node on nodes of its own, and keeps them apart", () => {
    expect(node(2)).toContain("--data-parallel-address $NODE2");
    expect(node(2)).not.toContain("--headless");
    expect(node(3)).toMatch(
      /--headless \\\n {2}--data-parallel-start-rank 8 \\\n {2}--data-parallel-size-local 8 \\\n {2}--data-parallel-address \$NODE2/,
    );
  });

  test("has a router in front, with the policy of the scenario", () => {
    expect(node(0)).toContain(`vllm-router \\
  --vllm-pd-disaggregation \\
  --prefill http://$NODE0:8001 \\
  --prefill http://$NODE0:8002 \\
  --prefill http://$NODE1:8003 \\
  --decode http://$NODE2:8004 \\
  --policy cache_aware \\
  --host 0.0.0.0 \\
  --port 8000 &`);
    expect(remarks).toEqual([]);
  });

  test("says nothing twice", () => {
    const lora = launchOf(pooled("vllm", "{ enable-lora: true }"), { for: "vllm" });
    expect(lora.files[0]!.text.match(/^# --enable-lora/gm)).toHaveLength(1);
    const other = launchOf(pooled("vllm"), { for: "trtllm" });
    expect(other.remarks).toEqual([...new Set(other.remarks)]);
  });

  test("by SGLang has a bootstrap port for each prefill worker of a node, which the router knows", () => {
    const { files } = launchOf(pooled("sglang"), { for: "sglang" });
    const script = files[0]!.text;
    expect(script.match(/--disaggregation-bootstrap-port \d+/g)).toEqual(
      ["5600", "5604", "5600"].map((port) => `--disaggregation-bootstrap-port ${port}`),
    );
    expect(script).toContain("--prefill http://$NODE0:8002 5604");
    expect(script.match(/--dist-init-addr \S+/g)).toEqual(["--dist-init-addr $NODE2:5000", "--dist-init-addr $NODE2:5000"]);
  });

  test("by TensorRT-LLM launches each with the options of its role, and a front end that knows their addresses", () => {
    const { files } = launchOf(pooled("trtllm"), { for: "trtllm" });
    expect(files.map(({ name }) => name)).toEqual(["prefill.yaml", "decode.yaml", "launch.sh"]);
    const script = files[2]!.text;
    expect(script.match(/--server_role \w+ \\\n {2}--extra_llm_api_options \S+/g)?.map((each) => each.replace(/\s+\\?\s*/g, " "))).toEqual([
      "--server_role context --extra_llm_api_options prefill.yaml",
      "--server_role context --extra_llm_api_options prefill.yaml",
      "--server_role context --extra_llm_api_options prefill.yaml",
      "--server_role generation --extra_llm_api_options decode.yaml",
    ]);
    expect(script).toContain("mpirun -n 16 -H $NODE2:8,$NODE3:8 trtllm-llmapi-launch trtllm-serve Qwen/Qwen3-235B-A22B");
    expect(script).toMatch(
      /cat > disagg.yaml << EOF[\s\S]*\$NODE1:8003[\s\S]*\$NODE2:8004[\s\S]*EOF\ntrtllm-serve disaggregated -c disagg.yaml/,
    );
    expect(files[0]!.text).toContain("cache_transceiver_config");
  });
});

describe("manifests of two pools for Kubernetes", () => {
  const { text } = launchOf(pooled("vllm"), { for: "kubernetes" }).files[0]!;

  test("say where each pod hands its cache over, and that a router is needed", () => {
    expect(text.match(/fieldPath: status.podIP/g)).toHaveLength(3);
    expect(text).toMatch(/^# Requests need a router in front/);
  });

  test("give the ranks of a further node their numbers", () => {
    expect(text).toContain("--headless --data-parallel-start-rank $((LWS_WORKER_INDEX * 8))");
    expect(text).toContain("--data-parallel-address $LWS_LEADER_ADDRESS");
  });
});

describe("drafts of a scenario", () => {
  const drafted = (speculation: string, engine = "vllm", degrees = "expert: 8, tensor: 1, attention: { tensor: 8 }") =>
    loadScenario(
      `tokenyard: 1
model: { preset: deepseek-v3 }
cluster: { gpu: h200-sxm, network: hgx-h100-ndr, gpusPerNode: 8 }
engine: ${engine}
parallelism: { ${degrees} }
serving: { speculation: ${speculation} }
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`,
      NO_FILES,
    ).scenario;
  const problemsOf = (...[speculation, engine, degrees]: Parameters<typeof drafted>) => {
    try {
      launchOf(drafted(speculation, engine, degrees), { for: (engine ?? "vllm") as "vllm" });
    } catch (error) {
      if (error instanceof ImportProblems) return error.problems.map(({ subject, given }) => `${subject}: ${given}`);
      throw error;
    }
    return [];
  };

  test("are flags of each engine", () => {
    const launch = (engine: "vllm" | "sglang" | "trtllm") =>
      launchOf(drafted("{ kind: mtp, tokens: 2 }", engine), { for: engine }).files[0]!.text;
    expect(launch("vllm")).toContain(`--speculative-config '{"method":"mtp","num_speculative_tokens":2}'`);
    expect(launch("sglang")).toContain(
      "--speculative-algorithm NEXTN \\\n  --speculative-num-steps 2 \\\n  --speculative-eagle-topk 1 \\\n  --speculative-num-draft-tokens 3",
    );
    expect(launch("trtllm")).toContain("speculative_config:\n  decoding_type: MTP\n  max_draft_len: 2\n");
    const depths = "{ kind: mtp, tokens: 3, depths: [{ upTo: 4, tokens: 3 }, { upTo: 32, tokens: 1 }] }";
    expect(launchOf(drafted(depths), { for: "vllm" }).files[0]!.text).toContain(
      '"num_speculative_tokens_per_batch_size":[[1,4,3],[5,32,1]]',
    );
    expect(launchOf(drafted(depths, "trtllm"), { for: "trtllm" }).files[0]!.text).toContain(
      '  draft_len_schedule:\n    "4": 3\n    "32": 1\n',
    );
  });

  test("with a draft of their own need its name", () => {
    expect(problemsOf("{ kind: eagle }")).toEqual(["--draft: eagle without the name of a draft"]);
    const { files } = launchOf(drafted("{ kind: eagle }"), { for: "vllm", draft: "org/draft" });
    expect(files[0]!.text).toContain('"method":"eagle3","num_speculative_tokens":3,"model":"org/draft"');
  });

  test.each([
    ["{ kind: mtp }", "sglang", "expert: 8, attention: { tensor: 8 }, pipeline: 2", "serving.speculation"],
    ["{ kind: mtp }", "vllm", "expert: 8, attention: { tensor: 8 }, pipeline: 2", "serving.speculation"],
    ["{ kind: suffix, acceptance: { conditional: 50 % } }", "trtllm", undefined, "serving.speculation"],
    ["{ kind: ngram, acceptance: { conditional: 50 % } }", "sglang", "expert: 8, attention: { tensor: 1, data: 8 }", "serving.speculation"],
    ["{ kind: eagle, drafting: parallel }", "sglang", undefined, "serving.speculation.drafting"],
    ["{ kind: mtp, depths: [{ upTo: 4, tokens: 3 }] }", "sglang", undefined, "serving.speculation.depths"],
  ])("%s by %s with %s are refused", (speculation, engine, degrees, subject) => {
    expect(problemsOf(speculation, engine, degrees)[0]).toMatch(subject);
  });

  test("that the flags state and no simulation has stay in the launch, as a comment too", () => {
    const flags = "{ name: vllm, flags: { speculative-config: { method: ngram, num_speculative_tokens: 4, prompt_lookup_max: 4 } } }";
    const text = launchOf(drafted("{ acceptance: { conditional: 50 % } }", flags), { for: "vllm" }).files[0]!.text;
    expect(text).toContain(`--speculative-config '{"method":"ngram","num_speculative_tokens":4}'`);
    expect(text).not.toContain("# --speculative");
    const bare = launchOf(pooled("vllm", "{ speculative-config: { method: medusa, num_speculative_tokens: 4 } }"), { for: "vllm" })
      .files[0]!.text;
    expect(bare).toContain(`--speculative-config '{"method":"medusa","num_speculative_tokens":4}'`);
    expect(bare).toContain("# --speculative-config.method medusa: not modelled");
  });
});

test("options of TensorRT-LLM that are stated as maps are maps in its file, beside parts of their own; null is null", () => {
  const optionsOf = (flags: string) => {
    const text = `tokenyard: 1
model: llama-3.1-8b
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
engine: { name: trtllm, flags: ${flags} }
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`;
    return launchOf(loadScenario(text, NO_FILES).scenario, { for: "trtllm" }).files[0]!.text;
  };
  expect(optionsOf("{ cuda_graph_config: { enable_padding: true, batch_sizes: [1, 2, 4] } }")).toContain(
    "cuda_graph_config:\n  enable_padding: true\n  batch_sizes:\n    - 1\n    - 2\n    - 4\n",
  );
  expect(optionsOf('{ cuda_graph_config: "null" }')).toContain("cuda_graph_config: null\n");
});

/** Runs with and without drafts, as published: output tokens a second of a user, or of all users together. */
export interface PublishedDrafts {
  readonly name: string;
  readonly source: string;
  readonly server: keyof typeof SERVERS;
  readonly users: number;
  readonly kind: "mtp" | "eagle";
  readonly drafts: number;
  readonly tree?: { readonly width: number; readonly verified: number };
  /** Tokens that came out of a step, as measured; undefined: not stated. */
  readonly tokensPerStep?: number;
  readonly without: number;
  readonly with: number;
  /** Whether the host's time of drafts was fitted to it. */
  readonly isFitted?: boolean;
}

const H100 = { gpu: { preset: "h100-sxm" }, network: { preset: "hgx-h100-ndr" }, kernels: { kind: "fitted" } };
/** The server of 2025, whose drafts ran without its overlap. */
const SGLANG = { name: "sglang", flags: { "disable-overlap-schedule": true } };
const PLAIN = { promptTokens: 512, outputTokens: 512 };

/** Scenarios without drafts; lengths are 512 + 512 where a source states none. */
export const SERVERS = {
  llamaByVllm: {
    engine: { name: "vllm", version: "0.10" },
    model: { preset: "llama-3.1-8b" },
    cluster: H100,
    parallelism: { tensor: 1 },
    workload: PLAIN,
  },
  llamaBySglang: { engine: SGLANG, model: { preset: "llama-3.1-8b" }, cluster: H100, parallelism: { tensor: 1 }, workload: PLAIN },
  llama70BySglang: { engine: SGLANG, model: { preset: "llama-3.1-70b" }, cluster: H100, parallelism: { tensor: 8 }, workload: PLAIN },
  qwenByVllm: {
    engine: { name: "vllm", version: "0.27", flags: { "async-scheduling": false } },
    model: {
      layers: 36,
      hiddenSize: 4096,
      attention: { heads: 32, kvHeads: 8, headSize: 128 },
      dense: { hiddenSize: 12288 },
      vocabulary: 151936,
      precision: { weights: "bf16" },
    },
    cluster: H100,
    parallelism: { tensor: 1 },
    workload: PLAIN,
  },
  deepseekBySglang: {
    engine: SGLANG,
    model: { preset: "deepseek-v3" },
    cluster: { ...H100, gpu: { preset: "h200-sxm" } },
    parallelism: { expert: 16, tensor: 1, attention: { tensor: 1, data: 16 } },
    routing: { exchange: "all-to-all", dispatch: "per-copy" },
    workload: { kind: "steady-decode", context: 65_536 + 2048, outputTokens: 4096, measure: 100 },
  },
  deepseekByTrtllm: {
    engine: "trtllm",
    model: { preset: "deepseek-r1", precision: { experts: "nvfp4" } },
    cluster: { gpu: { preset: "b200" }, network: { preset: "hgx-b200-ndr" }, kernels: { kind: "fitted" } },
    parallelism: { expert: 8, tensor: 1, attention: { tensor: 8, data: 1 } },
    workload: { promptTokens: 1024, outputTokens: 2048 },
  },
} as const;

const EAGLE_1 = [4.37, 4.29, 4.48, 4.71, 4.94, 5.2];
const EAGLE_3 = [4.32, 4.09, 4.05, 4.13, 4.2, 4.29];
const TOKENS_1 = [2.1, 2.29, 2.39, 2.43, 2.45, 2.47];
const TOKENS_3 = [2.36, 2.79, 3.08, 3.32, 3.46, 3.54];

/** Milliseconds a token of Llama-3.1-8B with `EAGLE` drafts of two to seven, 7.07 without. */
const byDepth = (name: string, ms: readonly number[], tokens: readonly number[]): PublishedDrafts[] =>
  ms.map((each, at) => ({
    name: `Llama-3.1-8B, H100, ${name}`,
    source: "vllm-project/vllm, thread 20780",
    server: "llamaByVllm",
    users: 1,
    kind: "eagle",
    drafts: at + 2,
    tokensPerStep: tokens[at]!,
    without: 1000 / 7.07,
    with: 1000 / each,
    isFitted: true,
  }));

const WIDE = { width: 8, verified: 64 };

export const PUBLISHED_DRAFTS: readonly PublishedDrafts[] = [
  ...byDepth("EAGLE", EAGLE_1, TOKENS_1),
  ...byDepth("EAGLE-3", EAGLE_3, TOKENS_3),
  ...[
    { drafts: 5, tokensPerStep: 4.68, with: 361.7 },
    { drafts: 8, tokensPerStep: 5.39, with: 378.57 },
  ].map((each) => ({
    name: "Llama-3.1-8B, H100, EAGLE-3 trees",
    source: "sgl-project/sglang, thread 4247; 158.34 without drafts from its documentation",
    server: "llamaBySglang" as const,
    users: 1,
    kind: "eagle" as const,
    tree: WIDE,
    without: 158.34,
    isFitted: true,
    ...each,
  })),
  {
    name: "Llama-3.3-70B, 8 H100, EAGLE-3 trees",
    source: "sgl-project/sglang, thread 4716",
    server: "llama70BySglang",
    users: 1,
    kind: "eagle",
    drafts: 8,
    tree: WIDE,
    tokensPerStep: 5.88,
    without: 88.61,
    with: 234.54,
  },
  {
    name: "DeepSeek-V3, 16 H200 decode, 2 requests a rank, 64k in",
    source: "SGLang, blog of July 2025; beside two-batch overlap",
    server: "deepseekBySglang",
    users: 32,
    kind: "mtp",
    drafts: 2,
    tokensPerStep: 2.18,
    without: 60.4 * 16,
    with: 81.5 * 16,
  },
  {
    name: "DeepSeek-R1, 8 B200, experts in fp4, 1k + 2k",
    source: "TensorRT-LLM, blog 2",
    server: "deepseekByTrtllm",
    users: 1,
    kind: "mtp",
    drafts: 3,
    without: 1,
    with: 2.16,
  },
  {
    name: "Llama-3.1-8B, H100, EAGLE-3",
    source: "arXiv 2503.01840",
    server: "llamaBySglang",
    users: 64,
    kind: "eagle",
    drafts: 3,
    without: 1,
    with: 1.38,
  },
  ...(
    [
      [1, 5, 125, 355],
      [8, 3, 898, 2148],
      [32, 5, 2726, 7317],
    ] as const
  ).map(([users, drafts, without, withDrafts]) => ({
    name: "Qwen3-8B, H100, EAGLE-3",
    source: "gist of jiangLLM, vLLM 0.31 without asynchronous scheduling",
    server: "qwenByVllm" as const,
    users,
    kind: "eagle" as const,
    drafts,
    without,
    with: withDrafts,
  })),
];

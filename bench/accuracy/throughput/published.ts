/** Deployments of which TensorRT-LLM publishes the output tokens a second of requests that all come at once, and how a scenario says them. */
export interface Published {
  readonly name: string;
  readonly model: string;
  readonly gpu: string;
  readonly network: string;
  readonly tensor: number;
  readonly weights: "fp8" | "nvfp4";
  /** [lengths] */
  readonly tokensPerSecond: readonly number[];
}

/** Tokens of each prompt, of each output, and how many requests there are. */
export const LENGTHS = [
  [128, 128, 30_000],
  [128, 2048, 3000],
  [128, 4096, 1500],
  [500, 2000, 3000],
  [1000, 1000, 3000],
  [1000, 2000, 1500],
  [2048, 128, 3000],
  [2048, 2048, 1500],
  [5000, 500, 1500],
  [20_000, 2000, 1000],
] as const;

const LLAMA_8B = { model: "llama-3.1-8b", network: "hgx-h100-ndr", tensor: 1, weights: "fp8" } as const;
const LLAMA_70B = { ...LLAMA_8B, model: "llama-3.1-70b" } as const;

/** Source: TensorRT-LLM 1.0, docs/source/performance/perf-overview.md. */
export const PUBLISHED: readonly Published[] = [
  {
    ...LLAMA_8B,
    name: "Llama 3.1 8B in fp8, H100",
    gpu: "h100-sxm",
    tokensPerSecond: [28_312, 22_714, 14_325, 17_660, 15_220, 13_899, 3450, 9305, 3459, 1351],
  },
  {
    ...LLAMA_8B,
    name: "Llama 3.1 8B in fp8, H200",
    gpu: "h200-sxm",
    tokensPerSecond: [27_911, 26_221, 18_027, 20_770, 17_744, 16_828, 3538, 12_194, 3902, 1804],
  },
  {
    ...LLAMA_70B,
    name: "Llama 3.3 70B in fp8, two H100",
    gpu: "h100-sxm",
    tensor: 2,
    tokensPerSecond: [6378, 6651, 4199, 5222, 4205, 4146, 762, 3082, 898, 437],
  },
  {
    ...LLAMA_70B,
    name: "Llama 3.3 70B in fp8, H200",
    gpu: "h200-sxm",
    tokensPerSecond: [3803, 4336, 2872, 3666, 2909, 2994, 442, 2003, 566, 283],
  },
  {
    ...LLAMA_70B,
    name: "Llama 3.3 70B in nvfp4, B200",
    gpu: "b200",
    network: "hgx-b200-ndr",
    weights: "nvfp4",
    tokensPerSecond: [11_147, 9922, 6831, 7762, 7007, 6271, 1339, 4783, 1459, 665],
  },
];

/** A deployment whose makers published its tokens a second and GPU, beside a scenario that says what its launch line says. */
export interface Deployment {
  /** Name of the scenario's file beside this one, without the extension. */
  readonly name: string;
  /** Tokens a second and GPU: of prompts, or of outputs. */
  readonly published: number;
  readonly counts: "prompt" | "output";
  /** Result of the scenario when it was first written, in tokens/s per GPU; never changed since. */
  readonly firstTry: number;
  readonly source: string;
}

const SGLANG_H100 = "SGLang, blog of 5 May 2025";
const SGLANG_GB200 = "SGLang, blog of 25 September 2025";
const MOONCAKE = "Mooncake, blog of 20 July 2025";
const TRTLLM = "TensorRT-LLM, `Best_perf_practice_on_DeepSeek-R1`";

export const DEPLOYMENTS: readonly Deployment[] = [
  {
    name: "deepseek-prefill-32-h100",
    published: 7417,
    counts: "prompt",
    firstTry: 10_202,
    source: `${SGLANG_H100}, simulated perfect balance`,
  },
  { name: "deepseek-decode-72-h100", published: 2785, counts: "output", firstTry: 2430, source: SGLANG_H100 },
  { name: "deepseek-prefill-gb200-fp8", published: 18_471, counts: "prompt", firstTry: 18_103, source: SGLANG_GB200 },
  { name: "deepseek-prefill-gb200-nvfp4", published: 26_156, counts: "prompt", firstTry: 22_908, source: SGLANG_GB200 },
  { name: "deepseek-decode-gb200-fp8", published: 9087, counts: "output", firstTry: 8758, source: SGLANG_GB200 },
  {
    name: "deepseek-decode-gb200-nvfp4",
    published: 12_050,
    counts: "output",
    firstTry: 10_130,
    source: `${SGLANG_GB200}, a tenth less than 13,386 with 768 sequences a GPU for 1,408`,
  },
  { name: "kimi-prefill-32-h200", published: 7000, counts: "prompt", firstTry: 9451, source: MOONCAKE },
  { name: "deepseek-b200", published: 4548, counts: "output", firstTry: 5677, source: TRTLLM },
  { name: "deepseek-b200-fp8-cache", published: 5393, counts: "output", firstTry: 7129, source: TRTLLM },
  { name: "deepseek-h200", published: 1436, counts: "output", firstTry: 1962, source: TRTLLM },
];

import type { ServingRun } from "./serving-run.ts";

/** What the launch script of a run states of its server, of what no row says. */
export interface LaunchKnobs {
  readonly tokenBudget?: number;
  readonly maxSequences?: number;
  readonly capturedTokens?: number;
  /** Keys of `serving`. */
  readonly waits?: object;
  readonly flags?: Flags;
}

/** What AIConfigurator adds to a prompt and a batch for `max_num_tokens`, as its comment says; its code of today adds 1,500. */
const MARGIN = 1000;

/**
 * NVIDIA's runs of TensorRT-LLM 1.0, as AIConfigurator's template for 1.0.0rc3 has them: no scheduler ahead, as many sequences as users, and whole prompts, of which a pass holds
 * as many as fit into `max_num_tokens` beside the sequences.
 */
export function isWhole({ engine, version, isDrawn }: Pick<ServingRun, "engine" | "version" | "isDrawn">): boolean {
  return engine === "trtllm" && !isDrawn && version.startsWith("1.0");
}

function wholeKnobs({ concurrency: users, promptTokens: prompt }: ServingRun): LaunchKnobs {
  const prompts = Math.floor((prompt + MARGIN) / prompt);
  return {
    tokenBudget: prompts * prompt + users,
    maxSequences: users,
    flags: { disable_overlap_scheduler: true, "kv_cache_config.free_gpu_memory_fraction": 0.8 },
  };
}

/** Knobs of InferenceX's scripts, and of AIConfigurator's templates, by which NVIDIA launches its runs. */
export function launchKnobs(run: ServingRun, model: string): LaunchKnobs {
  if (isWhole(run)) return wholeKnobs(run);
  if (!run.isDrawn) return {};
  const { engine, concurrency: users, promptTokens: prompt, gpu, format, attention } = run;
  const isShort = prompt === 1024 && run.outputTokens === 1024;
  switch (`${engine} ${model}`) {
    case "sglang deepseek-v3": {
      if (gpu === "h200") return { tokenBudget: 32_768, maxSequences: isShort ? 512 : 256 };
      const isSmall = attention.tensor * attention.data === 4;
      const budget = format === "nvfp4" ? 16_384 : isSmall ? 8192 : 32_768;
      const interval = attention.data > 1 ? 1 : users >= 16 && !isSmall ? 30 : 10;
      return {
        tokenBudget: budget,
        maxSequences: format === "nvfp4" ? 256 : isSmall ? 32 : 128,
        waits: interval > 1 ? { receiveInterval: interval } : {},
      };
    }
    case "trtllm llama-3.1-70b":
      return {
        ...(gpu === "b200" && format.startsWith("fp8") ? { tokenBudget: 16_384 } : {}),
        ...(isShort && attention.tensor < 8 ? { waits: { batchWait: { steps: 20, share: "90 %" } } } : {}),
      };
    case "trtllm deepseek-v3": {
      if (gpu === "h200") return { tokenBudget: users + prompt + 64, maxSequences: Math.max(users, 1) };
      if (format === "nvfp4") return { tokenBudget: 2200, maxSequences: 1024 };
      const waits =
        attention.data > 1
          ? { dataGroups: { prompts: "aligned", timeoutSteps: 60, waitSteps: 0 } }
          : isShort && users >= 64
            ? { batchWait: { steps: 40, share: "80 %" } }
            : {};
      return { tokenBudget: Math.max(8192, users + prompt + 64), waits };
    }
    case "trtllm gpt-oss-120b":
      return { tokenBudget: 20_000, ...(attention.data > 1 ? { waits: { dataGroups: { prompts: "aligned", timeoutSteps: 50 } } } : {}) };
    case "vllm minimax-m2":
      if (gpu === "b200") return { tokenBudget: 2 * prompt, capturedTokens: 2048 };
      return gpu === "h200" ? { tokenBudget: 32_768, maxSequences: 512 } : {};
    case "vllm kimi-k2":
      return { maxSequences: users, capturedTokens: format === "nvfp4" ? 2 * users : Math.min(512, 2 * users) };
    case "vllm gpt-oss-120b":
      return { maxSequences: gpu === "b200" ? 512 : users, capturedTokens: 2048 };
    case "vllm llama-3.1-70b":
      return gpu === "b200" ? { capturedTokens: 0 } : {};
    default:
      return {};
  }
}

type Flags = Readonly<Record<string, number | boolean>>;

/**
 * Flags of the workers of pools, of the recipes of srt-slurm for DeepSeek-R1 (`recipes/h200/8k1k/bs64-2p3d.yaml`, `recipes/trtllm/b200-fp8/1k1k/stp`), which stand for those of other lengths and GPUs;
 * those of NVIDIA's runs are not published.
 */
export function poolFlags({ engine, isDrawn }: ServingRun): { readonly prefill?: Flags; readonly decode?: Flags } {
  if (!isDrawn || engine === "vllm") return {};
  if (engine === "trtllm") return { prefill: { max_batch_size: 16, max_num_tokens: 16_384 } };
  const both = { "mem-fraction-static": 0.82, "disable-radix-cache": true };
  return {
    prefill: { ...both, "chunked-prefill-size": 32_768, "max-running-requests": 16 },
    decode: { ...both, "max-running-requests": 128 },
  };
}

import * as z from "zod";
import type { Spread } from "../run/measured-run.ts";
import { hasKeys, tool } from "./tool.ts";

// utils/process_result.py: seconds, throughput a GPU, and the layout.

/**
 * Share of a stated length from which lengths are drawn evenly: RANDOM_RANGE_RATIO of its workflows, and sample_uniform of its
 * benchmark_serving.py.
 */
const SHORTEST = 0.8;

const amount = z.number().nonnegative().nullish();
const schema = z.looseObject({
  hw: z.string(),
  conc: z.int().positive(),
  image: z.string().nullish(),
  model: z.string().nullish(),
  framework: z.string(),
  isl: z.int().positive(),
  osl: z.int().positive(),
  disagg: z.boolean().nullish(),
  tp: z.int().positive(),
  pp: z.int().positive().nullish(),
  tput_per_gpu: amount,
  output_tput_per_gpu: amount,
  ...Object.fromEntries(
    ["ttft", "tpot", "itl", "e2el"].flatMap((of) => ["mean", "median", "p90", "p95", "p99"].map((each) => [`${each}_${of}`, amount])),
  ),
});

const ENGINES = { vllm: "vllm", sglang: "sglang", trt: "trtllm" } as const;

export const inferenceX = tool({
  name: "InferenceX",
  owns: (tree) => hasKeys(tree, "hw", "conc", "framework", "tput_per_gpu"),
  schema,
  runs(tree) {
    const { conc, tp, pp, model, hw, framework, image, tput_per_gpu: total, output_tput_per_gpu: output } = tree;
    const [, engine] = Object.entries(ENGINES).find(([name]) => framework.includes(name)) ?? [];
    const gpus = tree.disagg === true ? null : tp * (pp ?? 1); // pools have degrees of their own
    const drawn = (longest: number): Spread => {
      const at = (share: number) => longest * (SHORTEST + (1 - SHORTEST) * share);
      return { mean: at(0.5), p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
    };
    const seconds = (of: string): Spread | null => {
      const at = (each: string) => {
        const value = tree[`${each}_${of}`];
        return typeof value === "number" ? value : null;
      };
      return at("mean") === null && at("median") === null
        ? null
        : { mean: at("mean"), p50: at("median"), p90: at("p90"), p95: at("p95"), p99: at("p99") };
    };
    return [
      {
        toolVersion: null,
        engine: engine === undefined ? null : { name: engine, version: /:v?(\d+(?:\.\d+)+)/.exec(image ?? "")?.[1] ?? null },
        gpu: hw,
        gpus,
        model: model ?? null,
        warmUpRequests: null,
        load: { kind: "closed", concurrency: conc },
        requests: null,
        durationSeconds: null,
        promptTokens: drawn(tree.isl),
        outputTokens: drawn(tree.osl),
        ttftSeconds: seconds("ttft"),
        tpotSeconds: seconds("tpot"),
        itlSeconds: seconds("itl"),
        e2eSeconds: seconds("e2el"),
        throughput: {
          requestsPerSecond: null,
          outputTokensPerSecond: output == null || gpus === null ? null : output * gpus,
          totalTokensPerSecond: total == null || gpus === null ? null : total * gpus,
        },
        each: null,
      },
    ];
  },
});

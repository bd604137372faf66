import type { ServingRun } from "./serving-run.ts";

/** The preset of a checkpoint, by its name without its owner. */
const MODELS: readonly (readonly [name: RegExp, preset: string])[] = [
  [/^Llama-3\.1-70B/, "llama-3.1-70b"],
  [/^Llama-3\.1-8B/, "llama-3.1-8b"],
  [/^Qwen3-32B/, "qwen3-32b"],
  [/^Qwen3-30B-A3B/, "qwen3-30b-a3b"],
  [/^Qwen3-235B-A22B/, "qwen3-235b-a22b"],
  [/^gpt-oss-120b$/, "gpt-oss-120b"],
  [/^MiniMax-M2(\.5)?$/, "minimax-m2"],
  [/^DeepSeek-(V3|V3\.1|R1)(-|$)/, "deepseek-v3"],
  [/^Kimi-K2/, "kimi-k2"],
];

/** The preset of a checkpoint; undefined when there is none. */
export function modelNamed(model: string): string | undefined {
  const name = model.slice(model.indexOf("/") + 1);
  return MODELS.find(([pattern]) => pattern.test(name))?.[1];
}

export function modelOf({ model }: ServingRun): string | undefined {
  return modelNamed(model);
}

/** Whether its model has experts; a row of a dense one states its ranks as those of experts, or none. */
export function hasExperts(run: ServingRun): boolean {
  return !/^(llama-3|qwen3-32b)/.test(modelOf(run) ?? "");
}

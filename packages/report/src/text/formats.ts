import type { PlanFacts } from "../schema/plan-schema.ts";

const PLACES = {
  weights: "weights",
  experts: "experts",
  attention: "attention",
  attentionOutput: "attention's output",
  dense: "dense layers",
  shared: "shared experts",
  head: "head",
  activations: "activations",
  collectives: "collectives",
  dispatch: "dispatch",
  combine: "combine",
  kvCache: "KV cache",
} as const;

/** `fp8 weights, experts`, then `bf16 activations, collectives, …` and `multiplied in fp8, bf16`; nothing where all places have one format. */
export function formatPhrases({ precision }: PlanFacts): string[] {
  const places = new Map<string, string[]>();
  for (const [place, word] of Object.entries(PLACES)) {
    const format = precision[place as keyof typeof PLACES];
    if (format !== null && format !== undefined) places.set(format, [...(places.get(format) ?? []), word]);
  }
  if (places.size === 1) return [];
  return [...[...places].map(([format, words]) => `${format} ${words.join(", ")}`), `multiplied in ${precision.products.join(", ")}`];
}

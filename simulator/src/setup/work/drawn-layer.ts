import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";

// Seconds of one core, from whole processes on a 2-core machine (bench/README.md#estimates).
const PER_DRAWN_LAYER = 3e-6;
const PER_COPY = 6e-9;
/** Tokens per expert above which copies are drawn by counts, whose cost does not grow with them (`ExpertChoice`). */
const TOKENS_PER_EXPERT = 10;
const PER_CELL = 2e-9;
const PER_RANK = 2e-7;

/** Seconds of one core to draw the experts of a layer for `tokens` of a pass, all data groups together. */
export function drawnLayerSeconds({ model }: Scenario, { sources, ranksPerStage }: Plan, tokens: number): number {
  const { count: experts = 0, topK = 0 } = model.experts ?? {};
  const copies = topK * Math.min(tokens, TOKENS_PER_EXPERT * experts * sources);
  return PER_DRAWN_LAYER + PER_CELL * Math.min(sources, tokens) * experts + PER_RANK * ranksPerStage + PER_COPY * copies;
}

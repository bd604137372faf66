import { layerKinds, popularitiesOf } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { ln } from "@tokenyard/random";
import type { Scenario } from "@tokenyard/scenario";
import { drawnLayerSeconds } from "./drawn-layer.ts";

// Of the law of uneven experts (docs/models/routing.md#uneven-experts-by-a-law); bench/README.md#estimates has what it comes to.
/** Seconds to compile its draws, and its check. */
const LAW_SECONDS = 0.3;
/** Passes of a phase that are unlike, at the least. */
const FEWEST_PASSES = 2;
/** Ratio of the most to the fewest tokens of passes with prompts. */
const RANGE_OF_PROMPTS = 10;
const FEW_TOKENS = 8;
const ALIKE_GRID = 1.05;
const UNLIKE_GRID = 1.2;
/** Draws of layers that are alike for a node, and for exchanges beside it. */
const ALIKE_DRAWS = 20;
const ALIKE_EXCHANGES = 10;
/** Draws for each of unlike layers, and for exchanges beside them. */
const UNLIKE_DRAWS = 1.25;
const UNLIKE_EXCHANGES = 2;

/** Passes of one phase with about as many tokens each, all data groups together. */
export interface PhasePasses {
  readonly phase: "prefill" | "decode";
  readonly passes: number;
  readonly tokens: number;
}

/**
 * Seconds of one core to make the law's tables: the mean number of draws that each node needs, and two nodes for each pass up to the
 * existing ones.
 */
export function tableSeconds(scenario: Scenario, plan: Plan, phases: readonly PhasePasses[]): number {
  const { model, routing, workload } = scenario;
  const isAlike = popularitiesOf(model, routing.gate) === 1;
  const layers = layerKinds(model).filter((kind) => kind === "moe").length;
  const [draws, ofExchange] = isAlike ? [ALIKE_DRAWS, ALIKE_EXCHANGES] : [UNLIKE_DRAWS * layers, UNLIKE_EXCHANGES * layers];
  const isSpread = workload.kind !== "batch" && workload.kind !== "closed" && plan.dataGroups > 1; // arrivals fill data groups unevenly
  const perNode = draws + (isSpread ? ofExchange : 0);
  let seconds = LAW_SECONDS;
  for (const { phase, passes, tokens } of phases) {
    const nodes = Math.min(2 * Math.max(FEWEST_PASSES, passes), nodesOf(phase, Math.max(1, tokens), isAlike ? ALIKE_GRID : UNLIKE_GRID));
    seconds += nodes * perNode * drawnLayerSeconds(scenario, plan, tokens);
  }
  return seconds;
}

function nodesOf(phase: PhasePasses["phase"], tokens: number, factor: number): number {
  if (phase === "prefill") return ln(RANGE_OF_PROMPTS) / ln(factor);
  return Math.min(FEW_TOKENS, tokens) + ln(Math.max(1, tokens / FEW_TOKENS)) / ln(factor);
}

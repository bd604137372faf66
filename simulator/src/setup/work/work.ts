import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { isDealtOut, type Scenario } from "@tokenyard/scenario";
import type { Requests } from "@tokenyard/serving";
import type { LoadWork } from "./load-work.ts";
import { short, type WorkItem } from "./work-item.ts";

export const OPS_PER_LAYER = 9; // the most that a program has for one
const STEPS_PER_SEQUENCE = 30; // of a batch: it is drawn, dealt out and reported
const STEPS_PER_REQUEST = 120; // of its arrival, its way through the queue and its end
const CELLS_PER_STEP = 7; // cells of a sequentially read table that count as a step
const PAIRS_PER_CELL = 64; // of sources, most of which exchange nothing in a layer

/** The numbers that work and memory grow with. */
export interface Sizes {
  readonly layers: number;
  readonly moeLayers: number;
  readonly experts: number;
  readonly topK: number;
  readonly microBatches: number;
  /** Trips of all micro-batches together, at most. */
  readonly passes: number;
  /** Parts that a pass runs in, at most: two where it may be split. */
  readonly parts: number;
  readonly sequences: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export function sizesOf(scenario: Scenario, plan: Plan, requests: Requests): Sizes {
  const { model, serving } = scenario;
  const { scheduler, overlap } = serving;
  const dealt = isDealtOut(scheduler);
  const atOnce = dealt ? Math.min(scheduler.microBatches * plan.replicas, requests.count) : plan.stages * plan.replicas;
  return {
    layers: model.layers,
    moeLayers: layerKinds(model).filter((kind) => kind === "moe").length,
    experts: model.experts?.count ?? 0,
    topK: model.experts?.topK ?? 0,
    microBatches: atOnce,
    passes: dealt ? sumOfLargest(requests.outputTokens, atOnce) : 0, // else not known yet
    parts: overlap.kind === "two-batch" ? 2 : 1,
    sequences: requests.count,
    promptTokens: sumOf(requests.promptTokens),
    outputTokens: sumOf(requests.outputTokens),
  };
}

/** Sum of passes: a micro-batch takes as many as its longest request has output tokens, and no two share a request. */
function sumOfLargest(outputTokens: Int32Array, count: number): number {
  return count === outputTokens.length ? sumOf(outputTokens) : sumOf(outputTokens.toSorted().subarray(outputTokens.length - count));
}

/** Work of a batch that is dealt out, rather more than less. */
export function stepItems(plan: Plan, sizes: Sizes): WorkItem[] {
  const { layers, moeLayers, experts, topK, parts, promptTokens, outputTokens } = sizes;
  const { ranksPerStage, stages, interleave, sources, sourceRanks } = plan;
  const output = ["workload", "outputTokens"];
  const passes = sizes.passes * parts;
  const prefills = sizes.microBatches * parts;
  const ops = layers * OPS_PER_LAYER + stages * interleave;
  const counts = sources * experts;
  // few tokens are drawn one by one, many by counts
  const draws =
    topK * (Math.min(2 * prefills * counts, promptTokens) + Math.min(2 * Math.max(0, passes - prefills) * counts, outputTokens));
  const cells = 3 * counts + (sourceRanks * sources * sources) / PAIRS_PER_CELL;
  return [
    {
      amount: passes * ops * ranksPerStage,
      of: `${short(passes)} passes × ${short(ops)} ops × ${short(ranksPerStage)} ranks`,
      path: output,
      less: "fewer output tokens, micro-batches, layers or ranks of a stage",
    },
    {
      amount: moeLayers * (draws + (passes * cells) / CELLS_PER_STEP),
      of: `routing ${short(passes)} passes × ${short(moeLayers)} layers over ${short(sources)} ${sourceWord(plan)} × ${short(experts)} experts`,
      path: output,
      less: "fewer output tokens, micro-batches, layers, experts or data groups",
    },
    {
      amount: sizes.sequences * STEPS_PER_SEQUENCE,
      of: `${short(sizes.sequences)} sequences`,
      path: ["workload", "sequences"],
      less: "fewer sequences",
    },
  ];
}

/** Least work of a load, item by item. */
export function loadItems(plan: Plan, sizes: Sizes, load: LoadWork): WorkItem[] {
  const { ranksPerStage, sources } = plan;
  const { moeLayers, experts } = sizes;
  const { requests, passes, draws, path } = load;
  const ops = opsOfPass(plan, sizes, draws);
  const less = "fewer or shorter requests";
  return [
    {
      amount: passes * ops,
      of: isAlike(plan, sizes, draws)
        ? `${short(passes)} passes`
        : `${short(passes)} passes × ${short(ops / ranksPerStage)} ops × ${short(ranksPerStage)} ranks`,
      path,
      less: `${less}, or fewer layers or ranks of a stage`,
    },
    {
      amount: passes * routingOfPass(plan, sizes, draws),
      of: `routing ${short(passes)} passes × ${short(moeLayers)} layers over ${short(sources)} ${sourceWord(plan)} × ${short(experts)} experts`,
      path,
      less: `${less}, or fewer layers, experts or data groups`,
    },
    { amount: requests * STEPS_PER_REQUEST, of: `${short(requests)} requests`, path, less: "fewer requests" },
  ];
}

/** Steps of a pass under load, through all of its stages. */
export function stepsOfPass(plan: Plan, sizes: Sizes, draws: boolean): number {
  return opsOfPass(plan, sizes, draws) + routingOfPass(plan, sizes, draws);
}

/** Whether a pass is timed from one layer: through one stage whose layers cost alike. */
function isAlike({ stages }: Plan, { moeLayers }: Sizes, draws: boolean): boolean {
  return stages === 1 && (moeLayers === 0 || !draws);
}

function opsOfPass(plan: Plan, sizes: Sizes, draws: boolean): number {
  const { stages, ranksPerStage } = plan;
  return isAlike(plan, sizes, draws) ? OPS_PER_LAYER + 1 : (sizes.layers * OPS_PER_LAYER + stages) * ranksPerStage;
}

function routingOfPass(plan: Plan, sizes: Sizes, draws: boolean): number {
  const { sources, sourceRanks } = plan;
  if (isAlike(plan, sizes, draws)) return 0;
  return (sizes.moeLayers * (3 * sources * sizes.experts + (sourceRanks * sources * sources) / PAIRS_PER_CELL)) / CELLS_PER_STEP;
}

/** Word for the sources of tokens. */
function sourceWord({ sources, dataGroups }: Plan): string {
  return sources === dataGroups ? "data groups" : "ranks";
}

export function sumOf(values: Int32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

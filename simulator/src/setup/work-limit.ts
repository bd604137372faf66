import { layerKinds, popularitiesOf } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { type Problem, Problems, type Scenario } from "@tokenyard/scenario";
import type { Requests } from "@tokenyard/serving";
import { MOST_KEPT } from "../logs/routing-log.ts";
import type { LoadWork } from "./load-work.ts";

/** Steps that a run may take at most: about a day of one core. A step is an op on a rank, or a drawn number: about 100 ns. */
export const MOST_STEPS = 1e12;
const GIB = 1024 * 1024 * 1024;
/**
 * Bytes of columns that a run may hold at most. Most are filled before it starts, when nothing can be heard: eight take about 100 ns, so that
 * is half a minute of one core.
 */
export const MOST_BYTES = 2 * GIB;
/** Tokens × layers × topK that are counted at most: the counts stay whole numbers. */
const MOST_COPIES = Number.MAX_SAFE_INTEGER;

const OPS_PER_LAYER = 9; // the most that a program has for one
const STEPS_PER_REQUEST = 50; // of its arrival, its way through the queue and its end
const CELLS_PER_STEP = 20; // of a table that is walked through

/** One thing that a run spends on, with what would lessen it. */
interface Item {
  readonly amount: number;
  readonly of: string;
  readonly path: readonly string[];
  readonly less: string;
}

/** The numbers that work and memory grow with. */
interface Sizes {
  readonly layers: number;
  readonly moeLayers: number;
  readonly experts: number;
  readonly topK: number;
  readonly microBatches: number;
  /** Trips of all micro-batches together, at most. */
  readonly passes: number;
  /** Parts that a pass runs in, at most: two where it may be split. */
  readonly parts: number;
  /** Prompt and output tokens of all requests. */
  readonly tokens: number;
}

/**
 * Throws Problems for a scenario that no machine should be asked to run: more steps, memory or copies than the limits above,
 * by an estimate that lies over the truth; of a `load`, of which nobody knows how full its passes will be, by one that lies under it. The
 * message names what weighs most and what would lessen it.
 */
export function checkWork(scenario: Scenario, plan: Plan, requests: Requests, load?: LoadWork): void {
  const sizes = sizesOf(scenario, plan, requests);
  const copies = sizes.tokens * Math.max(1, sizes.moeLayers * sizes.topK);
  const problems = [
    ...tooMuch(load === undefined ? stepItems(plan, sizes) : loadItems(plan, sizes, load), MOST_STEPS, steps),
    ...tooMuch(byteItems(scenario, plan, sizes, requests), MOST_BYTES, bytes),
    ...(copies > MOST_COPIES ? [tooManyCopies(copies)] : []),
  ];
  if (problems.length > 0) throw new Problems(problems);
}

/** About how many steps a run takes, rather more than fewer. */
export function stepsOf(scenario: Scenario, plan: Plan, requests: Requests): number {
  return totalOf(stepItems(plan, sizesOf(scenario, plan, requests)));
}

function sizesOf(scenario: Scenario, plan: Plan, requests: Requests): Sizes {
  const { model, serving } = scenario;
  const { scheduler, overlap } = serving;
  const dealt = scheduler.kind === "static";
  const atOnce = dealt ? Math.min(scheduler.microBatches * plan.replicas, requests.count) : plan.stages * plan.replicas;
  return {
    layers: model.layers,
    moeLayers: layerKinds(model).filter((kind) => kind === "moe").length,
    experts: model.experts?.count ?? 0,
    topK: model.experts?.topK ?? 0,
    microBatches: atOnce,
    passes: dealt ? sumOfLargest(requests.outputTokens, atOnce) : 0, // else nobody knows yet
    parts: overlap.kind === "two-batch" ? 2 : 1,
    tokens: sum(requests.promptTokens) + sum(requests.outputTokens),
  };
}

/** A micro-batch takes as many passes as its longest request has output tokens, and no two share a request. */
function sumOfLargest(outputTokens: Int32Array, count: number): number {
  return count === outputTokens.length ? sum(outputTokens) : sum(outputTokens.toSorted().subarray(outputTokens.length - count));
}

function stepItems(plan: Plan, { layers, moeLayers, experts, topK, passes: whole, parts, tokens }: Sizes): Item[] {
  const { ranksPerStage, stages, interleave, dataGroups, attentionTensor } = plan;
  const output = ["workload", "outputTokens"];
  const passes = whole * parts;
  const ops = layers * OPS_PER_LAYER + stages * interleave;
  const counts = dataGroups * experts;
  const draws = Math.min(2 * passes * counts, tokens) * topK; // few tokens are drawn one by one
  const cells = 3 * counts + attentionTensor * dataGroups * dataGroups;
  return [
    {
      amount: passes * ops * ranksPerStage,
      of: `${short(passes)} passes × ${short(ops)} ops × ${short(ranksPerStage)} ranks`,
      path: output,
      less: "fewer output tokens, micro-batches, layers or ranks of a stage",
    },
    {
      amount: moeLayers * (draws + (passes * cells) / CELLS_PER_STEP),
      of: `routing ${short(passes)} passes × ${short(moeLayers)} layers over ${short(dataGroups)} data groups × ${short(experts)} experts`,
      path: output,
      less: "fewer output tokens, micro-batches, layers, experts or data groups",
    },
  ];
}

/** What a load takes at the least. */
function loadItems(plan: Plan, { layers, moeLayers, experts }: Sizes, load: LoadWork): Item[] {
  const { ranksPerStage, stages, dataGroups, attentionTensor } = plan;
  const { requests, passes, draws, path } = load;
  // a pass through one stage whose layers cost alike is timed from one of them
  const isAlike = stages === 1 && (moeLayers === 0 || !draws);
  const ops = (isAlike ? 1 : layers) * OPS_PER_LAYER + stages;
  const cells = 3 * dataGroups * experts + attentionTensor * dataGroups * dataGroups;
  const less = "fewer or shorter requests";
  return [
    {
      amount: passes * ops * (isAlike ? 1 : ranksPerStage),
      of: isAlike ? `${short(passes)} passes` : `${short(passes)} passes × ${short(ops)} ops × ${short(ranksPerStage)} ranks`,
      path,
      less: `${less}, or fewer layers or ranks of a stage`,
    },
    {
      amount: isAlike ? 0 : (moeLayers * passes * cells) / CELLS_PER_STEP,
      of: `routing ${short(passes)} passes × ${short(moeLayers)} layers over ${short(dataGroups)} data groups × ${short(experts)} experts`,
      path,
      less: `${less}, or fewer layers, experts or data groups`,
    },
    { amount: requests * STEPS_PER_REQUEST, of: `${short(requests)} requests`, path, less: "fewer requests" },
  ];
}

function byteItems(scenario: Scenario, plan: Plan, sizes: Sizes, requests: Requests): Item[] {
  const { layers, moeLayers, experts, topK, microBatches, passes, parts } = sizes;
  const { ranks, ranksPerStage, dataGroups, replicas, stages } = plan;
  return [
    {
      amount: ranks * 1000 + replicas * stages * 4000,
      of: `${short(ranks)} ranks in ${short(replicas * stages)} stages`,
      path: ["parallelism"],
      less: "fewer replicas, stages or ranks",
    },
    {
      amount: replicas * (layers * OPS_PER_LAYER + stages) * ranksPerStage * 36 * (parts + 1),
      of: `the times of ${short(layers)} layers on ${short(ranksPerStage)} ranks × ${short(replicas)} replicas`,
      path: ["parallelism"],
      less: "fewer layers, replicas or ranks of a stage",
    },
    {
      amount: (microBatches * (2 * parts - 1) + 1) * (1000 + 8 * (dataGroups * (experts + 16) + ranksPerStage + 2 * experts)),
      of: `${short(microBatches)} micro-batches over ${short(dataGroups)} data groups × ${short(experts)} experts`,
      path: ["serving", "scheduler", "microBatches"],
      less: "fewer micro-batches, data groups or experts",
    },
    {
      amount: popularitiesOf(scenario.model, scenario.routing.gate) * experts * (topK + 4) * 8 + moeLayers * experts * 64,
      of: `the popularity of ${short(experts)} experts in ${short(layers)} layers, ${short(topK)} a token`,
      path: ["model", "experts", "count"],
      less: "fewer layers or experts, or a smaller topK",
    },
    {
      amount: Math.min(passes * parts * moeLayers, MOST_KEPT) * 96,
      of: `the loads of ${short(passes)} passes × ${short(moeLayers)} layers`,
      path: ["workload", "outputTokens"],
      less: "fewer output tokens, micro-batches or layers",
    },
    { amount: requests.count * 150, of: `${short(requests.count)} requests`, path: ["workload", "sequences"], less: "fewer sequences" },
  ];
}

/** A problem at what weighs most, when `items` together exceed `most`. */
function tooMuch(items: readonly Item[], most: number, text: (amount: number) => string): Problem[] {
  const total = totalOf(items);
  if (total <= most) return [];
  const { of, path, less } = items.reduce((heaviest, item) => (item.amount > heaviest.amount ? item : heaviest));
  return [{ path, given: `about ${text(total)}, mostly for ${of},`, wanted: `at most ${text(most)}: ${less}` }];
}

function totalOf(items: readonly Item[]): number {
  return items.reduce((total, item) => total + item.amount, 0);
}

function tooManyCopies(copies: number): Problem {
  const wanted = `at most ${short(MOST_COPIES)}, so that counts stay whole numbers: fewer or shorter sequences`;
  return { path: ["workload", "sequences"], given: `about ${short(copies)} copies of tokens`, wanted };
}

function steps(amount: number): string {
  return `${short(amount)} steps`;
}

function bytes(amount: number): string {
  return `${short(amount / GIB)} GiB`;
}

/** `512`, `65536`, `32.5`, `1.5e13`: counts are told exactly as long as they are short, the rest in three figures or two. */
function short(amount: number): string {
  if (amount >= 1e6) return amount.toExponential(1).replace(".0e", "e").replace("e+", "e");
  return String(Number.isInteger(amount) ? amount : Number(amount.toPrecision(3)));
}

function sum(values: Int32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

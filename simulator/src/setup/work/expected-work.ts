import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { exp, pow } from "@tokenyard/random";
import type { DrawnCount, Scenario } from "@tokenyard/scenario";
import type { Requests } from "@tokenyard/serving";
import type { Role } from "../pool-scenario.ts";
import { type Arriving, classesOf, type LoadWork, meanOfPairs } from "./load-work.ts";
import { sizesOf, sumOf } from "./work.ts";

/** Seconds of one core that a process needs once, until V8 has compiled what a run does. */
export const START_SECONDS = 0.25;

// Seconds of one core, from whole processes on a 2-core machine (bench/README.md#estimates): each load of the bench within a factor of three.
const PER_RANK_AND_LAYER = 4e-6;
const PER_REQUEST = 8e-6;
const PER_REQUEST_AND_GROUP = 2e-6;
const PER_PASS_AND_STAGE = 1e-6;
const PER_DRAWN_LAYER = 3e-6;
const PER_COPY = 6e-9;
/** More tokens than these for each expert are drawn by counts, which take no longer for more of them (`ExpertChoice`). */
const TOKENS_PER_EXPERT = 10;
const PER_CELL = 2e-9;
const PER_RANK_OF_DRAWN_LAYER = 2e-7;
/** Of the law of uneven experts: to compile its draws, and as many passes as its tables draw. From a plan of 8 and one of 512 GPUs. */
const LAW_SECONDS = 0.6;
const PASSES_OF_TABLES = 250;
/** Tables go from few tokens to full passes, by equal ratios. */
const SHARE_OF_TABLES = 1 / 4;
const PER_OP_ON_RANK = 2e-8;
const OPS_PER_LAYER = 9;
/** Kernels of a layer, and the share of their launches that graphs do not hide, for the time of a pass at the least. */
const KERNELS_PER_LAYER = 10;
const LAUNCH_SHARE = 0.45;
const ROUNDS = 6;

/** What the estimate knows of a pool. */
export interface ExpectedPool {
  readonly role: Role;
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** Bytes of weights on the fullest rank. */
  readonly weights: number;
  readonly requests: Requests;
  /** Undefined of a batch that is dealt out. */
  readonly load: LoadWork | undefined;
  /** Whether each pass draws its experts. */
  readonly draws: boolean;
  /** Whether some draw them for the tables of the law, and the others do not. */
  readonly byLaw: boolean;
}

/**
 * Seconds of one core that a run of `pool` is expected to take, with `START_SECONDS` within a factor of three either way: for default numbers of seeds, and for people. Unlike what
 * refuses runs it is no bound. By the scenario alone, never by a clock.
 */
export function expectedSeconds(pool: ExpectedPool): number {
  const { scenario, plan, weights, requests, load, draws, byLaw } = pool;
  const { model, serving } = scenario;
  const { stages, ranksPerStage, sources, dataGroups, replicas } = plan;
  const kinds = layerKinds(model);
  const moeLayers = kinds.filter((kind) => kind === "moe").length;
  const parts = serving.overlap.kind === "two-batch" ? 2 : 1;
  const isDealt = load === undefined;
  const passes = parts * (isDealt ? sizesOf(scenario, plan, requests).passes : passesOf(scenario, plan, weights, load));
  const count = isDealt ? requests.count : load.requests;
  const start = PER_RANK_AND_LAYER * stages * ranksPerStage * replicas * (model.layers / stages);
  const served = count * (PER_REQUEST + PER_REQUEST_AND_GROUP * dataGroups);
  const { count: experts = 0, topK = 0 } = model.experts ?? {};
  const tokens = tokensOf(pool) / Math.max(1, passes);
  const copies = topK * Math.min(tokens, TOKENS_PER_EXPERT * experts * sources);
  const bare = PER_DRAWN_LAYER + PER_CELL * Math.min(sources, tokens) * experts + PER_RANK_OF_DRAWN_LAYER * ranksPerStage;
  const drawn = (copies: number) => moeLayers * (bare + PER_COPY * copies);
  if (draws && moeLayers > 0) return start + served + passes * (drawn(copies) + PER_PASS_AND_STAGE * stages);
  const tables = byLaw ? LAW_SECONDS + PASSES_OF_TABLES * drawn(copies * SHARE_OF_TABLES) : 0;
  const dealt = isDealt ? model.layers * OPS_PER_LAYER * ranksPerStage * PER_OP_ON_RANK : 0;
  return start + served + tables + passes * (dealt + (stages > 1 ? PER_PASS_AND_STAGE * stages : 0));
}

/** Tokens that the passes of a pool compute, by the means of their lengths: of a trace, whose lengths are not known here, one for each request. */
function tokensOf({ scenario: { workload }, role, requests, load }: ExpectedPool): number {
  if (workload.kind === "steady-decode") return workload.sequences * workload.measure;
  if (load === undefined) return sumOf(requests.promptTokens) + sumOf(requests.outputTokens);
  const prompts = role === "decode" ? 0 : meanOver(workload, "promptTokens");
  const outputs = role === "prefill" ? 0 : meanOver(workload, "outputTokens");
  return load.requests * (prompts + outputs);
}

/** The mean of a length over the classes of a workload. */
function meanOver(workload: Arriving, length: "promptTokens" | "outputTokens"): number {
  const classes = classesOf(workload);
  const shares = classes.reduce((sum, { share }) => sum + share, 0);
  return classes.reduce((sum, { share, lengths }) => {
    const { pairs, [length]: drawn } = lengths;
    const mean = pairs !== undefined ? meanOfPairs(pairs, length) : drawn === undefined ? 1 : meanOf(drawn);
    return sum + (share / shares) * mean;
  }, 0);
}

/**
 * Passes of a load. At a low rate each step serves the few requests that are there, so there are as many as fit into the time until the last one comes; at
 * a high one as few as full passes need.
 */
function passesOf({ workload, model, cluster }: Scenario, { replicas }: Plan, weights: number, load: LoadWork): number {
  if (workload.kind === "steady-decode") return load.passes;
  const output = Math.max(1, meanOver(workload, "outputTokens"));
  const most = load.requests * output;
  const rate = "rate" in workload && typeof workload.rate === "number" ? workload.rate : undefined;
  if (rate === undefined) return Math.max(load.passes, Math.min(most, load.passes * 2));
  const { gpu } = cluster;
  const routed = model.experts === undefined ? 0 : 0.9 * weights;
  const least = model.layers * KERNELS_PER_LAYER * gpu.launch * LAUNCH_SHARE;
  let seconds = least + weights / (gpu.bandwidth * gpu.bandwidthEfficiency);
  for (let round = 0; round < ROUNDS && model.experts !== undefined; round++) {
    const atOnce = Math.max(1, rate * output * seconds) / replicas;
    const read = 1 - pow(1 - model.experts.topK / model.experts.count, atOnce);
    seconds = least + (weights - routed * (1 - read)) / (gpu.bandwidth * gpu.bandwidthEfficiency);
  }
  const inTime = (replicas * (load.requests / rate)) / seconds;
  return Math.max(load.passes, Math.min(most, inTime));
}

/** The mean of a drawn count, roughly: bounds and whole numbers are left out. */
function meanOf(drawn: DrawnCount): number {
  switch (drawn.kind) {
    case "fixed":
      return drawn.value;
    case "uniform":
      return (drawn.from + drawn.to) / 2;
    case "exponential":
    case "lognormal":
      return Math.min(drawn.mean, drawn.to ?? drawn.mean);
    case "zipf":
      return drawn.from * (drawn.exponent > 2 ? (drawn.exponent - 1) / (drawn.exponent - 2) : exp(1));
    case "empirical": {
      const { values, weights = values.map(() => 1) } = drawn;
      const all = weights.reduce((sum, each) => sum + each, 0);
      return values.reduce((sum, value, i) => sum + (value * weights[i]!) / all, 0);
    }
  }
}

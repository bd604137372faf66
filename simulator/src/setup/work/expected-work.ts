import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { pow } from "@tokenyard/random";
import { isDealtOut, type Scenario } from "@tokenyard/scenario";
import type { Requests } from "@tokenyard/serving";
import type { Role } from "../../inputs/setup.ts";
import { drawnLayerSeconds } from "./drawn-layer.ts";
import type { LoadWork } from "./load-work.ts";
import { meanOver } from "./mean-lengths.ts";
import { type PhasePasses, tableSeconds } from "./table-work.ts";
import { sizesOf, sumOf } from "./work.ts";

/** Seconds of one core that a process needs once, until V8 has compiled a run's code. */
export const START_SECONDS = 0.25;

// Seconds of one core, from whole processes on a 2-core machine (bench/README.md#estimates): each load of the bench within a factor of three.
const PER_RANK_AND_LAYER = 4e-6;
const PER_REQUEST = 8e-6;
const PER_REQUEST_AND_GROUP = 2e-6;
const PER_PASS_AND_STAGE = 1e-6;
const PER_OP_ON_RANK = 2e-8;
const OPS_PER_LAYER = 9;
/** Kernels of a layer, and the share of their launches that graphs do not hide, for the time of a pass at the least. */
const KERNELS_PER_LAYER = 10;
const LAUNCH_SHARE = 0.45;
const ROUNDS = 6;

/** Inputs of the estimate for one pool. */
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
  /** Whether experts follow the law, so that passes draw them only for its tables. */
  readonly byLaw: boolean;
}

/**
 * Expected seconds of one core for a run of `pool`, with `START_SECONDS` within a factor of three either way: for default numbers of seeds,
 * and for people. Unlike the limit that refuses runs it is no bound. Depends on the scenario alone, never on a clock.
 */
export function expectedSeconds(pool: ExpectedPool): number {
  const { scenario, plan, weights, requests, load, draws, byLaw } = pool;
  const { model, serving } = scenario;
  const { stages, ranksPerStage, dataGroups, replicas } = plan;
  const moeLayers = layerKinds(model).filter((kind) => kind === "moe").length;
  const parts = serving.overlap.kind === "two-batch" ? 2 : 1;
  const isDealt = load === undefined;
  const passes = parts * (isDealt ? sizesOf(scenario, plan, requests).passes : passesOf(scenario, plan, weights, load));
  const count = isDealt ? requests.count : load.requests;
  const start = PER_RANK_AND_LAYER * stages * ranksPerStage * replicas * (model.layers / stages);
  const served = count * (PER_REQUEST + PER_REQUEST_AND_GROUP * dataGroups);
  if (draws && moeLayers > 0) {
    const { prompts, outputs } = tokensOf(pool);
    const drawn = moeLayers * drawnLayerSeconds(scenario, plan, (prompts + outputs) / Math.max(1, passes));
    return start + served + passes * (drawn + PER_PASS_AND_STAGE * stages);
  }
  const tables = byLaw ? tableSeconds(scenario, plan, phasesOf(pool)) : 0;
  const dealt = isDealt ? model.layers * OPS_PER_LAYER * ranksPerStage * PER_OP_ON_RANK : 0;
  return start + served + tables + passes * (dealt + (stages > 1 ? PER_PASS_AND_STAGE * stages : 0));
}

/** Tokens that the passes of a pool compute, by the means of their lengths: of a trace, whose lengths are not known here, one for each request. */
function tokensOf({ scenario: { workload }, role, requests, load }: ExpectedPool): { readonly prompts: number; readonly outputs: number } {
  if (workload.kind === "steady-decode") return { prompts: 0, outputs: workload.sequences * workload.measure };
  if (load === undefined) return { prompts: sumOf(requests.promptTokens), outputs: sumOf(requests.outputTokens) };
  return {
    prompts: role === "decode" ? 0 : load.requests * meanOver(workload, "promptTokens"),
    outputs: role === "prefill" ? 0 : load.requests * meanOver(workload, "outputTokens"),
  };
}

/** The passes with prompts and those that decode, as full as those are that fill up. */
function phasesOf(pool: ExpectedPool): PhasePasses[] {
  const { scenario, plan, weights, requests, load } = pool;
  const { prompts, outputs } = tokensOf(pool);
  const count = Math.max(1, load?.requests ?? requests.count);
  const phases: PhasePasses[] = [];
  const add = (phase: PhasePasses["phase"], all: number, most: number) => {
    const tokens = Math.min(all, Math.max(1, most));
    if (all > 0) phases.push({ phase, passes: all / tokens, tokens });
  };
  const { scheduler } = scenario.serving;
  if (load === undefined || isDealtOut(scheduler)) {
    const batches = Math.max(1, sizesOf(scenario, plan, requests).microBatches);
    add("prefill", prompts, prompts / batches);
    add("decode", outputs, count / batches);
    return phases;
  }
  const { arriving, served } = atOnce(scenario, plan, weights, load);
  add("prefill", prompts, Math.min(scheduler.tokenBudget * plan.dataGroups, (arriving * prompts) / count));
  add("decode", outputs, Math.min(scheduler.maxSequences * plan.dataGroups, served));
  return phases;
}

/** Requests of a replica whose prompts are computed in one pass, and that decode at once, if there is room for them. */
function atOnce(
  { workload, model, cluster }: Scenario,
  { replicas }: Plan,
  weights: number,
  load: LoadWork,
): { arriving: number; served: number } {
  const rate = rateOf(workload);
  const most = workload.kind === "closed" ? workload.concurrency : load.requests;
  if (rate === undefined) return { arriving: most / replicas, served: most / replicas };
  const output = Math.max(1, workload.kind === "steady-decode" ? 1 : meanOver(workload, "outputTokens"));
  const seconds = passSeconds(model, cluster.gpu, weights, (rate * output) / replicas);
  const within = (requests: number) => Math.max(1, Math.min(most, requests) / replicas);
  return { arriving: within(rate * seconds), served: within(rate * output * seconds) };
}

/**
 * Passes of a load. At a low rate each step serves the few requests that are there, so there are as many as fit into the time until the last one comes; at
 * a high one as few as full passes need.
 */
function passesOf({ workload, model, cluster }: Scenario, { replicas }: Plan, weights: number, load: LoadWork): number {
  if (workload.kind === "steady-decode") return load.passes;
  const output = Math.max(1, meanOver(workload, "outputTokens"));
  const most = load.requests * output;
  const rate = rateOf(workload);
  if (rate === undefined) return Math.max(load.passes, Math.min(most, load.passes * 2));
  const seconds = passSeconds(model, cluster.gpu, weights, (rate * output) / replicas);
  return Math.max(load.passes, Math.min(most, (replicas * (load.requests / rate)) / seconds));
}

function rateOf(workload: Scenario["workload"]): number | undefined {
  return "rate" in workload && typeof workload.rate === "number" ? workload.rate : undefined;
}

/**
 * Seconds of a step that serves what is there when `tokensPerSecond` reach a replica; it reads the weights of the experts that these need.
 */
function passSeconds(
  { layers, experts }: Scenario["model"],
  gpu: Scenario["cluster"]["gpu"],
  weights: number,
  tokensPerSecond: number,
): number {
  const bandwidth = gpu.bandwidth * gpu.bandwidthEfficiency;
  const least = layers * KERNELS_PER_LAYER * gpu.launch * LAUNCH_SHARE;
  const routed = experts === undefined ? 0 : 0.9 * weights;
  let seconds = least + weights / bandwidth;
  for (let round = 0; round < ROUNDS && experts !== undefined; round++) {
    const read = 1 - pow(1 - experts.topK / experts.count, Math.max(1, tokensPerSecond * seconds));
    seconds = least + (weights - routed * (1 - read)) / bandwidth;
  }
  return seconds;
}

import { standIns, unmeasured } from "@tokenyard/cluster";
import {
  apart,
  type FeedForward,
  type GroupedLinearShape,
  type KernelShape,
  type LinearShape,
  layerKernels,
  parametersOf,
  type TokenRouter,
} from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Warning } from "@tokenyard/report";
import { foreignNetworkOf, formatQuantity, fusionOf, grouped, numericTargetsOf, type Scenario, targetsOf } from "@tokenyard/scenario";
import type { Load } from "@tokenyard/serving";
import { outsideFits } from "./facts/outside-fits.ts";
import { threeFigures } from "./work/three-figures.ts";

const DECLARED_TOLERANCE = 0.05;

/** Warnings that follow from the plan and the load, without a run. */
export function setupWarnings(scenario: Scenario, plan: Plan, load: Load, router: TokenRouter | undefined): Warning[] {
  return [
    ...declaredParameters(scenario),
    ...routedNowhere(scenario),
    ...assumedEfficiency(scenario),
    ...foreignNetwork(scenario),
    ...borrowedKernels(scenario, plan),
    ...unmeasuredKernels(scenario, plan),
    ...outsideFits(scenario, plan, load),
    ...smallDecodeMicroBatches(scenario, load, router),
    ...emptyDataGroups(plan, load),
    ...unfilledPipeline(plan, load),
    ...ranksWithoutLayers(plan),
    ...unevenSlots(scenario, plan),
    ...numericTargets(scenario),
  ];
}

function numericTargets(scenario: Scenario): Warning[] {
  const names = numericTargetsOf(scenario).map(([name]) => `targets.${name}`);
  if (names.length === 0) return [];
  return [{ code: "numerics-not-judged", message: `${names.join(", ")}: not judged by a run, but by tokenyard verify` }];
}

function declaredParameters(scenario: Scenario): Warning[] {
  const declared = scenario.model.declaredParameters;
  if (declared === undefined) return [];
  const { total } = parametersOf(scenario.model);
  const factor = declared / total;
  if (Math.abs(factor - 1) <= DECLARED_TOLERANCE) return [];
  const message = `the plan declares ${grouped(declared)} parameters, but its sizes give ${grouped(total)}: ${factor.toFixed(2)} times as many are declared`;
  return [{ code: "declared-parameters", message }];
}

/** Warning about routing keys of a model without experts. */
function routedNowhere({ model, routing }: Scenario): Warning[] {
  if (model.experts !== undefined) return [];
  const usual = {
    gate: routing.gate.kind === "uniform",
    minCapacity: routing.minCapacity === 1,
    overflow: routing.overflow.kind === "drop",
  };
  const keys = Object.entries({ ...routing, ...usual }).flatMap(([key, value]) =>
    value === undefined || (key in usual && value === true) ? [] : [`routing.${key}`],
  );
  if (keys.length === 0) return [];
  const changed = keys.length === 1 ? `${keys[0]} changes` : `${keys.slice(0, -1).join(", ")} and ${keys.at(-1)} change`;
  return [{ code: "no-experts", message: `${changed} nothing: the model has no experts` }];
}

/** Warning about durations that depend on assumed efficiencies: a datasheet has the peak, not what kernels reach of it. */
function assumedEfficiency({ assumed, cluster: { gpu, kernels } }: Scenario): Warning[] {
  if (kernels.kind === "fitted" || (kernels.kind === "table" && gpu.fits !== undefined)) return [];
  const unstated = (["computeEfficiency", "bandwidthEfficiency"] as const).filter((key) => assumed.includes(`cluster.gpu.${key}`));
  if (unstated.length === 0) return [];
  const values = unstated.map((key) => `${key} ${threeFigures(gpu[key] * 100)} %`).join(" and ");
  return [{ code: "assumed-efficiency", message: `the efficiency of the GPU was not measured: ${values} assumed` }];
}

/** Measured collectives of another GPU's network: they may be slower, or faster, than this GPU's. */
function foreignNetwork({ cluster }: Scenario): Warning[] {
  const found = foreignNetworkOf(cluster);
  if (found === undefined) return [];
  const tier = ({ bandwidth, latency }: { bandwidth: number; latency: number }) =>
    `${formatQuantity(bandwidth, "B/s")} and ${formatQuantity(latency, "s")}`;
  const message =
    `${found.gpu} is on the network of other GPUs, ${found.network}: ${tier(found.node)} between GPUs of a node where its own, ${found.own}, has ` +
    `${tier(found.ownNode)}; times of communication are not those of ${found.gpu}`;
  return [{ code: "foreign-network", message }];
}

/** Fitted kernels that were not measured on this GPU, or in this precision. */
function borrowedKernels({ assumed, cluster, model }: Scenario, plan: Plan): Warning[] {
  if (cluster.kernels.kind === "roofline" || cluster.gpu.fits === undefined) return [];
  const { mixers, experts, dense } = layerKernels(model, plan, cluster.gpu);
  const ofMixers = mixers.flatMap(({ output, prefill, decode }) => [
    output,
    ...[prefill.core, ...prefill.beside.map(({ shape }) => shape), decode.core, ...decode.beside.map(({ shape }) => shape)].filter(
      ({ heads }) => heads > 0,
    ),
    ...prefill.scans,
    ...decode.scans,
  ]);
  const shapes = [...ofMixers, experts?.up, dense?.up].filter((shape) => shape !== undefined);
  const others = [...new Set((cluster.gpu.fits ?? []).map(({ on }) => on))].join(" and ");
  const phrases = [
    ...(assumed.includes("cluster.gpu.fits") ? [`all kernels on ${others}, scaled by this GPU's datasheet`] : []),
    ...standIns(cluster, shapes),
  ];
  if (phrases.length === 0) return [];
  return [{ code: "borrowed-kernels", message: `some kernel times are based on measurements of others: ${phrases.join("; ")}` }];
}

/** Warning of kernels that tables lack because engines fuse them. */
function unmeasuredKernels({ cluster, model, serving }: Scenario, plan: Plan): Warning[] {
  if (cluster.kernels.kind !== "table") return [];
  const { attention, gate, shared, dense, experts, head } = layerKernels(model, plan, cluster.gpu);
  const slots = plan.expertPlacement?.mostSlots ?? 0;
  const isFused = fusionOf(serving).feedForward;
  const both = (of: FeedForward<LinearShape> | undefined, matrices = 0) =>
    of === undefined ? [] : [...(isFused ? [of.up] : apart(of.up, matrices)), of.down];
  const routed = ({ up, down }: FeedForward<GroupedLinearShape>): KernelShape[] =>
    isFused
      ? [{ kind: "experts", up: { ...up, experts: slots }, down: { ...down, experts: slots }, groupRows: 0 }]
      : [...apart(up, model.experts!.matrices), down];
  const { projections, prefill, decode, output } = attention;
  const cores = [...prefill.expansions, prefill.core, ...decode.before, decode.core, ...decode.after];
  const plain = [gate, ...both(shared, model.experts?.matrices), ...both(dense, model.dense?.matrices), head].filter(
    (shape) => shape !== undefined,
  );
  const phrases = unmeasured(cluster, [...projections, ...cores, output, ...plain, ...(experts === undefined ? [] : routed(experts))]);
  if (phrases.length === 0) return [];
  return [{ code: "unmeasured-kernels", message: `the tables have no times for ${phrases.join("; ")}` }];
}

/** Under uniform routing the load variance of T tokens is about √((E − k)/(kT)): docs/models/capacity.md#load-variance. */
function smallDecodeMicroBatches(scenario: Scenario, load: Load, router: TokenRouter | undefined): Warning[] {
  const { experts } = scenario.model;
  const target = targetsOf(scenario).find((t) => t.metric.name === "loadVariance");
  if (experts === undefined || target === undefined || load.decodeTokens === 0 || router?.draws === false) return [];
  const { count, topK } = experts;
  const expected = Math.sqrt((count - topK) / (topK * load.decodeTokens));
  if (expected <= target.value) return [];
  const needed = (count - topK) / (topK * target.value * target.value);
  const remedy = Number.isFinite(needed) ? `which needs ${grouped(Math.ceil(needed))} tokens` : "which no number of tokens reaches";
  const message =
    `a decode micro-batch has ${threeFigures(load.decodeTokens)} tokens for ${count} experts: even a uniform gate gives a load variance of about ` +
    `${threeFigures(expected * 100)} %, over the target of ${threeFigures(target.value * 100)} %, ${remedy}`;
  return [{ code: "small-decode-micro-batches", message }];
}

function emptyDataGroups(plan: Plan, load: Load): Warning[] {
  if (load.emptyDataGroups === 0) return [];
  const all = plan.dataGroups * plan.replicas;
  const ranks = load.emptyDataGroups * plan.attentionTensor;
  const message = `${load.emptyDataGroups} of ${all} data groups have no sequence: ${ranks} ranks of each stage have no attention to compute`;
  return [{ code: "empty-data-groups", message }];
}

function unfilledPipeline(plan: Plan, load: Load): Warning[] {
  const empty = plan.stages - load.microBatches;
  if (empty <= 0) return [];
  const message = `${load.microBatches} micro-batches cannot fill ${plan.stages} stages: at least ${empty} places are empty at any time`;
  return [{ code: "unfilled-pipeline", message }];
}

function ranksWithoutLayers(plan: Plan): Warning[] {
  const empty = plan.layersOfStage.filter((layers) => layers.length === 0).length;
  if (empty === 0) return [];
  const ranks = empty * plan.ranksPerStage * plan.replicas;
  return [{ code: "ranks-without-layers", message: `${ranks} ranks hold no layer: there are ${plan.stages} stages for fewer layers` }];
}

/** Warning about uneven slots that no map requests: ranks that have one slot of an expert more than others. */
function unevenSlots({ model, routing, spares }: Scenario, plan: Plan): Warning[] {
  const { placement } = routing;
  if (model.experts === undefined || placement === undefined || placement.kind === "map") return [];
  if (spares !== undefined && spares.kind !== "ranks") return []; // they fill up those that have fewer
  const slots = model.experts.count + ("spareSlots" in placement ? placement.spareSlots : 0);
  const fuller = slots % plan.expert;
  if (fuller === 0) return [];
  const most = Math.ceil(slots / plan.expert);
  const message =
    `${grouped(slots)} slots of experts on ${grouped(plan.expert)} ranks: ${grouped(fuller)} ${fuller === 1 ? "has" : "have"} ${most}, the others ` +
    `${most - 1}, so under an even load these wait for ${fuller === 1 ? "that one" : "those"}`;
  return [{ code: "uneven-slots", message }];
}

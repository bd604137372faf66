import { gpuByValues, modelsByValues } from "@tokenyard/scenario";
import type { PlanFacts } from "../schema/plan-schema.ts";
import type { LoadKind, ModelKind } from "./residual.ts";

/** Properties by which a run is matched with measured ones. */
export interface Likeness {
  readonly engine: "vllm" | "trtllm" | "trtllm 1.0" | "sglang";
  readonly kind: ModelKind;
  readonly load: LoadKind;
  /** Engine, model and GPU for each model preset with these sizes; empty where model or GPU is no preset. */
  readonly combinations: readonly string[];
  /** Whether no kernel was measured on this GPU. */
  readonly borrows: boolean;
}

/** Part of a report that decides which measured runs it is like. */
export interface Compared {
  readonly resolved: Tree;
  readonly plan: Pick<PlanFacts, "ranksPerLayer" | "pipelineStages">;
}

type Tree = Readonly<Record<string, unknown>>;

/** Properties by which a run is matched with measured ones, or the reasons why no measured run is like it, as noun phrases. */
export function likenessOf({ resolved, plan }: Compared): Likeness | readonly string[] {
  const name = textAt(resolved, "engine", "name");
  const reasons = reasonsOf(resolved, plan);
  const load = loadOf(textAt(resolved, "workload", "kind"));
  if (reasons.length > 0 || load === undefined || !(name === "vllm" || name === "trtllm" || name === "sglang")) return reasons;
  const { cluster, model } = resolved as { readonly cluster: { readonly gpu: Tree }; readonly model: Tree };
  const gpu = gpuByValues(cluster.gpu);
  const isOld = name === "trtllm" && /^1\.0(\D|$)/.test(textAt(resolved, "engine", "version") ?? "");
  return {
    engine: isOld ? "trtllm 1.0" : name,
    kind: kindOf(model),
    load,
    combinations: gpu === undefined ? [] : modelsByValues(model).map((preset) => `${name} ${preset} ${gpu}`),
    borrows: gpu === undefined || !lendersOf(cluster.gpu).includes(gpu),
  };
}

/** Mechanisms that no measured run had, each by whether a resolved scenario has it. */
const UNMEASURED: readonly (readonly [words: string, has: (scenario: Tree, plan: Compared["plan"]) => boolean])[] = [
  ["roofline kernels", (scenario) => !isMeasured(scenario)],
  ["times without an engine's host", (scenario) => isMeasured(scenario) && !hasHostTime(scenario)],
  ["steps that are launched kernel by kernel", isUncaptured],
  ["a batch that is dealt out at once", (scenario) => loadOf(textAt(scenario, "workload", "kind")) === undefined],
  ["faults", (scenario) => isThere(scenario, "faults")],
  ["retries", (scenario) => isThere(scenario, "retries")],
  ["checkpoints of the cache", (scenario) => isThere(scenario, "checkpoints")],
  ["pools for prefill and decode", (scenario) => isThere(scenario, "pools")],
  ["speculative decoding", (scenario) => isThere(scenario, "serving", "speculation")],
  ["a cache on the host", (scenario) => isThere(scenario, "serving", "kv", "hostTier")],
  ["two-batch overlap", (scenario) => !["none", undefined].includes(textAt(scenario, "serving", "overlap", "kind"))],
  ["experts that move", (scenario) => isThere(scenario, "rebalance")],
  ["experts outside the GPU", (scenario) => isThere(scenario, "expertCache")],
  ["a capacity of experts", (scenario) => isThere(scenario, "routing", "capacityFactor")],
  ["context parallelism", (scenario) => Number(valueAt(scenario, "parallelism", "context") ?? 1) > 1],
  ["pipeline stages", (_, { pipelineStages }) => pipelineStages > 1],
  ["layers over several nodes", (scenario, { ranksPerLayer }) => ranksPerLayer > numberAt(scenario, "cluster", "gpusPerNode")],
  ["layers with states or sparse attention", (scenario) => hasOtherMixers(scenario)],
];

function reasonsOf(scenario: Tree, plan: Compared["plan"]): readonly string[] {
  return UNMEASURED.filter(([, has]) => has(scenario, plan)).map(([words]) => words);
}

function isMeasured(scenario: Tree): boolean {
  return ["fitted", "table"].includes(textAt(scenario, "cluster", "kernels", "kind") ?? "");
}

/** Whether the host time is the one that was fitted together with the residuals' runs. */
function hasHostTime(scenario: Tree): boolean {
  const set = valueAt(scenario, "engine", "set");
  return isTree(set) && ("serving.stepOverhead.layer" in set || "serving.stepOverhead.step" in set);
}

/** Whether flags of the engine leave its steps without graphs, which all measured servers captured. */
function isUncaptured(scenario: Tree): boolean {
  const by = textAt(scenario, "engine", "set", "cluster.kernels.launchShare");
  return (
    /enforce-eager|cudagraph_mode|compilation-config.mode|optimization-level|disable-cuda-graph|cuda-graph-backend-decode/.test(by ?? "") ||
    valueAt(scenario, "engine", "flags", "cuda_graph_config") === "null"
  );
}

/** Kind of load among measured ones; undefined if none was like it. */
export function loadOf(kind: string | undefined): LoadKind | undefined {
  if (kind === "closed" || kind === "sessions" || kind === "steady-decode") return "closed";
  return kind === "open" || kind === "trace" ? "open" : undefined;
}

function kindOf(model: Tree): ModelKind {
  const kinds = isTree(model["layerKinds"]) ? Object.values(model["layerKinds"]) : [];
  const parts = [model, ...kinds.filter(isTree)];
  if (parts.some((part) => textAt(part, "attention", "kind") === "latent" || textAt(part, "mixer", "kind") === "latent")) return "latent";
  return parts.some((part) => isThere(part, "experts") || isThere(part, "feedForward", "experts")) ? "experts" : "dense";
}

/** Measured models have attention over the whole context or a window of it, none over tokens that an indexer chooses. */
function hasOtherMixers(scenario: Tree): boolean {
  const kinds = valueAt(scenario, "model", "layerKinds");
  const mixers = isTree(kinds) ? Object.values(kinds).map((kind) => valueAt(kind, "mixer")) : [];
  return [valueAt(scenario, "model", "attention"), ...mixers].some(
    (mixer) => isThere(mixer, "indexer") || !["grouped-query", "latent", undefined].includes(textAt(mixer, "kind")),
  );
}

function lendersOf(gpu: Tree): readonly unknown[] {
  const fits = gpu["fits"];
  return Array.isArray(fits) ? fits.map((fit: Tree) => fit["on"]) : [];
}

function isThere(tree: unknown, ...path: readonly string[]): boolean {
  const value = valueAt(tree, ...path);
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && !(isTree(value) && textAt(value, "kind") === "none");
}

function textAt(tree: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(tree, ...path);
  return typeof value === "string" ? value : undefined;
}

function numberAt(tree: unknown, ...path: readonly string[]): number {
  const value = valueAt(tree, ...path);
  return typeof value === "number" ? value : Number.POSITIVE_INFINITY;
}

function valueAt(tree: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isTree(at) ? at[key] : undefined), tree);
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}

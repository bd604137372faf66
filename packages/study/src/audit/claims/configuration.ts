import { type ClaimSpec, type DeploymentSpec, fusionOf, Problems, type Scenario } from "@tokenyard/scenario";
import { type Impossible, isImpossible } from "../../points/point.ts";
import { planValues } from "./plan-values.ts";

/** Something that a plan's configuration says and that no number decides. */
export interface Statement {
  readonly id: string;
  readonly text: string;
  readonly section: string;
  readonly verdict: "holds" | "depends" | "fails" | "undecided";
  readonly because: string;
  /** Policies that the plan does not state and that were searched, and those with which it holds. */
  readonly policies?: SearchedPolicies;
  /** Whether a run decides the claim, with the assumptions unchanged. */
  readonly isRun?: boolean;
}

/** Names of policies, as a user would write them. */
export interface SearchedPolicies {
  readonly tried: readonly string[];
  readonly holds: readonly string[];
}

const NO_PLAN = "No such plan can be made.";

/** Claims of the plan's own configuration about the compiled plan. */
export function configuredClaims(deployment: DeploymentSpec | undefined): ClaimSpec[] {
  const { gpu_groups: groups = {}, performance_config: performance = {} } = deployment ?? {};
  const count = (key: keyof typeof groups, metric: string, text: string) => {
    const claimed = groups[key];
    return claimed === undefined ? [] : [exact("gpu_groups", key, `${claimed} ${text}`, claimed, metric)];
  };
  const { expert_capacity_factor: factor } = performance;
  return [
    ...count("tensor_parallel_groups", "plan.tensorGroups", "groups of ranks share an expert"),
    ...count("pipeline_stages", "plan.pipelineStages", "pipeline stages"),
    ...count("expert_parallel_groups", "plan.expertGroups", "groups of ranks share the experts of a layer"),
    ...(factor === undefined
      ? []
      : [exact("performance_config", "expert_capacity_factor", `capacity factor ${factor}`, factor, "routing.capacityFactor")]),
  ];
}

function exact(section: string, key: string, text: string, claimed: number, metric: string): ClaimSpec {
  return { id: `deployment.${key}`, text, section: `deployment: ${section}`, claimed, comparison: "=", metric };
}

/** Prefix of the reason for claims that hold because nothing could break them. */
export const EMPTY = "Empty: ";
/** Reason for chunks: they recompute what they need of earlier ones, and keep nothing for a backward pass either. */
const NOTHING_BACKWARD =
  "nothing is computed backward when a model is served, so no activations are kept from layer to layer that checkpoints could replace.";

const FUSED = {
  all: "Gate, up, activation and down of a feed-forward are one kernel, and norms are part of the kernels beside them.",
  some: "Some kernels are fused and some are kernels of their own, as `serving.fusion` says.",
  none: "Matrices, activations and norms are kernels of their own, as `serving.fusion` says.",
};

function fusedIn({ serving }: Scenario): keyof typeof FUSED {
  const { feedForward, norms } = fusionOf(serving);
  return feedForward && norms ? "all" : feedForward || norms ? "some" : "none";
}

/** Statements of the plan's own configuration in words, for `scenario`. */
export function configuredStatements(deployment: DeploymentSpec | undefined, scenario: Scenario | Impossible): Statement[] {
  const { memory_config: memory = {}, performance_config: performance = {} } = deployment ?? {};
  const said = (path: string, word: string | undefined, verdict: Statement["verdict"], because: string): Statement[] => {
    const [section, key = ""] = path.split(".");
    if (word === undefined) return [];
    return [{ id: `deployment.${key}`, text: `${key.replaceAll("_", " ")} ${word}`, section: `deployment: ${section}`, verdict, because }];
  };
  const { batching_strategy: batching } = performance;
  const kind = isImpossible(scenario) ? undefined : scenario.serving.scheduler.kind;
  const fused = isImpossible(scenario) ? undefined : fusedIn(scenario);
  const values = planValues(scenario);
  const shards = values instanceof Problems ? 0 : values("plan.stages")! * values("plan.ranksPerStage")!;
  const isSharded = shards === 0 ? undefined : shards > 1;
  return [
    ...said(
      "memory_config.model_sharding",
      memory.model_sharding,
      isSharded === undefined ? "undecided" : isSharded === (memory.model_sharding === "enabled") ? "holds" : "fails",
      isSharded === undefined ? NO_PLAN : `One copy of the model lies on ${shards} GPU${isSharded ? "s" : ""}.`,
    ),
    ...said(
      "memory_config.activation_checkpointing",
      memory.activation_checkpointing,
      kind === undefined ? "undecided" : memory.activation_checkpointing === "enabled" ? "fails" : "holds",
      kind === undefined
        ? NO_PLAN
        : memory.activation_checkpointing === "enabled"
          ? `N${NOTHING_BACKWARD.slice(1)}`
          : `${EMPTY}${NOTHING_BACKWARD}`,
    ),
    ...said(
      "memory_config.kv_cache_dynamic",
      memory.kv_cache_dynamic,
      kind === undefined ? "undecided" : (kind !== "static") === (memory.kv_cache_dynamic === "enabled") ? "holds" : "fails",
      kind === undefined
        ? NO_PLAN
        : kind === "static"
          ? "A static batch reserves each sequence's cache from start to end, the most that it can take."
          : "A cache grows block by block with its sequence.",
    ),
    ...said(
      "performance_config.batching_strategy",
      batching,
      kind === undefined ? "undecided" : batching === kind ? "holds" : "fails",
      kind === undefined ? NO_PLAN : `The scheduler is ${kind}.`,
    ),
    ...said(
      "performance_config.kernel_optimization",
      performance.kernel_optimization,
      fused === undefined ? "undecided" : (fused === "all") === (performance.kernel_optimization === "enabled") ? "holds" : "fails",
      fused === undefined ? NO_PLAN : FUSED[fused],
    ),
  ];
}

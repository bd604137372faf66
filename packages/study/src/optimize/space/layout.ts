import { modelLayers } from "@tokenyard/model";
import { compilePlan, type Plan } from "@tokenyard/placement";
import { ENGINES, type Engine, layoutRefusal, type Problem, Problems, type Scenario } from "@tokenyard/scenario";
import { isDealt } from "./batch-scenario.ts";
import { attentionData, type Choice, choiceOf, scenarioWith } from "./choice.ts";
import type { Only } from "./decided.ts";
import { counts, divisorsOf, fewest, withOwn } from "./ladder.ts";

/** Layers over stages. */
export interface Depth extends Pick<Choice, "layers" | "pipeline"> {
  readonly stages: number;
}

/** Degrees of one stage. */
export type Degrees = Pick<Choice, "expert" | "tensor" | "attentionTensor">;

/** Ways to lay out the layers, one for each number of stages; the scenario's own first. Throws Problems when there are none. */
export function depthsOf(scenario: Scenario, only: Only): Depth[] {
  const { model, parallelism } = scenario;
  const layouts = (only["parallelism.layers"] ?? [parallelism.layers, "shared-ranks", "own-ranks"]) as Choice["layers"][];
  const pipelines = counts(only["parallelism.pipeline"]) ?? withOwn(fewest(model.layers), parallelism.pipeline, model.layers);
  const depths = new Map<number, Depth>();
  for (const layers of layouts) {
    const isOwn = layers === "own-ranks";
    const fitting = isOwn ? pipelines.filter((pipeline) => pipeline <= model.layers) : pipelines;
    const grouped = fitting.includes(parallelism.pipeline) ? parallelism.pipeline : fitting[0]; // it only groups the count
    for (const pipeline of isOwn && grouped !== undefined ? [grouped] : fitting) {
      const stages = isOwn ? model.layers : pipeline;
      if (!depths.has(stages)) depths.set(stages, { layers, pipeline, stages });
    }
  }
  if (depths.size === 0) compilePlan({ ...scenario, parallelism: { ...parallelism, layers: "own-ranks", pipeline: pipelines[0]! } }); // says why
  return [...depths.values()];
}

/** The legal degrees of a stage with at most `maxGpus` ranks, under load those that its engine can be launched with. */
export function degreesOf(scenario: Scenario, only: Only, maxGpus: number): Degrees[] {
  const { model } = scenario;
  const experts = counts(only["parallelism.expert"]) ?? expertDegrees(scenario);
  const tensors = counts(only["parallelism.tensor"]) ?? tensorDegrees(model);
  const legal: Degrees[] = [];
  let problems: readonly Problem[] = [];
  for (const expert of experts) {
    for (const tensor of tensors) {
      if (expert * tensor > maxGpus) continue;
      const attention =
        counts(only["parallelism.attention.tensor"]) ?? tensorDegrees(model).filter((a) => a % tensor === 0 || tensor % a === 0);
      for (const attentionTensor of attention.length > 0 ? attention : [tensor]) {
        if ((expert * tensor) % attentionTensor !== 0) continue;
        const degrees = { expert, tensor, attentionTensor };
        if (only["parallelism.attention.data"]?.includes(attentionData(degrees)) === false) continue;
        const found = problemsOf(scenario, degrees);
        if (found.length === 0) legal.push(degrees);
        else problems = found;
      }
    }
  }
  const wanted = "degrees that divide the model's sizes, within the GPUs";
  if (legal.length === 0) throw new Problems(problems.length > 0 ? problems : [{ path: ["parallelism"], wanted }]);
  return legal;
}

/**
 * Expert degrees with equal numbers of experts on each rank; with spare slots also those with equal numbers of slots; and the scenario's
 * own, if it places experts.
 */
function expertDegrees({ model, parallelism, routing: { placement } }: Scenario): number[] {
  const count = model.experts?.count ?? 1;
  if (model.experts === undefined || placement === undefined) return divisorsOf(count);
  const spare = placement.kind === "redundant" ? placement.spareSlots : 0;
  return [...new Set([...divisorsOf(count), ...divisorsOf(count + spare), parallelism.expert])].sort((a, b) => a - b);
}

function problemsOf(scenario: Scenario, degrees: Degrees): readonly Problem[] {
  const refused = isDealt(scenario) ? undefined : engineRefusal(scenario, degrees);
  if (refused !== undefined) return [{ path: ["parallelism"], ...refused }];
  const microBatches = isDealt(scenario) ? 1 : null;
  const choice: Choice = { layers: "shared-ranks", pipeline: 1, data: 1, microBatches, overlap: "none", ...degrees };
  const plan = planOrProblems(scenarioWith(scenario, choice));
  return "problems" in plan ? plan.problems : [];
}

/** The choice of a scenario whose plan is legal. */
export function ownChoice(scenario: Scenario): Choice | undefined {
  const plan = planOrProblems(scenario);
  return "problems" in plan ? undefined : choiceOf(scenario, plan);
}

/** Why the engine of `scenario` cannot be launched with these degrees; undefined where it can, or there is none. */
function engineRefusal({ engine, model }: Scenario, degrees: Degrees): ReturnType<typeof layoutRefusal> {
  if (engine === undefined || !Object.hasOwn(ENGINES, engine.name)) return undefined;
  const { expert, tensor, attentionTensor } = degrees;
  const attention = { tensor: attentionTensor, data: attentionData(degrees) };
  return layoutRefusal(engine.name as Engine["name"], model, { attention, expert, tensor });
}

/** The plan of `scenario`, or the problems why it has none. */
export function planOrProblems(scenario: Scenario): Plan | Problems {
  try {
    return compilePlan(scenario);
  } catch (error) {
    if (error instanceof Problems) return error;
    throw error;
  }
}

/** Degrees that may divide the mixers of a model. */
function tensorDegrees(model: Scenario["model"]): number[] {
  const sizes = modelLayers(model).mixers.flatMap(({ splits }) =>
    splits.filter(({ replicated }) => replicated !== true).map(({ size }) => size),
  );
  return divisorsOf(sizes[0] ?? 1).filter((degree) => sizes.every((size) => size % degree === 0));
}

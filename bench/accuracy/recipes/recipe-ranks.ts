import { choicesOf, inProcessRunner, type Point, scenarioOf } from "@tokenyard/study";
import { layoutName } from "./layout-name.ts";
import type { Recipe } from "./recipe.ts";
import { recipeScenario } from "./recipe-scenario.ts";

/** A plan that was run under the load of a recipe. */
export interface RankedPlan {
  readonly layout: string;
  /** Output tokens a second and GPU. */
  readonly rate: number;
  /** Mean of TPOT, in seconds. */
  readonly tpot: number;
}

/** The plans among which a recipe is ranked: of one server, or where it has several of as many GPUs; with at most two stages. */
export function pointsOf(recipe: Recipe): (Point & { readonly layout: string })[] {
  const scenario = recipeScenario(recipe);
  const only = recipe.hasReplicas ? {} : { "parallelism.data": [1] };
  const choices = [...choicesOf(scenario, { maxGpus: recipe.mostGpus, only: { ...only, "parallelism.pipeline": [1, 2] } })].filter(
    ({ expert, tensor, pipeline, data }) => !recipe.hasReplicas || expert * tensor * pipeline * data === recipe.mostGpus,
  );
  return choices.map((choice, index) => ({ index, parameters: {}, scenario: scenarioOf(scenario, choice), layout: layoutName(choice) }));
}

/** All plans that come to a report, the best for the goal of `recipe` first. */
export async function ranked(recipe: Recipe): Promise<RankedPlan[]> {
  const points = pointsOf(recipe);
  const plans: RankedPlan[] = [];
  for await (const row of inProcessRunner().run(points, {})) {
    if (row.status !== "ok") continue;
    const { tokens, horizonSeconds, gpus, tpotSeconds } = row.report;
    plans.push({ layout: points[row.index]!.layout, rate: tokens.output / horizonSeconds / gpus, tpot: tpotSeconds?.mean ?? 0 });
  }
  const isFast = recipe.goal === "tpot.mean";
  return plans.sort((a, b) => (isFast ? a.tpot - b.tpot : b.rate - a.rate));
}

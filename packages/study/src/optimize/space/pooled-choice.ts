import { engineForDegrees, poolAlone, type Scenario } from "@tokenyard/scenario";
import type { Parameters } from "../../points/point.ts";
import { type Choice, choiceOf, parametersOf, scenarioWith } from "./choice.ts";
import { planOrProblems } from "./layout.ts";

/** Layout of the model in a pool, and its number of replicas. */
export interface PoolChoice extends Pick<Choice, "layers" | "pipeline" | "interleave" | "expert" | "tensor" | "attentionTensor"> {
  readonly count: number;
}

/** Choice of a search over pools, in the order of the scenario's pools. */
export interface PooledChoice {
  readonly pools: readonly PoolChoice[];
}

/** The choice that `scenario` makes itself; undefined where a pool has no legal plan. */
export function ownPooledChoice(scenario: Scenario): PooledChoice | undefined {
  const pools: PoolChoice[] = [];
  for (const at of scenario.pools!.keys()) {
    const own = poolAlone(scenario, at);
    const plan = planOrProblems(own);
    if ("problems" in plan) return undefined;
    const { data: count, microBatches: _, overlap: __, ...layout } = choiceOf(own, plan);
    pools.push({ ...layout, count });
  }
  return { pools };
}

/** `base` with another choice. */
export function pooledScenarioWith(base: Scenario, { pools }: PooledChoice): Scenario {
  const chosen = pools.map((choice, at) => {
    const { gpu: _, parallelism: __, ...rest } = base.pools![at]!;
    const { gpu } = base.pools![at]!;
    const { parallelism } = scenarioWith(poolAlone(base, at), wholeChoice(base, choice));
    return { ...rest, count: choice.count, ...(gpu === undefined ? {} : { gpu }), parallelism: { ...parallelism, data: 1 } };
  });
  return engineForDegrees({ ...base, pools: chosen });
}

/** The choice as a study names it: paths of the scenario with their values. */
export function pooledParameters({ pools }: PooledChoice): Parameters {
  return Object.fromEntries(
    pools.flatMap((choice, at) => {
      const {
        "parallelism.data": _,
        "serving.overlap": __,
        ...degrees
      } = parametersOf({ ...choice, data: 1, microBatches: null, overlap: "none" });
      return Object.entries({ count: choice.count, ...degrees }).map(([path, value]) => [`pools.${at}.${path}`, value]);
    }),
  );
}

/** One replica of a pool, under the overlap of the scenario. */
export function wholeChoice({ serving }: Scenario, { count: _, ...layout }: PoolChoice): Choice {
  return { ...layout, data: 1, microBatches: null, overlap: serving.overlap.kind };
}

import { poolAlone, type Scenario } from "@tokenyard/scenario";
import type { ParameterValue } from "../../points/point.ts";
import { searchable } from "./batch-scenario.ts";
import { DECIDED_OF_POOL, type Only } from "./decided.ts";
import { counts, steps, withOwn } from "./ladder.ts";
import { degreesOf, depthsOf } from "./layout.ts";
import { ownPooledChoice, type PoolChoice, type PooledChoice, pooledParameters } from "./pooled-choice.ts";
import { mostAtOnce, type SpaceOptions } from "./space.ts";

/** A plan of a pool, and the ranks of one of its replicas. */
interface PoolPlan {
  readonly layout: Omit<PoolChoice, "count">;
  readonly ranks: number;
}

/**
 * The plans of two pools to choose among, each once; first those of the scenario itself. For each pool all legal expert, tensor and
 * attention degrees, one pipeline stage and the scenario's own number, and replicas in growing steps; other values if requested. Throws
 * Problems when there are none.
 */
export function* pooledChoicesOf(scenario: Scenario, { maxGpus, only = {} }: SpaceOptions): Generator<PooledChoice> {
  const most = mostAtOnce(searchable(scenario));
  const own = ownPooledChoice(scenario);
  const ownKey = own && keyOf(own);
  const plans = scenario.pools!.map((_, at) => poolPlans(scenario, at, maxGpus, only));
  const countsOf = (at: number, ranks: number) =>
    counts(only[`pools.${at as 0 | 1}.count`]) ?? steps(Math.min(most, Math.floor(ranks)), own?.pools[at]?.count);
  if (own !== undefined && isWithin(own, only) && gpusOf(scenario, own) <= maxGpus) yield own;
  for (const first of plans[0]!) {
    for (const second of plans[1]!) {
      for (const firstCount of countsOf(0, (maxGpus - second.ranks) / first.ranks)) {
        const left = maxGpus - firstCount * first.ranks;
        for (const secondCount of countsOf(1, left / second.ranks)) {
          if (secondCount * second.ranks > left) continue;
          const choice = {
            pools: [
              { ...first.layout, count: firstCount },
              { ...second.layout, count: secondCount },
            ],
          };
          if (keyOf(choice) !== ownKey) yield choice;
        }
      }
    }
  }
}

/** GPUs of each pool under `choice`. */
export function poolGpus({ model }: Pick<Scenario, "model">, { pools }: PooledChoice): number[] {
  return pools.map(
    ({ layers, pipeline, expert, tensor, count }) => (layers === "own-ranks" ? model.layers : pipeline) * expert * tensor * count,
  );
}

function gpusOf(scenario: Scenario, choice: PooledChoice): number {
  return poolGpus(scenario, choice).reduce((sum, gpus) => sum + gpus, 0);
}

function poolPlans(scenario: Scenario, at: number, maxGpus: number, only: Only): PoolPlan[] {
  const own = poolAlone(scenario, at);
  const { layers, pipeline } = own.parallelism;
  const asked: Only = {
    "parallelism.layers": [layers],
    "parallelism.pipeline": withOwn([1], pipeline, own.model.layers),
    ...ofPool(only, at),
  };
  const slices = counts(asked["parallelism.interleave"]) ?? [own.parallelism.interleave];
  return degreesOf(own, asked, maxGpus).flatMap((degrees) =>
    depthsOf(own, asked).flatMap((depth) =>
      slices
        .filter((interleave) => interleave === undefined || interleave * depth.stages <= own.model.layers)
        .map((interleave) => ({
          layout: { layers: depth.layers, pipeline: depth.pipeline, ...(interleave === undefined ? {} : { interleave }), ...degrees },
          ranks: depth.stages * degrees.expert * degrees.tensor,
        })),
    ),
  );
}

/** Part of `only` for pool number `at`, under the paths of a scenario without pools. */
function ofPool(only: Only, at: number): Only {
  const entries = DECIDED_OF_POOL.flatMap((path): [string, readonly ParameterValue[]][] => {
    const values = only[`pools.${at as 0 | 1}.${path}`];
    return values === undefined ? [] : [[path, values]];
  });
  return Object.fromEntries(entries);
}

function isWithin(choice: PooledChoice, only: Only): boolean {
  const values = { ...slicesOf(choice), ...pooledParameters(choice) };
  return Object.entries(only).every(([path, asked]) => asked === undefined || asked.includes(values[path]!));
}

/** Pools have one slice of layers where none are said. */
function slicesOf({ pools }: PooledChoice): Record<string, ParameterValue> {
  return Object.fromEntries(pools.map(({ interleave = 1 }, at) => [`pools.${at}.parallelism.interleave`, interleave]));
}

function keyOf(choice: PooledChoice): string {
  return JSON.stringify(pooledParameters(choice));
}

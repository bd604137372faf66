import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { cachedScenario } from "./cached-scenario.contract.ts";
import { drafted } from "./drafted-scenario.contract.ts";

type Parallelism = Scenario["parallelism"];

/** `scenarios` whose ranks share the caches of sequences, as many as can or fewer; grouped-query attention has one KV head then. Windows stay whole. */
export const contextParallel = (scenarios: fc.Arbitrary<Scenario>): fc.Arbitrary<Scenario> =>
  fc
    .tuple(scenarios, fc.nat(1), fc.nat(3), fc.constantFrom("gathered" as const, "whole" as const))
    .map(([scenario, less, of, contextQueries]) => {
      const { model, pools, parallelism } = scenario;
      const { attention } = model;
      if (attention === undefined) return scenario;
      const sharing = (own: Parallelism): Parallelism => ({ ...own, context: Math.max(1, largestPower(own) >> less), contextQueries });
      const { window } = attention.kind === "latent" ? { window: undefined } : attention;
      const hasFull = window !== undefined && model.layers >= (window.fullEvery ?? Number.POSITIVE_INFINITY);
      const grouped = { ...attention, kvHeads: 1, ...(hasFull ? {} : { window: undefined }) };
      const shared = attention.kind === "latent" ? attention : grouped;
      return {
        ...scenario,
        model: { ...model, attention: shared },
        parallelism: of === 0 && pools !== undefined ? parallelism : sharing(parallelism), // pools of other degrees
        ...(pools === undefined
          ? {}
          : { pools: pools.map((pool) => (pool.parallelism === undefined ? pool : { ...pool, parallelism: sharing(pool.parallelism) })) }),
      } as Scenario;
    });

export const contextParallelScenario = contextParallel(loadedScenario);
export const contextParallelCachedScenario = contextParallel(cachedScenario);
export const contextParallelDrawnScenario = contextParallel(drawnScenario);
/** The drafts of an own model have eight KV heads, of which no two ranks here hold a copy. */
export const contextParallelDraftedScenario = contextParallel(drafted(loadedScenario));

/** The largest power of two that divides the ranks of a data group. */
function largestPower({ tensor, attention }: Parallelism): number {
  const ranks = attention?.tensor ?? tensor;
  return ranks & -ranks;
}

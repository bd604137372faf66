import { layerKinds } from "@tokenyard/model";
import type { CoverageFacts } from "@tokenyard/report";
import { type Covered, coverageOf } from "@tokenyard/resilience";
import type { PoolSetup } from "../../inputs/setup.ts";

/** Experts that single losses in any of `pools` would leave without a slot; empty for a model without experts. */
export function coverageFacts(pools: readonly Pick<PoolSetup, "scenario" | "plan">[]): { coverage?: CoverageFacts } {
  const all = pools.flatMap(({ scenario, plan }) => {
    const coverage = coverageOf(
      plan,
      layerKinds(scenario.model).map((kind) => kind === "moe"),
    );
    return coverage === undefined ? [] : [coverage];
  });
  if (all.length === 0) return {};
  return { coverage: { ranks: together(all.map(({ ranks }) => ranks)), nodes: together(all.map(({ nodes }) => nodes)) } };
}

/** Sum of the coverage of `pools`. */
export function together(pools: readonly Covered[]): Covered {
  const sum = (of: (pool: Covered) => number) => pools.reduce((total, pool) => total + of(pool), 0);
  return {
    all: sum(({ all }) => all),
    covered: sum(({ covered }) => covered),
    mostMissing: Math.max(...pools.map(({ mostMissing }) => mostMissing)),
  };
}

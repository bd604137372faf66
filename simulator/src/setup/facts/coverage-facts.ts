import { layerKinds } from "@tokenyard/model";
import type { CoverageFacts } from "@tokenyard/report";
import { coverageOf } from "@tokenyard/resilience";
import type { PoolSetup } from "../setup.ts";

/** Effects of single losses on experts; empty for a model that has none. */
export function coverageFacts({ scenario, plan }: Pick<PoolSetup, "scenario" | "plan">): { coverage?: CoverageFacts } {
  const coverage = coverageOf(
    plan,
    layerKinds(scenario.model).map((kind) => kind === "moe"),
  );
  return coverage === undefined ? {} : { coverage };
}

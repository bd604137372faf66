import type { Warning } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import type { SampledQuantities } from "../../counts/sampled-quantities.ts";
import type { ExpectedSeconds, Resolution, Setup } from "../../inputs/setup.ts";
import { type LimitedPool, lawLimits } from "../../law/law-limits.ts";
import type { RunOptions } from "../../options/run-options.ts";

/** Estimated seconds of a run above which it follows the law, if its scenario does not say how it draws. */
const MOST_EXACT_SECONDS = 2;

/** How a run draws experts whose scenario does not say; by the estimate alone, never by a clock. */
export function chosenResolution({ exact }: ExpectedSeconds): Resolution {
  return exact > MOST_EXACT_SECONDS ? "law" : "exact";
}

/** Whether a run on `pools` may go by the law: some of them draw, and nothing keeps those from it. */
export function mayGoByLaw(pools: readonly LimitedPool[]): boolean {
  const drawn = pools.filter(({ router }) => router?.draws === true);
  return drawn.length > 0 && drawn.every((pool) => lawLimits(pool).length === 0);
}

/** Resolution that the scenario states; an earlier name means the law. */
export function statedResolution({ routing: { resolution } }: Pick<Scenario, "routing">): Resolution | undefined {
  return resolution === "sampled" ? "law" : resolution;
}

/** The warning of a run that was to reuse passes. */
export const SAMPLED_IS_LAW: Warning = {
  code: "sampled-is-law",
  message: "routing.resolution is sampled, which reused passes and is no more: experts go by their law; state routing.resolution: law",
};

/** `scenario` with its resolution written out. */
export function resolvedTo(resolution: Resolution, scenario: Scenario): Scenario {
  return { ...scenario, routing: { ...scenario.routing, resolution } };
}

/** `setup` with its resolution written out, in that of each pool too. */
export function setupBy(resolution: Resolution, setup: Setup): Setup {
  const pools = setup.pools.map((pool) => ({ ...pool, scenario: resolvedTo(resolution, pool.scenario) }));
  return { ...setup, ...pools[0]!, pools, scenario: resolvedTo(resolution, setup.scenario), warnings: setup.warnings };
}

/** `setup` with exact draws, if it follows the law by default and `options` of the run request more than the law gives. */
export function exactAsAsked(setup: Setup, options: RunOptions, wanted: SampledQuantities | undefined): Setup {
  const isByChoice = setup.expected !== undefined && setup.scenario.routing.resolution === "law";
  const isKept = !isByChoice || setup.pools.every((pool) => pool.router?.draws !== true || lawLimits(pool, options, wanted).length === 0);
  return isKept ? setup : setupBy("exact", setup);
}

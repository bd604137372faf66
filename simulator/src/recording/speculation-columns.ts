import type { SpeculationColumns } from "@tokenyard/report";
import { speculationOf, treeOf } from "@tokenyard/scenario";
import type { Pool } from "../pools/pool.ts";

/** Counts of drafts in all pools; empty if there are none. */
export function speculationColumns(pools: readonly Pool[]): { speculation?: SpeculationColumns } {
  const tallies = pools.flatMap(({ setup }) => setup.scheduler.speculation ?? []);
  const spec = speculationOf(pools[0]!.setup.scenario.serving);
  if (spec === undefined || tallies.length === 0) return {};
  const sum = (of: (tally: (typeof tallies)[number]) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const drafts = tallies[0]!.accepted.length;
  const tree = treeOf(spec);
  return {
    speculation: {
      kind: spec.kind,
      drafts,
      ...(tree && { tree }),
      steps: sum(({ steps }) => steps),
      drafted: sum(({ drafted }) => drafted),
      accepted: Array.from({ length: drafts }, (_, at) => sum(({ accepted }) => accepted[at]!)),
      decodeSteps: sum(({ decodeSteps }) => decodeSteps),
      tokens: sum(({ tokens }) => tokens),
    },
  };
}

import { layerKinds } from "@tokenyard/model";
import { stageLinks } from "@tokenyard/program";
import { type Covered, slotCoverageOf } from "@tokenyard/resilience";
import type { PoolSetup } from "../../inputs/setup.ts";
import { ranksOnFabric } from "../../programs/links/fabric.ts";
import { stageSpecs, stagesOf } from "../../programs/stage-specs.ts";
import { together } from "./coverage-facts.ts";

/** Consequences of losing less than a GPU: a slot or a link. */
export interface SmallLosses {
  /** Single slots whose expert has another slot; undefined where there are no experts. */
  readonly slots?: Covered;
  /**
   * Single links, or adapters, of GPUs, and the number that no replica needs. A replica needs the switch of a leaf if it needs a link
   * behind it.
   */
  readonly links: { readonly all: number; readonly spare: number };
}

/** Small losses in any of `pools`. */
export function smallLosses(pools: readonly PoolSetup[]): SmallLosses {
  const slots = pools.flatMap(({ plan, scenario }) => {
    const kinds = layerKinds(scenario.model);
    return (
      slotCoverageOf(
        plan,
        kinds.map((kind) => kind === "moe"),
      ) ?? []
    );
  });
  const ranks = pools.reduce((sum, { plan }) => sum + plan.ranks, 0);
  const needed = pools.reduce((sum, pool) => sum + ranksNeedingLinks(pool).size, 0);
  return { ...(slots.length === 0 ? {} : { slots: together(slots) }), links: { all: ranks, spare: ranks - needed } };
}

/** The ranks, numbered through all replicas, that cannot do without their links to other nodes. */
export function ranksNeedingLinks(setup: PoolSetup): ReadonlySet<number> {
  const { plan, role } = setup;
  if (role !== "all") return new Set(Array.from({ length: plan.ranks }, (_, rank) => rank)); // caches go from pool to pool
  const links = stagesOf(setup, (replica, stage) => stageLinks(plan, replica, stage));
  return ranksOnFabric(stageSpecs(setup, links), plan);
}

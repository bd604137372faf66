import { layerKinds } from "@tokenyard/model";
import { stageLinks } from "@tokenyard/program";
import { type Covered, ranksOfLeaf, slotCoverageOf } from "@tokenyard/resilience";
import type { Scenario } from "@tokenyard/scenario";
import type { PoolSetup } from "../../inputs/setup.ts";
import { ranksOnFabric } from "../../programs/links/fabric.ts";
import { stageSpecs, stagesOf } from "../../programs/stage-specs.ts";
import { together } from "./coverage-facts.ts";

/** Parts of one kind, and the number that no replica needs. */
export interface Needed {
  readonly all: number;
  readonly spare: number;
}

/** Consequences of losing a slot, a link, or the switches that links end at. */
export interface SmallLosses {
  /** Single slots whose expert has another slot; undefined where there are no experts. */
  readonly slots?: Covered;
  /** Single links, or adapters, of GPUs. */
  readonly links: Needed;
  /** Rails: the links of the GPUs at one place of all nodes. A rail, or a switch, is needed if a link that ends there is. */
  readonly rails: Needed;
  /** Leaf switches, for each number of nodes that the scenario's faults say ends at one. */
  readonly leaves: readonly (Needed & { readonly nodesPerLeaf: number })[];
}

/** Small losses in any of `pools` of a scenario with `faults`. */
export function smallLosses(faults: Scenario["faults"], pools: readonly PoolSetup[]): SmallLosses {
  const slots = pools.flatMap(({ plan, scenario }) => {
    const kinds = layerKinds(scenario.model);
    return (
      slotCoverageOf(
        plan,
        kinds.map((kind) => kind === "moe"),
      ) ?? []
    );
  });
  const plans = pools.map(({ plan }) => plan);
  const ranks = plans.reduce((sum, plan) => sum + plan.ranks, 0);
  const needed = new Set(pools.flatMap((pool) => [...ranksNeedingLinks(pool)].map((rank) => pool.firstRank + rank)));
  const nodes = plans.reduce((sum, plan) => sum + plan.nodes, 0);
  const places = Math.max(...plans.map((plan) => Math.min(plan.gpusPerNode, plan.ranks)));
  const behind = (nodesPerLeaf: number, leaf: number, rails?: readonly number[]) => ranksOfLeaf(plans, leaf, nodesPerLeaf, rails);
  const neededOf = (groups: readonly (readonly number[])[]): Needed => ({
    all: groups.length,
    spare: groups.filter((links) => !links.some((rank) => needed.has(rank))).length,
  });
  const sizes = new Set(faults?.flatMap((fault) => ("nodesPerLeaf" in fault ? [fault.nodesPerLeaf] : [])));
  return {
    ...(slots.length === 0 ? {} : { slots: together(slots) }),
    links: { all: ranks, spare: ranks - needed.size },
    rails: neededOf(Array.from({ length: places }, (_, place) => behind(nodes, 0, [place]))),
    leaves: [...sizes].map((nodesPerLeaf) => ({
      nodesPerLeaf,
      ...neededOf(Array.from({ length: Math.ceil(nodes / nodesPerLeaf) }, (_, leaf) => behind(nodesPerLeaf, leaf))),
    })),
  };
}

/** The ranks, numbered through all replicas, that cannot do without their links to other nodes. */
export function ranksNeedingLinks(setup: PoolSetup): ReadonlySet<number> {
  const { plan, role } = setup;
  if (role !== "all") return new Set(Array.from({ length: plan.ranks }, (_, rank) => rank)); // caches go from pool to pool
  const links = stagesOf(setup, (replica, stage) => stageLinks(plan, replica, stage));
  return ranksOnFabric(stageSpecs(setup, links), plan);
}

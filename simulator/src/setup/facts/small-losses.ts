import { layerKinds } from "@tokenyard/model";
import { stageLinks } from "@tokenyard/program";
import { type Covered, slotCoverageOf } from "@tokenyard/resilience";
import { ranksOnFabric } from "../../stages/links/fabric.ts";
import type { PoolSetup } from "../setup.ts";
import { stageSpecs, stagesOf } from "../stage-specs.ts";

/** What the loss of less than a GPU would do. */
export interface SmallLosses {
  /** Single slots whose expert has another slot; undefined where there are no experts. */
  readonly slots?: Covered;
  /**
   * Single links, or adapters, of GPUs, and the number that no replica needs. A replica needs the switch of a leaf if it needs a link
   * behind it.
   */
  readonly links: { readonly all: number; readonly spare: number };
}

export function smallLosses(setup: PoolSetup): SmallLosses {
  const { plan, scenario } = setup;
  const slots = slotCoverageOf(
    plan,
    layerKinds(scenario.model).map((kind) => kind === "moe"),
  );
  return { ...(slots === undefined ? {} : { slots }), links: { all: plan.ranks, spare: plan.ranks - ranksNeedingLinks(setup).size } };
}

/** The ranks, numbered through all replicas, that cannot do without their links to other nodes. */
export function ranksNeedingLinks(setup: PoolSetup): ReadonlySet<number> {
  const { plan } = setup;
  const links = stagesOf(setup, (replica, stage) => stageLinks(plan, replica, stage));
  return ranksOnFabric(stageSpecs(setup, links), plan);
}

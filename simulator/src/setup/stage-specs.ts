import { type Barrier, type Groups, groupsOf } from "@tokenyard/placement";
import { programOf, type StageLinks } from "@tokenyard/program";
import type { Slice, StageSpec } from "../stages/stage-spec.ts";
import type { PoolSetup } from "./setup.ts";

/** One of something for every stage of every replica, in that order. */
export function stagesOf<T>({ plan }: PoolSetup, make: (replica: number, stage: number) => T): T[] {
  return Array.from({ length: plan.replicas * plan.stages }, (_, id) => make(Math.floor(id / plan.stages), id % plan.stages));
}

export function stageSpecs(setup: PoolSetup, links: readonly StageLinks[], fold: boolean): StageSpec[] {
  const { scenario, plan } = setup;
  const known = new Map<Barrier, Groups>(); // a program has a thousand ops and four barriers
  const groupsOfBarrier = (barrier: Barrier): Groups => {
    const groups = known.get(barrier) ?? groupsOf(plan, barrier);
    known.set(barrier, groups);
    return groups;
  };
  const slices = plan.slicesOfStage.map((own, stage) =>
    own.map((_, slice): Slice => {
      const program = programOf(scenario, plan, stage, slice);
      return { program, groups: program.ops.map((op) => groupsOfBarrier(op.barrier)) };
    }),
  );
  const inFlight = scenario.serving.overlap === "two-batch" ? 2 : 1;
  return links.map(({ firstRank }, id) => ({
    id,
    replica: Math.floor(id / plan.stages),
    position: id % plan.stages,
    firstRank,
    ranks: plan.ranksPerStage,
    slices: slices[id % plan.stages]!,
    inFlight,
    folded: fold && inFlight === 1,
  }));
}

import { draftOf } from "@tokenyard/model";
import { type Barrier, type Groups, groupsOf } from "@tokenyard/placement";
import { type Moving, type Program, programOf, type StageLinks, splitProgramOf } from "@tokenyard/program";
import { mostDraftsOf, speculationOf } from "@tokenyard/scenario";
import type { PoolSetup } from "../inputs/setup.ts";
import type { Slice, StagedProgram, StageSpec } from "./stage-spec.ts";

/** One of something for every stage of every replica, in that order. */
export function stagesOf<T>({ plan }: PoolSetup, make: (replica: number, stage: number) => T): T[] {
  return Array.from({ length: plan.replicas * plan.stages }, (_, id) => make(Math.floor(id / plan.stages), id % plan.stages));
}

export function stageSpecs(setup: PoolSetup, links: readonly StageLinks[]): StageSpec[] {
  const { scenario, plan } = setup;
  const known = new Map<Barrier, Groups>(); // a program has a thousand ops and four barriers
  const groupsOfBarrier = (barrier: Barrier): Groups => {
    const groups = known.get(barrier) ?? groupsOf(plan, barrier);
    known.set(barrier, groups);
    return groups;
  };
  const staged = (program: Program): StagedProgram => ({ program, groups: program.ops.map((op) => groupsOfBarrier(op.barrier)) });
  const speculation = draftOf(scenario.model, scenario.serving) && speculationOf(scenario.serving);
  const most = speculation === undefined ? 0 : mostDraftsOf(speculation);
  const slices = plan.slicesOfStage.map((own, stage) =>
    own.map((_, slice): Slice => {
      const sliceWith = (moves: Moving): Slice => {
        const split = scenario.serving.overlap.kind === "two-batch" ? splitProgramOf(scenario, plan, stage, slice, moves) : undefined;
        const whole = (drafts: number) => staged(programOf(scenario, plan, stage, slice, moves, drafts));
        const drafts = most > 0 ? Array.from({ length: most + 1 }, (_, count) => whole(count)) : undefined;
        return { halves: split && staged(split), ...(drafts && { drafts }), ...(drafts?.[0] ?? whole(0)) };
      };
      const { rebalance } = scenario;
      return rebalance === undefined ? sliceWith("none") : { moving: sliceWith(rebalance.move.kind), ...sliceWith("none") };
    }),
  );
  return links.map(({ firstRank }, id) => ({
    id,
    replica: Math.floor(id / plan.stages),
    position: id % plan.stages,
    firstRank,
    ranks: plan.ranksPerStage,
    slices: slices[id % plan.stages]!,
  }));
}

import { isOfMixer, isSteady, type OpCosts } from "@tokenyard/program";
import { speculationOf } from "@tokenyard/scenario";
import { areLayersAlike } from "../inputs/alike-layers.ts";
import { returnNs } from "../inputs/return-time.ts";
import type { Law } from "../law/law.ts";
import type { RunOptions } from "../options/run-options.ts";
import { ByShape } from "../passes/by-shape.ts";
import { StageVisits } from "../passes/stage-visits.ts";
import { Steps } from "../passes/steps.ts";
import type { Stage } from "../stages/stage.ts";
import { FrontEnd } from "../timeline/front-end.ts";
import type { NextArrival, Timeline } from "../timeline/timeline.ts";
import type { ScheduleEvent } from "./next-event.ts";
import { PipelineSchedule } from "./pipeline-schedule.ts";
import type { ScheduleOwner } from "./schedule-owner.ts";
import type { Events } from "./single-passes.ts";
import { StageSteps } from "./stage-steps.ts";

interface Owner extends ScheduleOwner {
  readonly stages: readonly Stage[];
  readonly costs: OpCosts;
  /** Law, if routed layers follow it. */
  readonly law: Law | undefined;
}

/**
 * [replicas] Passes through the pipelines of a pool, without an event for each visit to a stage. Undefined where there is one stage, or layers draw their experts, or
 * several visits to a stage. `events`: where other passes go on.
 */
export function pipelineSchedules(
  pool: Owner,
  timeline: Timeline<ScheduleEvent>,
  events: Events,
  comes: NextArrival | undefined,
  { executor = "form", spans }: RunOptions,
): readonly PipelineSchedule[] | undefined {
  const { plan, scenario, scheduler } = pool.setup;
  if (executor !== "form" || spans !== undefined || speculationOf(scenario.serving) !== undefined) return undefined;
  if (
    plan.stages === 1 ||
    plan.interleave > 1 ||
    scheduler.foresight === undefined ||
    (pool.law === undefined && !areLayersAlike(pool.setup))
  )
    return undefined;
  if (!pool.stages.every(({ visits, spec }) => visits instanceof StageVisits && spec.slices[0]!.program.beforeSend > 0)) return undefined;
  if (pool.stages.some(({ spec }) => spec.slices[0]!.program.ops.some(({ work }) => isSteady(work) || isOfMixer(work)))) return undefined;
  const isHeardAtOnce = scenario.retries === undefined && scenario.health?.whileDown !== "reject" && !FrontEnd.takesTime(scenario);
  const awaited = plan.replicas === 1 && comes !== undefined ? { comes, isHeardAtOnce } : undefined; // every request comes to it
  return Array.from({ length: plan.replicas }, (_, replica) => {
    const stages = pool.stages.slice(replica * plan.stages, (replica + 1) * plan.stages);
    const works = new Set(stages.flatMap(({ spec }) => spec.slices[0]!.program.ops.map(({ work }) => work)));
    const batches = Array.from({ length: plan.stages }, () => new Steps(plan.dataGroups, works));
    const steps = new ByShape(stages, () => batches.map((each) => stepsOn(stages, each, pool)));
    return new PipelineSchedule(pool, timeline, events, stages, batches, steps, returnNs(pool.setup, replica), awaited);
  });
}

/** How `steps` of a micro-batch are timed on `stages` as they are now: by forms, where layers route alike on all stages. */
function stepsOn(stages: readonly Stage[], steps: Steps, { setup, costs, law }: Owner): readonly StageSteps[] | undefined {
  if (law === undefined && stages.some(({ shape }) => shape?.isAlike === false)) return undefined; // a layer may have lost an expert that others have
  const { dataGroups } = setup.plan;
  return stages.map(
    (stage) =>
      new StageSteps(stage, (stage.visits as StageVisits).passes.programOf({ isSplit: false, drafts: 0 }), steps, costs, dataGroups),
  );
}

import type { Pass } from "@tokenyard/model";
import { isOfMixer, type OpCosts } from "@tokenyard/program";
import type { Timeline } from "../event.ts";
import type { Recorder } from "../logs/recorder.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import { areLayersAlike } from "../passes/alike-layers.ts";
import { ByShape } from "../passes/by-shape.ts";
import { StageVisits } from "../passes/stage-visits.ts";
import { Steps } from "../passes/steps.ts";
import { returnNs } from "../pools/return-time.ts";
import type { Comes } from "../pools/surroundings.ts";
import type { RunOptions } from "../run-options.ts";
import type { Stage } from "../stages/stage.ts";
import { ReplicaRounds } from "./replica-rounds.ts";
import type { RoundsOwner } from "./rounds-owner.ts";
import type { Events } from "./single-passes.ts";
import { StageSteps } from "./stage-steps.ts";

interface Owner extends RoundsOwner {
  readonly stages: readonly Stage[];
  readonly costs: OpCosts;
  readonly recorder: Recorder;
}

/** Passes through the pipelines of a pool, whose stages replay visits, without an event for each of these. */
export class Rounds {
  /** [replicas] */
  readonly #replicas: readonly ReplicaRounds[];

  private constructor(replicas: readonly ReplicaRounds[]) {
    this.#replicas = replicas;
  }

  /** Undefined where there is one stage, or layers draw their experts, or several visits to a stage. `events`: where other passes go on. */
  static of(
    pool: Owner,
    timeline: Timeline,
    events: Events,
    comes: Comes | undefined,
    { executor = "form", spans }: RunOptions,
  ): Rounds | undefined {
    const { plan, scenario, scheduler } = pool.setup;
    if (executor !== "form" || spans !== undefined) return undefined;
    if (plan.stages === 1 || plan.interleave > 1 || scheduler.foresight === undefined || !areLayersAlike(pool.setup)) return undefined;
    if (!pool.stages.every(({ visits, spec }) => visits instanceof StageVisits && spec.slices[0]!.program.beforeSend > 0)) return undefined;
    if (pool.stages.some(({ spec }) => spec.slices[0]!.program.ops.some(({ work }) => isOfMixer(work)))) return undefined;
    const mayBeRefused = scenario.retries !== undefined || scenario.health?.whileDown === "reject";
    const awaited = plan.replicas === 1 && comes !== undefined ? { comes, mayBeRefused } : undefined; // whoever comes, comes to it
    const replicas = Array.from({ length: plan.replicas }, (_, replica) => {
      const stages = pool.stages.slice(replica * plan.stages, (replica + 1) * plan.stages);
      const works = new Set(stages.flatMap(({ spec }) => spec.slices[0]!.program.ops.map(({ work }) => work)));
      const batches = Array.from({ length: plan.stages }, () => new Steps(plan.dataGroups, works));
      const steps = new ByShape(stages, () => batches.map((each) => stepsOn(stages, each, pool)));
      return new ReplicaRounds(pool, timeline, events, stages, batches, steps, returnNs(pool.setup, replica), awaited);
    });
    return new Rounds(replicas);
  }

  /** Takes `pass` of `microBatch`, formed now; false where it goes through its stages in events, as others do before it. */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number): boolean {
    return this.#replicas[pass.replica]!.start(pass, microBatch, nowNs);
  }

  /** A pass has left the stages of `replica`, in events. */
  left(replica: number): void {
    this.#replicas[replica]!.left();
  }

  /** All passes of `replica` are broken off: their micro-batches are as when they were formed. */
  breakOff(replica: number, nowNs: number): void {
    this.#replicas[replica]!.breakOff(nowNs);
  }

  /** Somebody comes to `replica`: true where a pass ends now. */
  cut(replica: number, nowNs: number): boolean {
    return this.#replicas[replica]!.cut(nowNs);
  }

  /** Somebody waits for passes of `replica` to end that are under way now. To be followed by `cut`. */
  endFirst(replica: number): void {
    this.#replicas[replica]!.endFirst();
  }

  /** Nothing of what has entered is open at `nowNs`: all that has ended is told. */
  catchUp(nowNs: number): void {
    for (let replica = 0; replica < this.#replicas.length; replica++) this.#replicas[replica]!.catchUp(nowNs);
  }

  /** Passes of `replica` that can start have started. */
  settle(replica: number, nowNs: number): void {
    this.#replicas[replica]!.settle(nowNs);
  }
}

/** How `steps` of a micro-batch are timed on `stages` as they are now: by forms, where layers route alike on all stages. */
function stepsOn(stages: readonly Stage[], steps: Steps, { setup, costs, recorder }: Owner): readonly StageSteps[] | undefined {
  if (stages.some(({ shape }) => shape?.isAlike === false)) return undefined; // a layer may have lost an expert that others have
  const parts = { costs, recorder };
  const { dataGroups } = setup.plan;
  return stages.map((stage) => new StageSteps(stage, (stage.visits as StageVisits).passes.whole, steps, parts, dataGroups));
}

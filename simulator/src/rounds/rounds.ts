import type { Pass } from "@tokenyard/model";
import type { OpCosts } from "@tokenyard/program";
import type { Timeline } from "../event.ts";
import type { Recorder } from "../logs/recorder.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import { returnNs } from "../pools/return-time.ts";
import { areLayersAlike } from "../replays/segments/in-turn.ts";
import { StageReplay } from "../replays/stage-replay.ts";
import type { Stage } from "../stages/stage.ts";
import { ReplicaRounds, type RoundsOwner } from "./replica-rounds.ts";
import { RoundsAccount } from "./rounds-account.ts";
import { StageSteps } from "./stage-steps.ts";
import { Steps } from "./steps.ts";

interface Owner extends RoundsOwner {
  readonly stages: readonly Stage[];
  readonly costs: OpCosts;
  readonly recorder: Recorder;
}

/** Passes through the pipelines of a pool, whose stages replay visits, without an event for each of these. */
export class Rounds {
  /** [replicas] */
  readonly #replicas: readonly ReplicaRounds[];
  /** [replicas] passes under way on its stages, in events */
  readonly #onStages: Int32Array;

  private constructor(replicas: readonly ReplicaRounds[]) {
    this.#replicas = replicas;
    this.#onStages = new Int32Array(replicas.length);
  }

  /** Undefined where there is one stage, or more is asked of passes than when they end: faults, samples, tries, or several visits to a stage. */
  static of(pool: Owner, timeline: Timeline, nextArrivalNs: (() => number) | undefined): Rounds | undefined {
    const { plan, scenario, scheduler } = pool.setup;
    if (plan.stages === 1 || plan.interleave > 1 || scheduler.foresight === undefined || !areLayersAlike(pool.setup)) return undefined;
    if (scenario.model.experts !== undefined) return undefined; // what is told of their copies, pass by pass, would be told in another order
    if ((scenario.faults?.length ?? 0) > 0 || scenario.retries !== undefined || pool.recorder.work.probe !== undefined) return undefined;
    if (!pool.stages.every(({ replay, spec }) => replay instanceof StageReplay && spec.slices[0]!.program.beforeSend > 0)) return undefined;
    const next = plan.replicas === 1 ? nextArrivalNs : undefined;
    const replicas = Array.from({ length: plan.replicas }, (_, replica) => {
      const stages = pool.stages.slice(replica * plan.stages, (replica + 1) * plan.stages);
      const account = new RoundsAccount(stages, pool.recorder);
      const batches = Array.from({ length: plan.stages }, () => batchOn(stages, pool));
      return new ReplicaRounds(pool, timeline, stages, account, batches, returnNs(pool.setup, replica), next);
    });
    return new Rounds(replicas);
  }

  /** Takes `pass` of `microBatch`, formed now; false where it goes through its stages in events: the replica may be broken off, or there are others. */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number, cutNs: number): boolean {
    const { replica } = pass;
    if (cutNs < Number.POSITIVE_INFINITY || this.#onStages[replica]! > 0) {
      this.#onStages[replica]!++;
      return false;
    }
    this.#replicas[replica]!.start(pass, microBatch, nowNs);
    return true;
  }

  /** A pass has left the stages of `replica`. */
  left(replica: number): void {
    this.#onStages[replica]!--;
  }

  /** All passes on the stages of `replica` are broken off. */
  breakOff(replica: number): void {
    this.#onStages[replica] = 0;
  }

  /** Somebody comes to `replica`: true where a pass ends now. */
  cut(replica: number, nowNs: number): boolean {
    return this.#replicas[replica]!.cut(nowNs);
  }

  /** Passes of `replica` that can start have started. */
  settle(replica: number, nowNs: number): void {
    this.#replicas[replica]!.settle(nowNs);
  }
}

/** How steps of a micro-batch on `stages` are timed: as segments, where all stages have them. */
function batchOn(stages: readonly Stage[], { setup, costs, recorder }: Owner) {
  const { dataGroups } = setup.plan;
  const runs = stages.map(({ replay }) => (replay as StageReplay).segments);
  const withWindows = stages.some(({ spec }) => spec.slices[0]!.program.ops.some(({ work }) => work === "windowed-attention"));
  const steps = new Steps(dataGroups, withWindows);
  const parts = { costs, recorder };
  const isSegmented = runs.every((run) => run !== undefined);
  return { steps, stages: isSegmented ? stages.map((stage, s) => new StageSteps(stage, runs[s]!, steps, parts, dataGroups)) : undefined };
}

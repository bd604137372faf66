import type { Ticket } from "@tokenyard/engine";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { LimitWatch } from "../options/run-limit.ts";
import type { Conditions } from "../passes/launched-pass.ts";
import type { Visit } from "../pipelines/single-passes.ts";
import type { StageSpec } from "../programs/stage-spec.ts";
import { Stage } from "../stages/stage.ts";
import type { StageContext, StageParts } from "../stages/stage-context.ts";
import type { Timeline } from "../timeline/timeline.ts";
import type { Cuts } from "./cuts.ts";
import type { OpFinished, PoolEvent } from "./pool-event.ts";

const UNDISTURBED: Conditions = { quietNs: Number.POSITIVE_INFINITY, cutNs: Number.POSITIVE_INFINITY, isLocal: false };

/**
 * The stages of all replicas of a pool, and the way of micro-batches through them. Knows nothing of requests: `passed` is called when a
 * micro-batch has left the last stage of its replica for the last time.
 */
export class Pipelines implements StageContext<Stage> {
  readonly costs: StageParts["costs"];
  readonly gate: StageParts["gate"];
  readonly recorder: StageParts["recorder"];
  readonly stages: readonly Stage[];
  readonly #timeline: Timeline<PoolEvent>;
  readonly #pool: number;
  readonly #perReplica: number;
  readonly #passed: (microBatch: MicroBatch, nowNs: number) => void;
  /** Cuts, if any are foreseen. */
  readonly #cuts: Cuts | undefined;
  readonly #limit: LimitWatch | undefined;
  /** Micro-batches on their way to a stage from elsewhere. */
  readonly #entering = new Map<MicroBatch, { readonly ticket: Ticket; readonly position: number }>();
  /** Stages that something happened to; and whether there are any. */
  #touched: Stage[] = [];
  isTouched = false;

  /** `specs` [replicas × stages of a replica], in that order; `pool`: pool that they belong to. */
  constructor(
    specs: readonly StageSpec[],
    stagesPerReplica: number,
    { costs, gate, recorder }: StageParts,
    timeline: Timeline<PoolEvent>,
    pool: number,
    passed: (microBatch: MicroBatch, nowNs: number) => void,
    { cuts, limit }: { readonly cuts?: Cuts | undefined; readonly limit?: LimitWatch | undefined } = {},
  ) {
    this.costs = costs;
    this.gate = gate;
    this.recorder = recorder;
    this.stages = specs.map((spec) => new Stage(spec, this));
    this.#timeline = timeline;
    this.#pool = pool;
    this.#perReplica = stagesPerReplica;
    this.#passed = passed;
    this.#cuts = cuts;
    this.#limit = limit;
  }

  /** Until when passes of `replica` that start now are known to go on undisturbed: it is broken off, or links are down. */
  undisturbedNs(replica: number, nowNs: number): number {
    const stage = this.stages[replica * this.#perReplica]!;
    const cutNs = this.#cuts?.nextNs(replica) ?? Number.POSITIVE_INFINITY;
    return Math.min(cutNs, stage.downs?.nextNs(nowNs) ?? Number.POSITIVE_INFINITY);
  }

  /** Conditions of passes of `replica` that start now. */
  conditions(replica: number, nowNs: number): Conditions {
    if (this.#cuts === undefined) return UNDISTURBED;
    const { isLocal } = this.stages[replica * this.#perReplica]!;
    return { quietNs: this.undisturbedNs(replica, nowNs), cutNs: this.#cuts.nextNs(replica), isLocal };
  }

  /** A pass of `microBatch` has reached stage number `position` of its replica at `atNs`: now, or before, if no event reported it. */
  enter(microBatch: MicroBatch, atNs: number, position = 0): void {
    this.#entering.delete(microBatch);
    microBatch.slice = 0;
    this.#arrive(this.stages[microBatch.replica * this.#perReplica + position]!, microBatch, atNs);
  }

  /** A pass of `microBatch` will reach stage number `position` of its replica at `timeNs`. */
  enterAt(microBatch: MicroBatch, timeNs: number, position = 0): void {
    const ticket = this.#timeline.schedule(timeNs, { kind: "pass-entered", pool: this.#pool, microBatch, position });
    this.#entering.set(microBatch, { ticket, position });
  }

  /**
   * All passes of `replica` that are on its stages, or on their way, in the order in which they came, continue without events; undefined,
   * without a change, if one will be interrupted.
   */
  release(replica: number): Visit[] | undefined {
    const stages = this.stages.slice(replica * this.#perReplica, (replica + 1) * this.#perReplica);
    if (!stages.every(({ isForeseen }) => isForeseen)) return undefined;
    const visits: Visit[] = [];
    for (const [microBatch, { ticket, position }] of this.#entering) {
      if (microBatch.replica !== replica) continue;
      this.#timeline.cancel(ticket);
      this.#entering.delete(microBatch);
      visits.push({ microBatch, position, atNs: ticket.timeNs });
    }
    visits.sort((a, b) => b.position - a.position || a.atNs - b.atNs);
    const behind = visits.splice(0);
    for (let s = stages.length - 1; s >= 0; s--) {
      stages[s]!.release(
        (microBatch, atNs) => visits.push({ microBatch, position: s + 1, atNs }),
        (microBatch) => visits.push({ microBatch, position: s, atNs: microBatch.arrivedNs }),
      );
      while (behind[0]?.position === s) visits.push(behind.shift()!);
    }
    return visits;
  }

  /** An op has ended now. */
  finish({ stage, microBatch, op }: OpFinished, nowNs: number): void {
    this.#touch(stage);
    stage.finish(microBatch, op, nowNs);
  }

  /** Lets every stage with an event launch admitted ops, where those run one by one; returns true if any ends at once. */
  launch(nowNs: number): boolean {
    let endsAtOnce = false;
    for (const stage of this.#touched) if (stage.launch(nowNs)) endsAtOnce = true;
    return endsAtOnce;
  }

  /** Lets every stage with an event admit and launch, once the events of the instant are known; no more if the run passes its limit. */
  settle(nowNs: number): void {
    while (this.#touched.length > 0) {
      const touched = this.#touched;
      this.#touched = [];
      this.isTouched = false;
      for (const stage of touched) stage.touched = false;
      for (const stage of touched) {
        stage.settle(nowNs);
        if (this.#limit?.isPassed === true) return;
      }
    }
  }

  /** Breaks off all passes of `replica`. */
  breakOff(replica: number, nowNs: number): void {
    for (let s = 0; s < this.#perReplica; s++) this.stages[replica * this.#perReplica + s]!.breakOff(nowNs);
    for (const [microBatch, { ticket }] of this.#entering) {
      if (microBatch.replica !== replica) continue;
      this.#timeline.cancel(ticket);
      this.#entering.delete(microBatch);
    }
  }

  cancel(ticket: Ticket): void {
    this.#timeline.cancel(ticket);
  }

  cutNs({ spec }: Stage): number {
    return this.#cuts?.nextNs(spec.replica) ?? Number.POSITIVE_INFINITY;
  }

  freeAt(timeNs: number, stage: Stage): void {
    this.#timeline.schedule(timeNs, { kind: "stage-freed", pool: this.#pool, stage });
  }

  /** Marks `stage` as free: it may admit waiting micro-batches. */
  freed(stage: Stage): void {
    this.#touch(stage);
  }

  finishAt(timeNs: number, stage: Stage, microBatch: MicroBatch, op: number): Ticket {
    this.#limit?.reach(timeNs, microBatch.scheduled!.index === 0); // of a batch that is dealt out, the first pass has all prompts
    return this.#timeline.schedule(timeNs, { kind: "op-finished", pool: this.#pool, stage, microBatch, op });
  }

  left(stage: Stage, microBatch: MicroBatch, nowNs: number): void {
    const { id, position, slices } = stage.spec;
    if (position < this.#perReplica - 1) this.#arrive(this.stages[id + 1]!, microBatch, nowNs);
    else if (microBatch.slice < slices.length - 1) {
      microBatch.slice++; // round again
      this.#arrive(this.stages[id - position]!, microBatch, nowNs);
    } else this.#passed(microBatch, nowNs);
  }

  #arrive(stage: Stage, microBatch: MicroBatch, nowNs: number): void {
    stage.arrive(microBatch, nowNs);
    this.#touch(stage);
  }

  #touch(stage: Stage): void {
    if (stage.touched) return;
    stage.touched = true;
    this.#touched.push(stage);
    this.isTouched = true;
  }
}

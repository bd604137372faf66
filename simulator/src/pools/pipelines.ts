import type { Ticket } from "@tokenyard/engine";
import type { EventOf, Timeline } from "../event.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import { Stage, type World } from "../stages/stage.ts";
import type { StageParts } from "../stages/stage-parts.ts";
import type { StageSpec } from "../stages/stage-spec.ts";
import type { Cuts } from "./cuts.ts";

/**
 * The stages of all replicas of a pool, and the way of micro-batches through them. Knows nothing of requests: `passed` is told when a
 * micro-batch has left the last stage of its replica for the last time.
 */
export class Pipelines implements World {
  readonly stages: readonly Stage[];
  readonly #timeline: Timeline;
  readonly #pool: number;
  readonly #perReplica: number;
  readonly #passed: (microBatch: MicroBatch, nowNs: number) => void;
  /** Where cuts are foreseen. */
  readonly #cuts: Cuts | undefined;
  /** On their way to stage 0. */
  readonly #entering = new Map<MicroBatch, Ticket>();
  #touched: Stage[] = [];

  /** `specs` [replicas × stages of a replica], in that order; `pool`: whose they are. */
  constructor(
    specs: readonly StageSpec[],
    stagesPerReplica: number,
    parts: StageParts,
    timeline: Timeline,
    pool: number,
    passed: (microBatch: MicroBatch, nowNs: number) => void,
    cuts?: Cuts,
  ) {
    this.stages = specs.map((spec) => new Stage(spec, parts, this));
    this.#timeline = timeline;
    this.#pool = pool;
    this.#perReplica = stagesPerReplica;
    this.#passed = passed;
    this.#cuts = cuts;
  }

  /** A pass of `microBatch` reaches stage 0 of its replica now. */
  enter(microBatch: MicroBatch, nowNs: number): void {
    this.#entering.delete(microBatch);
    microBatch.slice = 0;
    this.#arrive(this.stages[microBatch.replica * this.#perReplica]!, microBatch, nowNs);
  }

  /** A pass of `microBatch` will reach stage 0 of its replica at `timeNs`. */
  enterAt(microBatch: MicroBatch, timeNs: number): void {
    this.#entering.set(microBatch, this.#timeline.schedule(timeNs, { kind: "pass-entered", pool: this.#pool, microBatch }));
  }

  /** An op has ended now. */
  finish({ stage, microBatch, op }: EventOf<"op-finished">, nowNs: number): void {
    this.#touch(stage);
    stage.finish(microBatch, op, nowNs);
  }

  /** Lets every stage that something happened to admit and launch, once the events of the instant are known. */
  settle(nowNs: number): void {
    while (this.#touched.length > 0) {
      const touched = this.#touched;
      this.#touched = [];
      for (const stage of touched) stage.touched = false;
      for (const stage of touched) stage.settle(nowNs);
    }
  }

  /** Breaks off all passes of `replica`. */
  breakOff(replica: number, nowNs: number): void {
    for (let s = 0; s < this.#perReplica; s++) this.stages[replica * this.#perReplica + s]!.breakOff(nowNs);
    for (const [microBatch, ticket] of this.#entering) {
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

  finishAt(timeNs: number, stage: Stage, microBatch: MicroBatch, op: number): Ticket {
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
  }
}

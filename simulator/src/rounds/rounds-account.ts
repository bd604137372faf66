import { addTimes, type Op, type OpCost } from "@tokenyard/program";
import type { Recorder } from "../logs/recorder.ts";
import { QUEUE, SEND, WAITING } from "../stages/critical-path.ts";
import type { Stage } from "../stages/stage.ts";
import { createOpRun, type OpRun } from "../stages/timing.ts";
import type { Course } from "./course.ts";
import type { RoundBatch } from "./round-batch.ts";

/** What steps of a course come to: micro-batch by micro-batch, as its steps have one work, and then lane by lane. */
export class RoundsAccount {
  readonly #stages: readonly Stage[];
  readonly #recorder: Recorder;
  /** A send, from 0. */
  readonly #sent: OpRun;
  /** [ranks] */
  readonly #sentNs: Float64Array;

  /** Of the stages of a replica. */
  constructor(stages: readonly Stage[], recorder: Recorder) {
    this.#stages = stages;
    this.#recorder = recorder;
    this.#sent = createOpRun(stages[0]!.spec.ranks);
    this.#sentNs = new Float64Array(stages[0]!.spec.ranks);
  }

  /** All of `course` are over, or nothing can come between. */
  add(course: Course, batches: readonly RoundBatch[], returnNs: number): void {
    for (let m = 0; m < batches.length; m++) batches[m]!.count = 0;
    for (let k = 0; k < course.count; k++) this.#count(course, k);
    for (let k = 0; k < course.count; k++) {
      const batch = course.batch[k]!;
      if (batch.last !== k) continue; // in this order the lanes are left as the last leaves them
      const { spentNs } = batch.microBatch!;
      batch.from = batch.timed - batch.count;
      spentNs[SEND] = spentNs[SEND]! + returnNs * (batch.from === 0 ? batch.count - 1 : batch.count);
      this.#addSteps(course, batch, spentNs);
    }
    for (let s = 0; s < this.#stages.length - 1; s++) this.#closeLane(course, s);
  }

  #count({ batch, queueNs, sendNs, waitNs }: Course, k: number): void {
    const own = batch[k]!;
    const { spentNs } = own.microBatch!;
    if (own.count === 0) own.first = k;
    own.count++;
    own.last = k;
    spentNs[QUEUE] = spentNs[QUEUE]! + queueNs[k]!;
    spentNs[SEND] = spentNs[SEND]! + sendNs[k]!;
    spentNs[WAITING] = spentNs[WAITING]! + waitNs[k]!;
  }

  #addSteps({ computedNs }: Course, { steps, stages, from, count, first, last }: RoundBatch, spentNs: Float64Array): void {
    const length = this.#stages.length;
    steps.take(from, count);
    for (let s = 0; s < length; s++) {
      const of = stages![s]!;
      const startNs = computedNs[(first + 1) * length + s]! - of.stepNs(from);
      of.account(count, startNs, computedNs[(last + 1) * length + s]!, spentNs);
      if (of.send !== undefined) this.#addSends(s, of.sending, count, of.send);
    }
  }

  #addSends(s: number, sending: OpCost, count: number, op: Op): void {
    const { endNs } = this.#sent;
    for (let r = 0; r < endNs.length; r++) endNs[r] = sending.durationNs[r]!;
    this.#recorder.addAlike(this.#stages[s]!, op, 1, this.#sent, sending.durationNs, count);
    addTimes(this.#recorder.work.tally, sending, count);
    const { probe } = this.#recorder.work;
    if (probe?.wanted.work === true) probe.told.addDone(this.#stages[s]!.spec.firstRank, op.kind, sending, count);
  }

  #closeLane({ count, sentNs }: Course, s: number): void {
    const ranks = this.#sentNs.length;
    const row = (count * this.#stages.length + s) * ranks;
    for (let r = 0; r < ranks; r++) this.#sentNs[r] = sentNs[row + r]!;
    this.#recorder.closePass(this.#stages[s]!, 1, 0, undefined, this.#sentNs);
  }
}

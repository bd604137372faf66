import { NETWORK } from "@tokenyard/program";
import type { Stage } from "../stages/stage.ts";
import type { ScheduledBatch } from "./scheduled-batch.ts";

/** Numbers of instants that a course keeps, about. */
const MOST_NUMBERS = 1 << 14;

/**
 * Steps of the micro-batches of a replica in the order in which they enter the first stage: each goes through all stages, and none
 * overtakes. A stage admits the next when the one before has ended all before its send, and sends onward in the same order. The latest ones
 * can be undone.
 */
export class PipelineTimeline {
  /** Most steps that are timed but not accounted for. */
  readonly most: number;
  count = 0;
  /** Stages. */
  readonly length: number;
  // By step:
  readonly batch: ScheduledBatch[] = [];
  readonly formedNs: Float64Array;
  readonly enteredNs: Float64Array;
  // Along its critical path: before stages, in sends, and waiting for the network.
  readonly queueNs: Float64Array;
  readonly sendNs: Float64Array;
  readonly waitNs: Float64Array;
  /** [steps + 1 × stages] when all before the send have ended; the first row is before the first step */
  readonly computedNs: Float64Array;
  /** [steps + 1 × stages × ranks] time when the send has left */
  readonly sentNs: Float64Array;

  readonly #stages: readonly Stage[];
  readonly #ranks: number;

  /** `stages`: those of a replica. */
  constructor(stages: readonly Stage[]) {
    const ranks = stages[0]!.spec.ranks;
    this.#stages = stages;
    this.length = stages.length;
    this.#ranks = ranks;
    this.most = Math.max(16, Math.min(512, Math.floor(MOST_NUMBERS / (stages.length * (ranks + 1)))));
    this.formedNs = new Float64Array(this.most);
    this.enteredNs = new Float64Array(this.most);
    this.queueNs = new Float64Array(this.most);
    this.sendNs = new Float64Array(this.most);
    this.waitNs = new Float64Array(this.most);
    this.computedNs = new Float64Array((this.most + 1) * stages.length);
    this.sentNs = new Float64Array((this.most + 1) * stages.length * ranks);
  }

  /**
   * Times the next step of `batch`, and lets it know when that ends; false, and nothing is timed, where a stage would wait for its network, or the step would not
   * end before `untilNs`.
   */
  time(batch: ScheduledBatch, returnNs: number, untilNs: number): boolean {
    const { computedNs, sentNs } = this;
    const count = this.count;
    const stages = batch.stages!;
    const step = batch.timed;
    const last = stages.length - 1;
    const ranks = this.#ranks;
    let computedAt = count * stages.length;
    let sentAt = computedAt * ranks;
    const rowLength = stages.length;
    let atNs = batch.nextNs;
    let queueNs = 0;
    let sendNs = 0;
    let waitNs = 0;
    if (step >= batch.steps.known) batch.look(step);
    for (let s = 0; s <= last; s++, computedAt++) {
      const steps = stages[s]!;
      const freeNs = computedNs[computedAt]!;
      const admittedNs = Math.max(atNs, freeNs);
      queueNs += admittedNs - atNs;
      const isFree = s === last || !steps.usesNetwork || this.#findsNetworkFree(sentAt, admittedNs, admittedNs + steps.networkInNs(step));
      if (!isFree) return false;
      const endNs = admittedNs + steps.stepNs(step);
      computedNs[computedAt + rowLength] = endNs;
      atNs = endNs;
      if (s === last) break;
      const { durationNs } = steps.sending;
      let startNs = endNs;
      for (let r = 0; r < ranks; r++, sentAt++) {
        const before = sentNs[sentAt]!;
        const start = Math.max(before, endNs);
        const end = start + durationNs[r]!;
        sentNs[sentAt + rowLength * ranks] = end;
        if (end <= atNs && r > 0) continue;
        atNs = end;
        startNs = start;
      }
      sendNs += atNs - startNs;
      waitNs += startNs - endNs;
    }
    if (atNs >= untilNs) return false;
    this.batch[count] = batch;
    this.formedNs[count] = batch.formedNs;
    this.enteredNs[count] = batch.nextNs;
    this.queueNs[count] = queueNs;
    this.sendNs[count] = sendNs;
    this.waitNs[count] = waitNs;
    this.count++;
    batch.end(atNs, returnNs);
    return true;
  }

  /** Undoes steps that have not entered by `nowNs`, or were not formed before. */
  undoAfter(nowNs: number): void {
    const { enteredNs, formedNs } = this;
    while (this.count > 0 && (enteredNs[this.count - 1]! > nowNs || formedNs[this.count - 1]! >= nowNs)) {
      this.count--;
      this.batch[this.count]!.undo(formedNs[this.count]!, enteredNs[this.count]!);
    }
  }

  /** [ranks] time when the last send has left stage number `s` */
  lastSentNs(s: number): Float64Array {
    const from = (this.count * this.length + s) * this.#ranks;
    return this.sentNs.subarray(from, from + this.#ranks);
  }

  /** Clears timed steps after they are accounted for. */
  clear(): void {
    this.#moveRow(this.count, 0);
    this.count = 0;
  }

  /** Stage number `s` is as it says itself: all before the send of the last pass on it ended at `computedNs`. */
  set(s: number, computedNs: number): void {
    const free = this.#stages[s]!.laneFreeNs[NETWORK];
    this.computedNs[s] = computedNs;
    for (let r = 0; r < this.#ranks; r++) this.sentNs[s * this.#ranks + r] = free[r]!;
  }

  #findsNetworkFree(sentAt: number, admittedNs: number, byNs: number): boolean {
    for (let r = 0; r < this.#ranks; r++) {
      const free = this.sentNs[sentAt + r]!;
      if (free > admittedNs && free > byNs) return false;
    }
    return true;
  }

  #moveRow(from: number, into: number): void {
    if (from === into) return;
    const { length } = this;
    for (let s = 0; s < length; s++) this.computedNs[into * length + s] = this.computedNs[from * length + s]!;
    const sent = length * this.#ranks;
    for (let i = 0; i < sent; i++) this.sentNs[into * sent + i] = this.sentNs[from * sent + i]!;
  }
}

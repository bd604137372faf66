import { QUEUE, SEND, WAITING } from "../programs/critical-path.ts";
import type { PipelineTimeline } from "./pipeline-timeline.ts";
import type { ScheduledBatch } from "./scheduled-batch.ts";

/**
 * Accounts for the steps of `course`, which are over, or between which nothing can come: micro-batch by micro-batch, as its steps have one work, and then lane by
 * lane.
 */
export function accountFor(course: PipelineTimeline, batches: readonly ScheduledBatch[], returnNs: number): void {
  for (let m = 0; m < batches.length; m++) batches[m]!.count = 0;
  for (let k = 0; k < course.count; k++) count(course, k);
  for (let k = 0; k < course.count; k++) {
    const batch = course.batch[k]!;
    if (batch.last !== k) continue; // in this order the lanes are left as the last leaves them
    const { spentNs } = batch.microBatch!;
    batch.from = batch.timed - batch.count;
    spentNs[SEND] = spentNs[SEND]! + returnNs * (batch.from === 0 ? batch.count - 1 : batch.count);
    addSteps(course, batch, spentNs);
  }
  const last = course.batch[course.count - 1]!;
  for (let s = 0; s < course.length - 1; s++) last.stages![s]!.leaveNetwork(course.lastSentNs(s));
}

function count({ batch, queueNs, sendNs, waitNs }: PipelineTimeline, k: number): void {
  const own = batch[k]!;
  const { spentNs } = own.microBatch!;
  if (own.count === 0) own.first = k;
  own.count++;
  own.last = k;
  spentNs[QUEUE] = spentNs[QUEUE]! + queueNs[k]!;
  spentNs[SEND] = spentNs[SEND]! + sendNs[k]!;
  spentNs[WAITING] = spentNs[WAITING]! + waitNs[k]!;
}

function addSteps(
  { computedNs, length }: PipelineTimeline,
  { stages, from, count, first, last }: ScheduledBatch,
  spentNs: Float64Array,
): void {
  for (let s = 0; s < length; s++) {
    const of = stages![s]!;
    of.account(from, count, computedNs[(first + 1) * length + s]! - of.stepNs(from), computedNs[(last + 1) * length + s]!, spentNs);
  }
}

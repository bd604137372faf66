import { firstToEndLast } from "@tokenyard/executor";
import { OP_KINDS, type Program } from "@tokenyard/program";
import type { OpRun } from "./timing.ts";

/** Causes of a micro-batch's time: the op kinds, then waiting for a lane, then the queue before a stage. */
export const SPENT_KEYS: readonly string[] = [...OP_KINDS.map((kind) => kind.name), "waiting", "queue"];
export const SEND = SPENT_KEYS.indexOf("send");
export const WAITING = OP_KINDS.length;
export const QUEUE = OP_KINDS.length + 1;
/** Behind these keys: the move of a request's cache from one pool to another. */
export const TRANSFER = SPENT_KEYS.length;

/**
 * Adds to `spentNs` [SPENT_KEYS] the causes of the time between `admittedNs` and the end of the program's last op, walking back from the
 * rank that ended last: each op's time is that of the slowest rank of its group. Its predecessor is what delayed the group's last rank
 * longest, an op whose results it uses or the one before it on its lane; a longer delay is due to the lane of another micro-batch, and is
 * waiting. The sum equals, to the nanosecond, that span of time.
 */
export function spendCriticalPath(
  { ops, laneBefore, laneLast }: Program,
  runs: readonly OpRun[],
  admittedNs: number,
  spentNs: Float64Array,
): void {
  let at = -1;
  let rank = 0;
  let endNs = -1;
  for (let i = 0; i < laneLast.length; i++) {
    const o = laneLast[i]!;
    const last = firstToEndLast(runs[o]!.endNs);
    if (runs[o]!.endNs[last]! < endNs) continue;
    endNs = runs[o]!.endNs[last]!;
    at = o;
    rank = last;
  }
  while (at >= 0) {
    const { kind, after } = ops[at]!;
    const run = runs[at]!;
    const start = run.startNs[rank]!;
    spentNs[kind]! += run.endNs[rank]! - start;
    rank = run.cause[rank]!;
    let before = -1;
    let readyNs = admittedNs;
    for (let i = after.length; i >= 0; i--) {
      const held = i === after.length ? laneBefore[at]! : after[i]!; // of equals, the op whose results this one uses
      if (held < 0 || runs[held]!.endNs[rank]! < readyNs) continue;
      before = held;
      readyNs = runs[held]!.endNs[rank]!;
    }
    spentNs[WAITING]! += start - readyNs;
    at = before;
  }
}

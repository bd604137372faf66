import { OP_KINDS, type Program } from "@tokenyard/program";
import type { OpRun } from "./timing.ts";

/** Where a micro-batch's time can go: the op kinds, then waiting for a lane, then the queue before a stage. */
export const SPENT_KEYS: readonly string[] = [...OP_KINDS.map((kind) => kind.name), "waiting", "queue"];
export const SEND = SPENT_KEYS.indexOf("send");
export const WAITING = OP_KINDS.length;
export const QUEUE = OP_KINDS.length + 1;
/** Behind these keys: the move of a request's cache from one pool to another. */
export const TRANSFER = SPENT_KEYS.length;

/**
 * Adds to `spentNs` [SPENT_KEYS] where the time between `admittedNs` and the end of the program's last op went, walking
 * back from the rank that ended last: each op's time is that of the slowest rank of its group, and what a group's last
 * rank waited for its lane is waiting. What is added is, to the nanosecond, that span of time.
 */
export function spendCriticalPath(program: Program, runs: readonly OpRun[], admittedNs: number, spentNs: Float64Array): void {
  const count = program.ops.length;
  if (count === 0) return;
  let rank = lastToEnd(runs[count - 1]!.endNs);
  for (let o = count - 1; o >= 0; o--) {
    const run = runs[o]!;
    const kind = program.ops[o]!.kind;
    const start = run.startNs[rank]!;
    spentNs[kind] = spentNs[kind]! + run.endNs[rank]! - start;
    rank = run.cause[rank]!;
    const ready = o === 0 ? admittedNs : runs[o - 1]!.endNs[rank]!;
    spentNs[WAITING] = spentNs[WAITING]! + start - ready;
  }
}

/** The first of the ranks that end last. */
export function lastToEnd(endNs: Float64Array): number {
  let last = 0;
  for (let rank = 1; rank < endNs.length; rank++) if (endNs[rank]! > endNs[last]!) last = rank;
  return last;
}

import type { Op } from "@tokenyard/program";

/** An op of a program, and its place there. */
export interface PlacedOp {
  readonly op: Op;
  readonly at: number;
}

/**
 * Ops in a row, the unit, that come again and again: a layer like all others, or a windowed one and a full one by turns, in one piece or in halves
 * that take turns. All units run the same works after the same others, so that one tells of all. What does not repeat is a stretch of one unit.
 */
export interface Stretch {
  /** Of its first unit. */
  readonly ops: readonly PlacedOp[];
  /** Units. */
  readonly times: number;
  /** Whether each op comes after the one that stands before it, and no other. */
  readonly inTurn: boolean;
}

/** Ops of a unit, at most. */
const MOST_OPS = 160;

/** Cuts a program into stretches, each as long as one can be that begins there. */
export function stretchesOf(ops: readonly Op[]): Stretch[] {
  const keys = ops.map(({ work, part, after }, at) => `${work}/${part}/${after.map((before) => at - before).join()}`);
  const stretches: Stretch[] = [];
  let alone = 0; // from here on nothing repeated
  for (let from = 0; from < ops.length; ) {
    let unit = 1;
    let times = 1;
    for (let size = 1; size <= MOST_OPS && from + size < ops.length; size++) {
      const of = repeats(ops, keys, from, size);
      if (of < 2 || size * of <= unit * times) continue;
      unit = size;
      times = of;
    }
    if (times > 1) {
      if (alone < from) stretches.push(stretchOf(ops, alone, from - alone, 1));
      stretches.push(stretchOf(ops, from, unit, times));
      alone = from + unit * times;
    }
    from += unit * times;
  }
  return alone < ops.length ? [...stretches, stretchOf(ops, alone, ops.length - alone, 1)] : stretches;
}

function stretchOf(ops: readonly Op[], from: number, size: number, times: number): Stretch {
  const unit = ops.slice(from, from + size).map((op, o) => ({ op, at: from + o }));
  return { ops: unit, times, inTurn: unit.every(({ op: { after }, at }) => (at === 0 ? after.length === 0 : isOnly(after, at - 1))) };
}

/** How many times the `size` ops that begin at `from` stand there in a row, where nobody takes results from before the unit before its own, or the last. */
function repeats(ops: readonly Op[], keys: readonly string[], from: number, size: number): number {
  let like = from + size;
  while (like < ops.length && keys[like] === keys[like - size]) like++;
  const times = Math.floor((like - from) / size);
  if (times === 1) return 1;
  for (let at = from; at < from + size; at++) if (ops[at]!.after.some((before) => at - before > size)) return 1;
  const end = from + size * times;
  return ops.some(({ after }, at) => at >= end && after.some((before) => before < end - size)) ? 1 : times;
}

function isOnly(after: readonly number[], before: number): boolean {
  return after.length === 1 && after[0] === before;
}

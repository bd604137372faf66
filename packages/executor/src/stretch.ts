import type { TapeOp } from "./tape-op.ts";

/** Ops in a row, the unit, that repeat: a layer like all others, a windowed and a full one by turns, or two halves that take turns. What does not repeat is a stretch of one unit. */
export interface Stretch {
  /** Place of the first op of its first unit. */
  readonly first: number;
  /** Ops of a unit. */
  readonly size: number;
  /** Units. */
  readonly times: number;
  /** Whether each op uses the results of the op before it, and no others. */
  readonly inTurn: boolean;
}

/** Most ops of a unit. */
const MOST_OPS = 160;

/** Cuts ops into stretches, each as long as possible from its start; none continues past the first `beforeSend`. */
export function stretchesOf(ops: readonly TapeOp[], beforeSend: number): Stretch[] {
  const keys = ops.map(({ row, after }, at) => `${row}/${after.map((before) => at - before).join()}`);
  const stretches: Stretch[] = [];
  let alone = 0; // from here on nothing repeated
  for (let from = 0; from < beforeSend; ) {
    let unit = 1;
    let times = 1;
    for (let size = 1; size <= MOST_OPS && from + size < beforeSend; size++) {
      if (keys[from] !== keys[from + size]) continue;
      const of = repeats(ops, keys, from, size, beforeSend);
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
  if (alone < beforeSend) stretches.push(stretchOf(ops, alone, beforeSend - alone, 1));
  if (beforeSend < ops.length) stretches.push(stretchOf(ops, beforeSend, ops.length - beforeSend, 1));
  return stretches;
}

function stretchOf(ops: readonly TapeOp[], first: number, size: number, times: number): Stretch {
  let inTurn = true;
  for (let at = first; at < first + size; at++) {
    const { after } = ops[at]!;
    inTurn &&= at === 0 ? times === 1 && after.length === 0 : after.length === 1 && after[0] === at - 1;
  }
  return { first, size, times, inTurn };
}

/**
 * Number of consecutive repeats of the `size` ops from `from` on, where no op uses results from before the previous unit, or before the
 * last.
 */
function repeats(ops: readonly TapeOp[], keys: readonly string[], from: number, size: number, end: number): number {
  let like = from + size;
  while (like < end && keys[like] === keys[like - size]) like++;
  const times = Math.floor((like - from) / size);
  if (times === 1) return 1;
  for (let at = from; at < from + size; at++) if (ops[at]!.after.some((before) => at - before > size)) return 1;
  const behind = from + size * times;
  return ops.some(({ after }, at) => at >= behind && after.some((before) => before < behind - size)) ? 1 : times;
}

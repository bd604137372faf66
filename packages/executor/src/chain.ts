import type { Tape } from "./tape.ts";

/** Ops that come one after another on each rank, and those that run beside them. */
export interface Chain {
  /** [ops before the send] place of the op behind whose end it starts, where it runs beside the chain; else −1 */
  readonly beside: Int32Array;
  /** [ops before the send] 1: some op runs beside the chain from its end on, or from that of one like it in another unit */
  readonly isLeft: Uint8Array;
  /** [rows] ops of the chain before the send */
  readonly times: Int32Array;
  /** [ops before the send] 1: the last of its lane, or where it repeats the first that is like it */
  readonly isLast: Uint8Array;
  /** [lanes] 1: it has an op before the send */
  readonly isUsed: Uint8Array;
  /** Lane on which ranks meet; −1: they never meet. */
  readonly meetingLane: number;
}

/** The chain of a tape up to its send; or why it has none. */
export function chainOf(tape: Tape): Chain | string {
  const { ops, beforeSend, laneBefore, rows } = tape;
  const beside = new Int32Array(beforeSend).fill(-1);
  const isLeft = new Uint8Array(beforeSend);
  const times = new Int32Array(rows.length);
  let meetingLane = -1;
  let before = -1;
  for (let at = 0; at < beforeSend; at++) {
    const { after, lane, row } = ops[at]!;
    const isMeeting = !tape.isAlone(at);
    if (isMeeting && rows[row]!.context >= 0) return "ranks meet for a context";
    if (isMeeting && meetingLane >= 0 && meetingLane !== lane) return "ranks meet on two lanes";
    if (isMeeting) meetingLane = lane;
    const follows = before < 0 ? after.length === 0 : after.includes(before) || laneBefore[at] === before;
    if (follows) {
      before = at;
      times[row]!++;
      continue;
    }
    const from = after[0] ?? -1;
    const isFree = after.length === 1 && from < before && beside[from] === -1 && laneBefore[at]! <= from && rows[row]!.context < 0;
    if (!isFree || isMeeting || (laneBefore[at]! >= 0 && beside[laneBefore[at]!] !== -1)) return "an op waits for none of those before it";
    beside[at] = from;
    isLeft[from] = 1;
  }
  for (const { first, size, times } of tape.stretches) {
    for (let at = first; at < first + size * times && at < beforeSend; at++)
      if (isLeft[at] === 1) isLeft[first + ((at - first) % size)] = 1;
    for (let at = first; at < first + size * times && at < beforeSend; at++) isLeft[at] = isLeft[first + ((at - first) % size)]!;
  }
  if (tape.laneLast.some((at) => at < beforeSend && beside[at] !== -1)) return "the last op of a lane runs beside others";
  return { beside, isLeft, times, meetingLane, ...lastOf(tape) };
}

function lastOf({ ops, beforeSend, stretches, lanes }: Tape): Pick<Chain, "isLast" | "isUsed"> {
  const isLast = new Uint8Array(beforeSend);
  const isUsed = new Uint8Array(lanes);
  for (let lane = 0; lane < lanes; lane++) {
    const last = ops.slice(0, beforeSend).findLastIndex((op) => op.lane === lane);
    if (last < 0) continue;
    const { first, size } = stretches.findLast((stretch) => stretch.first <= last)!;
    isLast[first + ((last - first) % size)] = 1;
    isUsed[lane] = 1;
  }
  return { isLast, isUsed };
}

import type { TapeOp } from "./tape-op.ts";

// The executor that one would write first: an event for every rank and op, barriers by counting, a queue for every lane. It shares no code with the loop, and judges
// it. It only finds out when ops start and end on each rank.

export interface NaiveTimes {
  /** [ops][ranks] NaN: never */
  readonly arrivedNs: number[][];
  readonly startNs: number[][];
  readonly endNs: number[][];
}

/** A rank has ended an op. */
interface Done {
  readonly ns: number;
  readonly rank: number;
  readonly op: number;
}

/** Runs `ops`, of which each takes `durationNs` [ops][ranks], from `nowNs` on, on lanes that are free at `freeNs` [lanes][ranks]. */
export function naiveLoop(
  ops: readonly TapeOp[],
  durationNs: readonly ArrayLike<number>[],
  nowNs: number,
  freeNs: readonly ArrayLike<number>[],
): NaiveTimes {
  const ranks = freeNs[0]!.length;
  const never = () => ops.map(() => new Array<number>(ranks).fill(Number.NaN));
  const times = { arrivedNs: never(), startNs: never(), endNs: never() };
  /** [lanes] places of its ops, in order; [lanes][ranks] how many of them each rank has begun, and whether the lane is taken. */
  const queues = freeNs.map((_, lane) => [...ops.keys()].filter((at) => ops[at]!.lane === lane));
  const begun = freeNs.map(() => new Array<number>(ranks).fill(0));
  /** [ops][groups] ranks that have not come yet */
  const missing = ops.map(({ groups: { offsets } }) => Array.from({ length: offsets.length - 1 }, (_, g) => offsets[g + 1]! - offsets[g]!));
  const isTaken = freeNs.map((of) => Array.from(of, (ns) => ns > nowNs));
  const heap: Done[] = [];
  for (const [lane, of] of freeNs.entries())
    for (let r = 0; r < ranks; r++) if (of[r]! > nowNs) push(heap, { ns: of[r]!, rank: r, op: -1 - lane });

  function join(rank: number, lane: number, ns: number): void {
    const op = queues[lane]![begun[lane]![rank]!];
    if (op === undefined || isTaken[lane]![rank]!) return;
    if (!ops[op]!.after.every((before) => times.endNs[before]![rank]! <= ns)) return;
    isTaken[lane]![rank] = true;
    begun[lane]![rank]!++;
    times.arrivedNs[op]![rank] = ns;
    const { offsets, members: all, groupOf } = ops[op]!.groups;
    const group = groupOf[rank]!;
    if (--missing[op]![group]! > 0) return;
    const members = [...all.subarray(offsets[group]!, offsets[group + 1]!)];
    const endNs = ns + Math.max(...members.map((member) => durationNs[op]![member]!));
    for (const member of members) {
      times.startNs[op]![member] = ns;
      push(heap, { ns: endNs, rank: member, op });
    }
  }

  for (let rank = 0; rank < ranks; rank++) for (const lane of freeNs.keys()) join(rank, lane, nowNs);
  for (let done = pop(heap); done !== undefined; done = pop(heap)) {
    const { ns, rank, op } = done;
    const lane = op < 0 ? -1 - op : ops[op]!.lane;
    isTaken[lane]![rank] = false;
    if (op >= 0) times.endNs[op]![rank] = ns;
    for (const each of freeNs.keys()) join(rank, each, ns);
  }
  return times;
}

function push(heap: Done[], done: Done): void {
  let at = heap.push(done) - 1;
  for (let up = (at - 1) >> 1; at > 0 && heap[up]!.ns > done.ns; up = (at - 1) >> 1) {
    heap[at] = heap[up]!;
    at = up;
  }
  heap[at] = done;
}

function pop(heap: Done[]): Done | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let at = 0;
  for (let down = 1; down < heap.length; down = 2 * at + 1) {
    if (down + 1 < heap.length && heap[down + 1]!.ns < heap[down]!.ns) down++;
    if (heap[down]!.ns >= last.ns) break;
    heap[at] = heap[down]!;
    at = down;
  }
  heap[at] = last;
  return first;
}

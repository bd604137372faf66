import type { Groups } from "@tokenyard/placement";
import fc from "fast-check";
import { Tape } from "./tape.ts";
import type { TapeOp } from "./tape-op.ts";

export const KINDS = 8;
/** Behind the kinds. */
export const WAITING = KINDS;

/** A tape, what its rows take [rows][ranks], and until when its lanes are in use [lanes][ranks]. */
export interface DrawnTape {
  readonly tape: Tape;
  readonly durations: Float64Array[];
  readonly freeNs: Float64Array[];
}

export function groupsOf(groupOf: readonly number[]): Groups {
  const members = [...groupOf.keys()].sort((a, b) => groupOf[a]! - groupOf[b]! || a - b);
  const starts = members.flatMap((rank, m) => (m === 0 || groupOf[rank] !== groupOf[members[m - 1]!] ? [m] : []));
  const numbers = new Map([...new Set(members.map((rank) => groupOf[rank]!))].map((group, g) => [group, g]));
  return {
    members: Int32Array.from(members),
    offsets: Int32Array.from([...starts, groupOf.length]),
    groupOf: Int32Array.from(groupOf, (group) => numbers.get(group)!),
  };
}

const ROWS = 6;
const drawnOp = fc.record({ row: fc.nat(ROWS - 1), back: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 2 }) });

/** A few ops, a unit that repeats, a few more, and perhaps a send: each after one or two before it, after those of its lane alone, or after the one before it. Each row has its lane and its groups. */
export const anyTape: fc.Arbitrary<DrawnTape> = fc
  .record({
    ranks: fc.integer({ min: 1, max: 4 }),
    lanes: fc.integer({ min: 1, max: 3 }),
    head: fc.array(drawnOp, { maxLength: 3 }),
    unit: fc.array(drawnOp, { minLength: 1, maxLength: 6 }),
    times: fc.integer({ min: 1, max: 30 }),
    tail: fc.array(drawnOp, { maxLength: 3 }),
    sends: fc.boolean(),
    inTurn: fc.boolean(),
    laneOf: fc.array(fc.nat(2), { minLength: ROWS, maxLength: ROWS }),
    groupOf: fc.array(fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }), { minLength: ROWS, maxLength: ROWS }),
    ns: fc.array(fc.array(fc.nat(9), { minLength: 4, maxLength: 4 }), { minLength: ROWS, maxLength: ROWS }),
    lateNs: fc.array(fc.array(fc.constantFrom(0, 0, 3, 40), { minLength: 4, maxLength: 4 }), { minLength: 3, maxLength: 3 }),
    isLate: fc.boolean(),
  })
  .map(({ ranks, lanes, head, unit, times, tail, sends, inTurn, laneOf, groupOf, ns, lateNs, isLate }) => {
    const drawn = [...head, ...Array.from({ length: times }, () => unit).flat(), ...tail];
    const groups = groupOf.map((of) => groupsOf(of.slice(0, ranks)));
    const ops = drawn.map(({ row, back }, at): TapeOp => {
      const after = at === 0 ? [] : inTurn ? [at - 1] : [...new Set(back.map((b) => Math.max(0, at - b)))];
      return { lane: laneOf[row]! % lanes, kind: row, row, groups: groups[row]!, after };
    });
    return {
      tape: new Tape(ops, { ranks, lanes, kinds: KINDS, beforeSend: sends && ops.length > 1 ? ops.length - 1 : ops.length }),
      durations: ns.map((of) => Float64Array.from(of.slice(0, ranks))),
      freeNs: Array.from({ length: lanes }, (_, lane) => Float64Array.from(lateNs[lane]!.slice(0, ranks), (late) => (isLate ? late : 0))),
    };
  });

import fc from "fast-check";
import { expect, test } from "vitest";
import { anyTape, type DrawnTape, groupsOf, KINDS, WAITING } from "./drawn-tape.contract.ts";
import { Loop } from "./loop.ts";
import { naiveLoop } from "./naive-loop.contract.ts";
import { stretchesOf } from "./stretch.ts";
import { Tape } from "./tape.ts";
import type { TapeOp } from "./tape-op.ts";
import { Walk } from "./walk.ts";

const NOW = [0, 1000];

/** What the naive loop says of a pass that is admitted at `nowNs`. */
function naive({ tape, durations, freeNs }: DrawnTape, nowNs: number) {
  const of = naiveLoop(
    tape.ops,
    tape.ops.map(({ row }) => durations[row]!),
    nowNs,
    freeNs.map((free) => free.map((ns) => nowNs + ns)),
  );
  const endNs = Math.max(...of.endNs.flat());
  const crossedNs = Math.max(nowNs, ...of.endNs.slice(0, tape.beforeSend).flat());
  return { ...of, lastNs: endNs, crossedNs };
}

/** The critical path, op by op. */
function spentOf(tape: Tape, { arrivedNs, startNs, endNs }: ReturnType<typeof naive>, nowNs: number): Float64Array {
  const spent = new Float64Array(KINDS + 1);
  let at = -1;
  let rank = 0;
  for (const last of tape.laneLast) {
    const ends = endNs[last]!;
    const own = ends.indexOf(Math.max(...ends));
    if (at >= 0 && ends[own]! < endNs[at]![rank]!) continue;
    at = last;
    rank = own;
  }
  while (at >= 0) {
    const { kind, groups, after } = tape.ops[at]!;
    const start = startNs[at]![rank]!;
    spent[kind]! += endNs[at]![rank]! - start;
    const members = [...groups.members].filter((member) => groups.groupOf[member] === groups.groupOf[rank]);
    rank = members.find((member) => arrivedNs[at]![member] === start)!;
    const held = [...after, tape.laneBefore[at]!].filter((before) => before >= 0);
    const readyNs = Math.max(nowNs, ...held.map((before) => endNs[before]![rank]!));
    spent[WAITING]! += start - readyNs;
    at = held.find((before) => endNs[before]![rank] === readyNs) ?? -1;
  }
  return spent;
}

/** What the walk says of `ops` on three lanes, whose rows take `durations`, and the path that is found op by op. */
function spentBoth(ops: readonly TapeOp[], durations: Float64Array[]) {
  const ranks = durations[0]!.length;
  const tape = new Tape(ops, { ranks, lanes: 3, kinds: KINDS });
  const freeNs = [0, 1, 2].map(() => new Float64Array(ranks));
  const loop = new Loop(tape);
  loop.time(durations, 0, freeNs);
  const spent = new Float64Array(KINDS + 1);
  new Walk(tape, KINDS + 1, WAITING).spend(loop, spent);
  expect(loop.units.slice(0, loop.count).some(({ times }) => times > 4)).toBe(true);
  return { spent, right: spentOf(tape, naive({ tape, durations, freeNs }, 0), 0) };
}

test("a path that goes over to other ranks from unit to unit, all of which run alike, is walked until it stays", () => {
  const alone = groupsOf([0, 1, 2, 3]);
  const pairs = groupsOf([0, 0, 1, 1]);
  const middle = groupsOf([0, 1, 1, 2]);
  const unit = (at: number): TapeOp[] =>
    [alone, alone, pairs, middle].map((groups, o) => ({ lane: 0, kind: o, row: o, groups, after: at + o === 0 ? [] : [at + o - 1] }));
  const ops = [0, 4, 8, 12, 16, 20, 24, 28].flatMap(unit);
  const tail = { lane: 0, kind: 4, row: 4, groups: alone, after: [31] };
  const rows = [
    [1, 2, 3, 4],
    [4, 3, 2, 1],
    [1, 1, 1, 1],
    [1, 1, 1, 1],
    [0, 0, 0, 9],
  ].map((of) => Float64Array.from(of));
  const { spent, right } = spentBoth([...ops, tail], rows);
  expect(spent).toEqual(right);
  // back from rank 3: units of rank 2, the first of its pair, then of rank 0, the first of the pair of rank 1
  expect([...spent.subarray(0, 5)]).toEqual([3 + 7 * 1, 2 + 7 * 4, 8, 8, 9]);
});

test("a path that enters a unit at another op than the one behind it is walked until it stays", () => {
  const alone = groupsOf([0, 1]);
  const op = (lane: number, ...after: number[]): TapeOp => ({ lane, kind: lane, row: lane, groups: alone, after });
  const unit = (u: number) => [op(2, 3 * u), op(1, 3 * u + 1), op(0)]; // the first takes the second of the unit before, and that one the third
  const ops = [op(1), op(0), ...[0, 1, 2, 3, 4, 5].flatMap(unit)];
  const tail: TapeOp = { lane: 2, kind: 3, row: 3, groups: alone, after: [ops.length - 3] };
  const { spent, right } = spentBoth(
    [...ops, tail],
    [5, 2, 1, 100].map((ns) => Float64Array.of(ns, ns)),
  );
  expect(spent).toEqual(right);
  expect([...spent.subarray(0, 4)]).toEqual([5 * 5, 2, 1, 100]); // the third of four units, and the one before all
});

test("units are long enough that no op takes results from before the unit before its own", () => {
  const groups = groupsOf([0]);
  const ops = Array.from({ length: 9 }, (_, at): TapeOp => ({ lane: 0, kind: 0, row: 0, groups, after: at < 2 ? [] : [at - 2] }));
  expect(stretchesOf(ops, ops.length).map(({ size, times }) => [size, times])).toEqual([
    [2, 1],
    [2, 3], // that of the unit before
    [1, 1],
  ]);
  const after = (at: number) => (at === 0 ? [] : [at - 1]);
  const inTurn = ops.map((op, at): TapeOp => ({ ...op, after: after(at) }));
  expect(stretchesOf(inTurn, ops.length).map(({ size, times }) => [size, times])).toEqual([
    [1, 1],
    [1, 8],
  ]);
});

test("the loop ends all lanes of all ranks, waits, and spends its time as the naive loop does", () => {
  let repeated = 0;
  fc.assert(
    fc.property(anyTape, (drawn) => {
      const { tape, durations, freeNs } = drawn;
      const loop = new Loop(tape);
      const walk = new Walk(tape, KINDS + 1, WAITING);
      for (const nowNs of NOW) {
        const right = naive(drawn, nowNs);
        loop.time(
          durations,
          nowNs,
          freeNs.map((free) => free.map((ns) => nowNs + ns)),
        );
        expect(loop.endNs).toBe(right.lastNs);
        expect(loop.crossedNs).toBe(right.crossedNs);
        for (const last of tape.laneLast) expect([...loop.freeNs[tape.ops[last]!.lane]!]).toEqual(right.endNs[last]);
        const waited = loop.waitingNs.map((of) => new Array<number>(of.length).fill(0));
        for (const [at, { lane, row }] of tape.ops.entries())
          for (let r = 0; r < tape.ranks; r++) waited[lane]![r]! += right.endNs[at]![r]! - right.arrivedNs[at]![r]! - durations[row]![r]!;
        expect(loop.waitingNs.map((of) => [...of])).toEqual(waited);
        const spent = new Float64Array(KINDS + 1);
        walk.spend(loop, spent);
        expect(spent).toEqual(spentOf(tape, right, nowNs));
        for (const { stretch, first, ops, times, periodNs } of loop.units.slice(0, loop.count)) {
          for (let u = 0; u < times; u++) {
            for (const [o, { lastNs }] of ops.entries())
              expect(lastNs - periodNs * (times - 1 - u)).toBe(Math.max(...right.endNs[first + u * stretch.size + o]!));
          }
        }
        if (loop.units.slice(0, loop.count).some(({ times }) => times > 3)) repeated++;
      }
    }),
    { numRuns: 300, endOnFailure: true },
  );
  expect(repeated).toBeGreaterThan(150);
});

test("a pass that is stopped has ended the ops that were launched, and over, by then", () => {
  let running = 0;
  fc.assert(
    fc.property(anyTape, fc.nat(120), (drawn, untilNs) => {
      const { tape, durations, freeNs } = drawn;
      const loop = new Loop(tape);
      const right = naive(drawn, 0);
      loop.timeUntil(durations, 0, freeNs, untilNs);
      const ended = new Uint8Array(tape.ops.length);
      const open = new Uint8Array(tape.lanes).fill(1);
      for (const [at, { lane, after }] of tape.ops.entries()) {
        const before = tape.laneBefore[at]!;
        const freeLast = before < 0 ? Math.max(...freeNs[lane]!) : Math.max(...right.endNs[before]!);
        const isLaunched =
          open[lane] === 1 &&
          0 < untilNs &&
          freeLast < untilNs &&
          after.every((b) => ended[b] === 1 && Math.max(...right.endNs[b]!) < untilNs);
        if (isLaunched && Math.max(...right.endNs[at]!) <= untilNs) ended[at] = 1;
        else {
          if (open[lane] === 1) expect(loop.running[lane]).toBe(isLaunched ? at : -1);
          if (isLaunched) running++;
          if (isLaunched) {
            const arrived = new Float64Array(tape.ranks);
            loop.fillArrivals(at, freeNs, arrived);
            expect([...arrived]).toEqual(right.arrivedNs[at]);
          }
          open[lane] = 0;
        }
      }
      expect(loop.hasEnded).toEqual(ended);
      expect(loop.isStopped).toBe(ended.includes(0));
      for (const [at, isEnded] of ended.entries()) if (isEnded === 1) expect([...loop.opAt(at).endNs]).toEqual(right.endNs[at]);
    }),
    { numRuns: 400, endOnFailure: true },
  );
  expect(running).toBeGreaterThan(50);
});

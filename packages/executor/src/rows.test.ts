import { expect, test } from "vitest";
import { groupsOf } from "./drawn-tape.contract.ts";
import { FormMaker } from "./form-maker.ts";
import { FormTimes } from "./form-times.ts";
import { keysOf } from "./keys.ts";
import { Ledger } from "./ledger.ts";
import { type Asked, Loop } from "./loop.ts";
import { Tape } from "./tape.ts";
import type { TapeOp } from "./tape-op.ts";
import { Walk } from "./walk.ts";

// What is new comes as rows on a tape: neither loop, walk nor ledger knows of it. All times are worked out by hand.
const ALONE = groupsOf([0, 1, 2]);
const ALL = groupsOf([0, 0, 0]);
const COMPUTE = 0;
const NETWORK = 1;
const COPY = 2;
const free = (lanes: number, ns = 0) => Array.from({ length: lanes }, () => new Float64Array(3).fill(ns));
const rows = (...durations: readonly (readonly number[])[]) => durations.map((of) => Float64Array.from(of));

test("a kind of op of its own takes its place in the critical path", () => {
  const ops = [
    { lane: COMPUTE, kind: 0, row: 0, groups: ALONE, after: [] },
    { lane: COMPUTE, kind: 7, row: 1, groups: ALONE, after: [0] },
  ];
  const loop = new Loop(new Tape(ops, { ranks: 3, lanes: 1, kinds: 8 }));
  loop.time(rows([1, 2, 3], [10, 20, 5]), 100, free(1, 100));
  expect([...loop.freeNs[COMPUTE]!]).toEqual([111, 122, 108]);
  const spent = new Float64Array(9);
  new Walk(loop.tape, 9, 8).spend(loop, spent);
  expect([...spent]).toEqual([2, 0, 0, 0, 0, 0, 0, 20, 0]); // rank 1 is the last
});

test("a lane of its own, for copies, runs beside the others, and is waited for only where its results are taken", () => {
  const ops = [
    { lane: COPY, kind: 2, row: 0, groups: ALONE, after: [] },
    { lane: COMPUTE, kind: 0, row: 1, groups: ALONE, after: [] },
    { lane: NETWORK, kind: 1, row: 2, groups: ALL, after: [1] },
    { lane: COMPUTE, kind: 0, row: 1, groups: ALONE, after: [0, 2] },
  ];
  const loop = new Loop(new Tape(ops, { ranks: 3, lanes: 3, kinds: 3 }));
  loop.time(rows([30, 0, 0], [4, 5, 6], [1, 1, 2]), 0, free(3));
  expect([...loop.freeNs[NETWORK]!]).toEqual([8, 8, 8]); // all start at 6, and leave after the longest, 2
  expect([...loop.freeNs[COPY]!]).toEqual([30, 0, 0]);
  expect([...loop.freeNs[COMPUTE]!]).toEqual([34, 13, 14]);
  expect([...loop.waitingNs[NETWORK]!]).toEqual([3, 2, 0]); // 8 − 4 − 1, 8 − 5 − 1, 8 − 6 − 2
  const spent = new Float64Array(4);
  new Walk(loop.tape, 4, 3).spend(loop, spent);
  expect([...spent]).toEqual([4, 0, 30, 0]); // back over the copy of rank 0
});

test("a slow rank is a row that takes longer there, and a lost one a row that takes nothing: ranks that skip a barrier are a group of their own", () => {
  const withoutLast = groupsOf([0, 0, 1]);
  const ops = [
    { lane: COMPUTE, kind: 0, row: 0, groups: ALONE, after: [] },
    { lane: NETWORK, kind: 1, row: 1, groups: withoutLast, after: [0] },
  ];
  const loop = new Loop(new Tape(ops, { ranks: 3, lanes: 2, kinds: 2 }));
  loop.time(rows([10, 25, 0], [3, 3, 0]), 0, free(2));
  expect([...loop.freeNs[NETWORK]!]).toEqual([28, 28, 0]);
  expect([...loop.waitingNs[NETWORK]!]).toEqual([15, 0, 0]);
});

/** Ends, by their form, of two passes whose context takes `growingNs` on all ranks. */
function formEnds(tape: Tape, durations: readonly Float64Array[], growingNs: readonly number[]): number[] {
  const form = new FormMaker(tape, keysOf(Float64Array.of(1, 1, 1), 1)).make(durations);
  const times = new FormTimes(1);
  const endsNs = new Float64Array(2);
  times.begin(form!, [undefined, undefined, undefined]);
  times.fillEnds(Float64Array.from(growingNs), 0, 2, 0, Number.POSITIVE_INFINITY, endsNs);
  return [...endsNs];
}

test("passes of k + 1 tokens a sequence, with a draft's passes behind them, are rows: of the target's layers, and of the draft's, three times", () => {
  // attention, which sees the context of k + 1 tokens, and a layer's matrices; then the draft, whose kinds are its own
  const target = [0, 1, 0, 1].map((row, at): TapeOp => ({ lane: COMPUTE, kind: row, row, groups: ALONE, after: at === 0 ? [] : [at - 1] }));
  const draft = [2, 2, 2].map((row, i): TapeOp => ({ lane: COMPUTE, kind: 2, row, groups: ALONE, after: [target.length + i - 1] }));
  const tape = new Tape([...target, ...draft], { ranks: 3, lanes: 1, kinds: 3, contexts: [0] });
  const loop = new Loop(tape);
  const durations = rows([40, 40, 40], [7, 7, 7], [2, 2, 2]);
  loop.time(durations, 0, free(1));
  expect(loop.endNs).toBe(2 * (40 + 7) + 3 * 2);
  const spent = new Float64Array(4);
  new Walk(tape, 4, 3).spend(loop, spent);
  expect([...spent]).toEqual([80, 14, 6, 0]);
  // four tokens more of context in the next pass, and one of them rejected: the start of a pass says what its context takes
  expect(formEnds(tape, durations, [40, 43])).toEqual([100, 100 + 2 * (43 + 7) + 6]);
});

test("the time of all routed layers in one piece comes from outside, when the op is launched, or with the rows of the pass", () => {
  const layers = [0, 1, 0, 1].map((row, at): TapeOp => ({ lane: COMPUTE, kind: row, row, groups: ALONE, after: at === 0 ? [] : [at - 1] }));
  const routed: TapeOp = { lane: NETWORK, kind: 2, row: 2, groups: ALL, after: [3] };
  const tape = new Tape([...layers, routed], { ranks: 3, lanes: 2, kinds: 3, contexts: [0] });
  const durations = rows([10, 10, 10], [4, 4, 5], [0, 0, 0]);
  const launched: [number, number[]][] = [];
  const law: Asked = {
    launch: (at, freeNs, readyNs) => {
      if (at !== 4) return;
      launched.push([Math.max(...freeNs), [...readyNs]]);
      durations[2]!.fill(1000); // a mean, and its noise
    },
    ended: () => {},
  };
  const loop = new Loop(tape);
  loop.time(durations, 0, free(2), law);
  expect(launched).toEqual([[0, [28, 28, 30]]]);
  expect(loop.endNs).toBe(1030);
  const spent = new Float64Array(4);
  new Walk(tape, 4, 3).spend(loop, spent);
  expect([...spent]).toEqual([20, 10, 1000, 0]);
  expect(formEnds(tape, durations, [10, 11])).toEqual([1030, 1030 + 1032]); // the form is made of rows, however they were filled
});

test("spans of a window of time are read from units, of those that ran alike one by one, and of no others", () => {
  const ops = Array.from(
    { length: 100 },
    (_, at): TapeOp => ({ lane: COMPUTE, kind: 0, row: 0, groups: ALONE, after: at === 0 ? [] : [at - 1] }),
  );
  const loop = new Loop(new Tape(ops, { ranks: 3, lanes: 1, kinds: 1 }));
  loop.time(rows([10, 10, 10]), 0, free(1));
  const [fromNs, toNs] = [495, 525];
  let units = 0;
  const spans = loop.units.slice(0, loop.count).flatMap(({ first, times, periodNs, ops: timed }) => {
    const lastNs = timed[0]!.endNs[0]!;
    const firstUnit = Math.max(0, times - 1 - Math.floor((lastNs - fromNs) / Math.max(1, periodNs))); // that ends in the window, or behind it
    const inWindow: [number, number][] = [];
    for (let u = firstUnit; u < times; u++) {
      units++;
      const endNs = lastNs - periodNs * (times - 1 - u);
      if (endNs - 10 >= toNs) break;
      if (endNs > fromNs) inWindow.push([first + u, endNs - 10]);
    }
    return inWindow;
  });
  expect(spans).toEqual([
    [49, 490],
    [50, 500],
    [51, 510],
    [52, 520],
  ]);
  expect(units).toBeLessThan(8);
});

test("a pass that is stopped at an instant can be read: what has ended, what runs, and since when", () => {
  const ops = [
    { lane: COMPUTE, kind: 0, row: 0, groups: ALONE, after: [] },
    { lane: NETWORK, kind: 1, row: 1, groups: ALL, after: [0] },
    { lane: COMPUTE, kind: 0, row: 0, groups: ALONE, after: [1] },
  ];
  const loop = new Loop(new Tape(ops, { ranks: 3, lanes: 2, kinds: 2 }));
  loop.timeUntil(rows([4, 5, 6], [1, 1, 2]), 0, free(2), 7);
  expect([...loop.hasEnded]).toEqual([1, 0, 0]);
  expect([...loop.running]).toEqual([-1, 1]);
  const arrived = new Float64Array(3);
  loop.fillArrivals(1, free(2), arrived);
  expect([...arrived]).toEqual([4, 5, 6]);
});

test("the ledger adds up by phase, kind and lane, and lanes from the end of one pass to the end of the next", () => {
  const ledger = new Ledger(3, 2, 2, 2);
  const freeNs = Float64Array.of(5, 5, 5);
  ledger.work(1, 0, Float64Array.of(1, 2, 3), 4);
  ledger.work(1, 0, Float64Array.of(1, 1, 1), 1);
  ledger.wait(1, NETWORK, Float64Array.of(7, 0, 1), 2);
  ledger.leave(0, COMPUTE, Float64Array.of(9, 8, 7), freeNs);
  ledger.leave(1, COMPUTE, Float64Array.of(10, 10, 10), freeNs);
  ledger.ran(5, 9);
  ledger.ran(3, 8);
  ledger.ran(4, 6);
  expect(ledger.busyNs.map((of) => [...of])).toEqual([
    [0, 0, 0],
    [0, 0, 0],
    [5, 9, 13],
    [0, 0, 0],
  ]);
  expect([...ledger.isWorked]).toEqual([0, 0, 1, 0]);
  expect(ledger.waitingNs.map((of) => [...of])).toEqual([
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
    [14, 0, 2],
  ]);
  expect([...ledger.laneNs[0]!]).toEqual([4, 3, 2]);
  expect([...ledger.laneNs[2]!]).toEqual([1, 2, 3]);
  expect([...freeNs]).toEqual([10, 10, 10]);
  expect([ledger.firstNs, ledger.lastNs]).toEqual([3, 9]);
});

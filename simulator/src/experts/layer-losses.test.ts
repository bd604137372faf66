import { type ExpertSlots, expertSlots } from "@tokenyard/placement";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LayerLosses } from "./layer-losses.ts";

const slotsOf = (held: readonly (readonly number[])[]): ExpertSlots => expertSlots(9, held, true);
const all = (...numbers: number[]) => new Set(numbers);

/** Three ranks with three slots each: slot 3 e + i is place i of rank e. */
const START = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
];

test("slots keep their numbers while others are lost, and return with the experts that they held", () => {
  const losses = new LayerLosses(slotsOf(START));
  expect(losses.are(all(), all())).toBe(true);
  const one = losses.change(slotsOf(START), all(), all(4));
  expect(one).toEqual([
    [0, 1, 2],
    [3, 5],
    [6, 7, 8],
  ]);
  expect(losses.are(all(), all(4))).toBe(true);
  expect(losses.are(all(1), all(4))).toBe(false);
  expect([3, 4, 5, 8].map((slot) => losses.present(slot, slotsOf(one)))).toEqual([3, -1, 4, 7]);
  const moved = [
    [0, 3, 2],
    [1, 5],
    [8, 7, 6],
  ]; // experts 1 and 3, 6 and 8 have changed places
  const two = losses.change(slotsOf(moved), all(), all(4, 6));
  expect(two).toEqual([
    [0, 3, 2],
    [1, 5],
    [7, 6],
  ]);
  expect([3, 6, 7, 8].map((slot) => losses.present(slot, slotsOf(two)))).toEqual([3, -1, 5, 6]);
  expect(losses.change(slotsOf(two), all(), all(6))).toEqual([
    [0, 3, 2],
    [1, 4, 5],
    [7, 6],
  ]);
  expect(losses.change(slotsOf(two.with(1, [1, 4, 5])), all(), all())).toEqual([
    [0, 3, 2],
    [1, 4, 5],
    [8, 7, 6],
  ]);
});

test("a rank that is lost with a slot of its own returns without it, and a slot that returns meanwhile is on it", () => {
  for (const slotFirst of [true, false]) {
    const losses = new LayerLosses(slotsOf(START));
    const lost = losses.change(slotsOf(START), all(1), all(5));
    expect(lost).toEqual([[0, 1, 2], [], [6, 7, 8]]);
    expect([3, 5].map((slot) => losses.present(slot, slotsOf(lost)))).toEqual([-1, -1]);
    const next = slotFirst ? losses.change(slotsOf(lost), all(1), all()) : losses.change(slotsOf(lost), all(), all(5));
    expect(next).toEqual([[0, 1, 2], slotFirst ? [] : [3, 4], [6, 7, 8]]);
    expect(losses.change(slotsOf(next), all(), all())).toEqual(START);
  }
});

test("where a placement has given a rank fewer slots, the last of them stands for those that it lacks", () => {
  const losses = new LayerLosses(slotsOf(START));
  const fewer = [
    [0, 1, 2, 5],
    [3, 4],
    [6, 7, 8],
  ];
  expect(losses.present(5, slotsOf(fewer))).toBe(5);
  const lost = losses.change(slotsOf(fewer), all(), all(5));
  expect(lost).toEqual([[0, 1, 2, 5], [3], [6, 7, 8]]);
  expect(losses.change(slotsOf(lost), all(), all())).toEqual(fewer);
});

/** Places of a layer as cells, each lost or not: what a rank holds are its cells that are not lost, in order. */
test("any order of losses and returns leaves what a map of cells has", () => {
  const lost = fc.record({ ranks: fc.uniqueArray(fc.nat(2)), slots: fc.uniqueArray(fc.nat(8)), swap: fc.tuple(fc.nat(20), fc.nat(20)) });
  fc.assert(
    fc.property(fc.array(lost, { maxLength: 8 }), (steps) => {
      const cells = Array.from({ length: 9 }, (_, x) => x);
      let gone = new Set<number>();
      const losses = new LayerLosses(slotsOf(START));
      const left = () => START.map((_, e) => cells.flatMap((x, at) => (gone.has(at) || Math.floor(at / 3) !== e ? [] : [x])));
      for (const { ranks, slots, swap } of steps) {
        const free = cells.map((_, at) => at).filter((at) => !gone.has(at));
        if (free.length > 0) {
          const [a, b] = swap.map((at) => free[at % free.length]!) as [number, number];
          [cells[a], cells[b]] = [cells[b]!, cells[a]!];
        }
        const placed = slotsOf(left());
        gone = new Set(cells.map((_, at) => at).filter((at) => slots.includes(at) || ranks.includes(Math.floor(at / 3))));
        expect(losses.change(placed, new Set(ranks), new Set(slots))).toEqual(left());
        const numbers = cells.map((_, at) => at).filter((at) => !gone.has(at));
        for (const at of cells.keys()) expect(losses.present(at, slotsOf(left()))).toBe(numbers.indexOf(at));
        expect(losses.are(new Set(ranks), new Set(slots))).toBe(true);
      }
    }),
    { numRuns: drawnCases(60) },
  );
});

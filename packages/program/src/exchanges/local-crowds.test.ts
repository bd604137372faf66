import { expertSlots } from "@tokenyard/placement";
import { expect, test } from "vitest";
import { LocalCrowds } from "./local-crowds.ts";

/** Three experts' ranks; expert 0 has a copy on the last, where a slot is empty. */
const slots = expertSlots(6, [
  [0, 1],
  [2, 3],
  [4, 0, 5, -1],
]);
const own = (first: number[], end: number[]) => ({ first: Int32Array.from(first), end: Int32Array.from(end) });
const plain = (crowds: LocalCrowds) =>
  crowds.of(slots).map(({ from, end, closed, regions }) => ({ from, end, closed: [...closed], regions: regions && [...regions] }));

test("a source on one rank has the experts with a slot there, copies too", () => {
  const crowds = new LocalCrowds("any", own([0, 1, 2], [1, 2, 3]));
  expect(plain(crowds)).toEqual([
    { from: 0, end: 1, closed: [2, 3, 4, 5], regions: undefined },
    { from: 1, end: 2, closed: [0, 1, 4, 5], regions: undefined },
    { from: 2, end: 3, closed: [1, 2, 3], regions: undefined },
  ]);
  expect(crowds.of(slots)).toBe(crowds.of(slots));
});

test("sources that share a rank share its room", () => {
  expect(plain(new LocalCrowds("any", own([0, 0, 1, 1], [1, 1, 3, 3])))).toEqual([
    { from: 0, end: 2, closed: [2, 3, 4, 5], regions: undefined },
    { from: 2, end: 4, closed: [1], regions: undefined },
  ]);
});

test("within a rank, an expert of several ranks of a source belongs to the first", () => {
  const [crowd] = plain(new LocalCrowds("rank", own([0], [3])));
  expect(crowd).toEqual({ from: 0, end: 1, closed: [], regions: [0, 0, 1, 1, 2, 2] });
  expect(plain(new LocalCrowds("node", own([0], [3])))[0]!.regions).toBeUndefined();
  expect(plain(new LocalCrowds("rank", own([1], [2])))[0]!.regions).toBeUndefined();
});

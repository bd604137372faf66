import type { Report } from "@tokenyard/report";
import { expect, test } from "vitest";
import { lawErrorOf } from "../../points/exact-point.ts";
import { Nearest } from "./nearest.ts";
import type { Contender } from "./standing.ts";

/** A contender whose routed layers are known to one in a hundred by the law, or that was drawn exactly. */
function contender(index: number, cost: number, byLaw = true, headroom = 0): Contender {
  const law = byLaw ? { law: { standardError: 0.01, check: null } } : {};
  return { index, costs: [cost], headroom, parameters: {}, report: { balance: law } as unknown as Report };
}

/** Draws all that are unsure exactly: their costs are those of `exact`, by index. Returns their order. */
function redrawn(nearest: Nearest, exact: Readonly<Record<number, number>>): number[] {
  const drawn: number[] = [];
  for (let next = nearest.allUnsure[0]; next !== undefined; next = nearest.allUnsure[0]) {
    drawn.push(next.index);
    const cost = exact[next.index];
    nearest.redraw(next.index, cost === undefined ? undefined : contender(next.index, cost, false));
  }
  return drawn;
}

test("the best, the one after it, and those within twice the law's error are drawn exactly, and the best of these wins", () => {
  const nearest = new Nearest();
  // 101.5 is within 2 · 1 % of 100, 103 is not
  const front = [contender(0, 100), contender(1, 101), contender(2, 101.5), contender(3, 103)];
  for (const each of front.toReversed()) nearest.add(each);
  expect(redrawn(nearest, { 0: 101.2, 1: 101, 2: 100.9 })).toEqual([0, 1, 2]);
  expect(nearest.drawn).toBe(3);
  expect(nearest.standing(front).best).toMatchObject({ index: 2, costs: [100.9] });
});

test("of plans with equal costs those are drawn exactly whose headroom may be the most", () => {
  const nearest = new Nearest();
  for (const [index, headroom] of [0.5, 0.4, 0.485, 0.47].entries()) nearest.add(contender(index, 16, true, headroom));
  expect(nearest.allUnsure.map(({ index }) => index)).toEqual([0, 2]); // 0.47 is further than 2 · 1 % from 0.5
});

test("one that no longer holds a constraint is out, and the next is drawn in its place", () => {
  const nearest = new Nearest();
  const front = [contender(0, 100), contender(1, 120), contender(2, 140), contender(3, 160)];
  for (const each of front) nearest.add(each);
  expect(redrawn(nearest, { 1: 119, 2: 141 })).toEqual([0, 1, 2]);
  const standing = nearest.standing(front);
  expect(standing.best?.index).toBe(1);
  expect(standing.front.map(({ index }) => index)).not.toContain(0);
});

test("one whose exact run gives no report keeps its place and its numbers, and is not asked again", () => {
  const nearest = new Nearest();
  const front = [contender(0, 100), contender(1, 120), contender(2, 140)];
  for (const each of front) nearest.add(each);
  nearest.keep(0);
  expect(nearest.allUnsure.map(({ index }) => index)).toEqual([1]);
  expect(redrawn(nearest, { 1: 119 })).toEqual([1]);
  expect(nearest).toMatchObject({ drawn: 1, kept: 1, allUnsure: [] });
  expect(nearest.standing(front).best).toMatchObject({ index: 0, costs: [100] });
});

test("exact passes that deviate by no more than chance leave the error of the law's tables", () => {
  const law = (standardError: number, mean: number, of: number) =>
    lawErrorOf({ balance: { law: { standardError, check: { passes: 24, mean, standardError: of } } } } as unknown as Report);
  expect(law(0.001, -0.006, 0.008)).toBe(0.001);
  expect(law(0.001, -0.012, 0.008)).toBeCloseTo(0.004, 12);
  expect(law(0.001, 0.012, 0.008)).toBeCloseTo(0.004, 12);
});

test("where nothing goes by the law, nothing is drawn again", () => {
  const nearest = new Nearest();
  nearest.add(contender(0, 100, false));
  expect(nearest.allUnsure[0]).toBeUndefined();
  expect(nearest.drawn).toBe(0);
});

test("where all that are kept drop out, and there were more, that is known; the best of them are kept", () => {
  const nearest = new Nearest(2);
  for (const [index, cost] of [100, 140, 120].entries()) nearest.add(contender(index, cost, false));
  expect(nearest.all.map(({ index }) => index)).toEqual([0, 2]);
  nearest.drop(0);
  expect(nearest.isExhausted).toBe(false);
  nearest.drop(2);
  expect(nearest.isExhausted).toBe(true);
  const few = new Nearest(2);
  few.add(contender(0, 100, false));
  few.drop(0);
  expect(few.isExhausted).toBe(false);
});

import { Streams } from "@tokenyard/random";
import type { Report } from "@tokenyard/report";
import { expect, test } from "vitest";
import { tiny } from "../../fixtures/tiny.ts";
import type { PointResult } from "../../points/point-result.ts";
import { questionOf } from "../questions/question.ts";
import { EFFORT, LeftOut, MOST_MARGIN } from "./left-out.ts";
import type { Prospect } from "./prospect.ts";

const question = questionOf(tiny, { objectives: [{ text: "gpus", better: "less" }], subjectTo: ["tpot.p99 <= 10 ms"] });

/** A plan whose p99 of TPOT is so many seconds by the formula. */
function prospect(index: number, said: number): Prospect {
  const formula = { value: (_: unknown, path: string) => (path === "tpotSeconds.p99" ? said : undefined) };
  return { index, costs: [0], known: "bounds", choice: {}, variant: { formula } } as unknown as Prospect;
}

function row(came: number): PointResult {
  return {
    index: 0,
    parameters: {},
    status: "ok",
    report: { tpotSeconds: { p99: came }, tokens: { dropped: 0, routed: 1 } } as unknown as Report,
  };
}

/** Draws one of a hundred plans that the formula says take `said`, which came to `came`. */
function audited(said: number, came: number) {
  const leftOut = new LeftOut(question, new Streams(1).stream("optimize/audit"));
  for (let i = 0; i < 100; i++) leftOut.prospects.add(prospect(i, said));
  const [drawn] = leftOut.draw(1);
  leftOut.learn(drawn!, row(came), undefined, false);
  return leftOut;
}

test("an error of at most half of the margin keeps it; a larger one doubles it, as factors", () => {
  const small = audited(0.011, 0.01); // 1.1² < 1.25
  expect([small.isOff, small.largestError]).toEqual([false, 0.011 / 0.01]);
  const large = audited(0.015, 0.01); // 1.5² > 1.25
  expect([large.isOff, large.widen(), large.isOff]).toEqual([true, true, false]);
  expect(large.margin).toBeCloseTo(2.25, 9);
  expect([large.audited, large.prospects.size]).toEqual([1, 99]);
});

test("an error counts where a plan came near to winning: how far off one is that stays away from it decides nothing", () => {
  const far = audited(0.03, 0.0113); // half of the first margin is √1.25 = 1.118
  expect([far.isOff, far.largestError]).toEqual([false, 0.03 / 0.01 / (0.0113 / 0.01)]);
  const near = audited(0.03, 0.011);
  expect([near.isOff, near.widen()]).toEqual([true, true]);
  expect(near.margin).toBe(MOST_MARGIN); // (3 / 1.1)² is more
});

test("a plan that is better than the formula says by more than any margin is found out: it stays off", () => {
  const far = audited(0.039, 0.01);
  expect([far.widen(), far.margin, far.isOff, far.widen()]).toEqual([true, MOST_MARGIN, true, false]);
});

test("what is far beyond a constraint either way decides nothing, and a plan that is worse than said is no error", () => {
  expect(audited(1000, 0.05).largestError).toBe(1); // a hundred thousand times too long, and five times
  expect(audited(0.01, 0.02).largestError).toBe(1);
});

test("what is drawn follows from the seed and who is left out, not from the order in which they came", () => {
  const drawnOf = (order: readonly number[]) => {
    const leftOut = new LeftOut(question, new Streams(7).stream("optimize/audit"));
    for (const index of order) leftOut.prospects.add(prospect(index, 1));
    return leftOut.draw(EFFORT.audited).map(({ index }) => index);
  };
  const rising = Array.from({ length: 50 }, (_, i) => i);
  expect(drawnOf(rising.toReversed())).toEqual(drawnOf(rising));
  expect(new Set(drawnOf(rising)).size).toBe(EFFORT.audited);
});

test("what is proved of those left out follows from the first draw, and all that it leaves open may be left out still", () => {
  const leftOut = new LeftOut(question, new Streams(1).stream("optimize/audit"));
  for (let i = 0; i < 100; i++) leftOut.prospects.add(prospect(i, 0.011));
  for (const drawn of leftOut.draw(20)) leftOut.learn(drawn, row(0.0095), undefined, false);
  expect(leftOut.mostBetter).toBe(12 / 80); // with 13 among the hundred 20 draws would miss them all in 4.7 % of cases, with 12 in 5.9 %
  leftOut.widen();
  for (const each of [...leftOut.prospects].slice(0, 40)) leftOut.prospects.delete(each); // within the wider margin, and run
  for (const drawn of leftOut.draw(10)) leftOut.learn(drawn, row(0.011), undefined, false);
  expect(leftOut.mostBetter).toBe(12 / 30);
  const [drawn] = leftOut.draw(1);
  leftOut.learn(drawn!, row(0.0095), undefined, true);
  expect(leftOut.mostBetter).toBeNull();
});

test("plans that were drawn and not run are no audit: what is proved is by those that were run, if these are a random part", () => {
  const cutShort = (status: "ok" | "beaten" | "failed", areGivenUp: boolean) => {
    const leftOut = new LeftOut(question, new Streams(1).stream("optimize/audit"));
    for (let i = 0; i < 10; i++) leftOut.prospects.add(prospect(i, 0.011));
    const drawn = leftOut.draw(6);
    for (const each of drawn.slice(0, 2)) leftOut.learn(each, row(0.011), undefined, false);
    leftOut.learn(drawn[2]!, status === "ok" ? row(0.011) : { index: 0, parameters: {}, status, reason: "" }, undefined, false);
    expect([leftOut.audited + (status === "failed" ? 1 : 0), leftOut.drawn, leftOut.mostBetter]).toEqual([3, 6, null]); // it goes on
    leftOut.end(areGivenUp);
    expect([leftOut.prospects.size, leftOut.drawn]).toEqual([7, 6]);
    return leftOut.mostBetter;
  };
  // of ten with five winners, three draws miss them all in 5·4·3 / (10·9·8) = 8 % of cases, with six in 4·3·2 / 720 = 3 %
  expect(cutShort("ok", false)).toBe(5 / 7);
  expect(cutShort("beaten", false)).toBe(5 / 7);
  expect(cutShort("ok", true)).toBeNull(); // of runs that were given up, those that would win are likelier
  expect(cutShort("failed", false)).toBeNull();
});

test("as many are drawn first as a share asks for, and then no more than are drawn in any case", () => {
  const leftOut = new LeftOut(question, new Streams(1).stream("optimize/audit"));
  for (let i = 0; i < 112; i++) leftOut.prospects.add(prospect(i, 0.011));
  const effort = { ...EFFORT, mostBetter: 0.05 };
  expect([leftOut.lacking(EFFORT), leftOut.lacking(effort)]).toEqual([EFFORT.audited, 71]);
  for (const drawn of leftOut.draw(71)) leftOut.learn(drawn, row(0.011), undefined, false);
  expect([leftOut.lacking(effort), leftOut.mostBetter]).toEqual([0, 2 / 41]);
  leftOut.recount(() => false);
  expect(leftOut.lacking(effort)).toBe(EFFORT.audited);
});

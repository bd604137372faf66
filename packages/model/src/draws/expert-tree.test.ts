import { Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { EvenVisits } from "./even-visits.ts";
import { ExpertChoice } from "./expert-choice.ts";
import { ExpertTree } from "./expert-tree.ts";
import { createVisits, type ExpertPlaces } from "./visits.ts";

/** 256 experts, 8 on each of 32 ranks, 8 ranks on each of 4 nodes. */
const wide: ExpertPlaces = {
  rankOf: Int32Array.from({ length: 256 }, (_, e) => Math.floor(e / 8)),
  nodeOf: Int32Array.from({ length: 32 }, (_, rank) => Math.floor(rank / 8)),
  nodes: 4,
};

const even = (experts: number) => new Float64Array(experts).fill(1 / experts);
const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

/** Chance that none of 8 different experts out of 256 is among `held`. */
const missed = (held: number) =>
  Array.from({ length: 8 }, (_, i) => (256 - held - i) / (256 - i)).reduce((chance, each) => chance * each, 1);

test("8 of 256 experts lie on 7.267 of 32 ranks and 3.614 of 4 nodes: a token drawn by halves goes to so many, and so does one of an even gate", () => {
  expect(32 * (1 - missed(8))).toBeCloseTo(7.267, 3);
  expect(4 * (1 - missed(64))).toBeCloseTo(3.614, 3);
  const visits = createVisits(1, wide);
  const copies = new Float64Array(256);
  new ExpertTree(even(256), 8, wide).count(1_000_000, new Streams(1).stream("tree"), copies, 0, visits);
  expect(sum(copies)).toBe(8_000_000);
  expect(sum(visits.toRanks) / 1e6).toBeCloseTo(7.267, 2);
  expect(sum(visits.toNodes) / 1e6).toBeCloseTo(3.614, 2);
  new EvenVisits(8, wide).fill(1_000_000, copies.fill(31_250), 0, visits);
  expect(sum(visits.toRanks) / 1e6).toBeCloseTo(7.267, 3);
  expect(sum(visits.toNodes) / 1e6).toBeCloseTo(3.614, 3);
});

test("few tokens, drawn one by one, go to as many", () => {
  const choice = new ExpertChoice(even(256), 8);
  const stream = new Streams(1).stream("few");
  const visits = createVisits(1, wide);
  let toRanks = 0;
  let toNodes = 0;
  for (let draw = 0; draw < 20_000; draw++) {
    choice.count(1, stream, new Float64Array(256), 0, visits);
    toRanks += sum(visits.toRanks);
    toNodes += sum(visits.toNodes);
  }
  expect(toRanks / 20_000).toBeCloseTo(7.267, 1);
  expect(toNodes / 20_000).toBeCloseTo(3.614, 1);
});

test("a token whose experts all lie on one rank goes there once", () => {
  const one: ExpertPlaces = { rankOf: new Int32Array(4), nodeOf: Int32Array.of(0), nodes: 1 };
  const visits = createVisits(2, one);
  const copies = new Float64Array(8);
  const choice = new ExpertChoice(even(4), 3);
  choice.count(5, new Streams(1).stream("few"), copies, 0, visits);
  choice.count(5_000_000, new Streams(1).stream("many"), copies, 1, visits);
  expect([...visits.toRanks]).toEqual([5, 5_000_000]);
  expect([...visits.toNodes]).toEqual([5, 5_000_000]);
  expect(sum(copies)).toBe(15_000_015);
});

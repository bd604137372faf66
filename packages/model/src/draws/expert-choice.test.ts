import { type Stream, Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { ExpertChoice } from "./expert-choice.ts";
import { chiSquare, exactMoments, tallied, tokenByToken } from "./token-by-token.contract.ts";
import { createVisits } from "./visits.ts";

const WEIGHTS = Float64Array.of(0.35, 0.05, 0.25, 0.15, 0.2);
const TOP_K = 2;

function counted(choice: ExpertChoice, experts: number, tokens: number, stream: Stream): Float64Array {
  const out = new Float64Array(experts);
  choice.count(tokens, stream, out, 0);
  return out;
}

for (const tokens of [2, 3, 40]) {
  // 2 and 3 are drawn token by token, 40 together
  test(`the counts of ${tokens} tokens have the mean and the covariance of tokens that choose one by one`, () => {
    const stream = new Streams(11).stream("choice");
    const draws = 40_000;
    const experts = WEIGHTS.length;
    const sum = new Float64Array(experts);
    const products = new Float64Array(experts * experts);
    const choice = new ExpertChoice(WEIGHTS, TOP_K);
    const counts = new Float64Array(experts);
    for (let draw = 0; draw < draws; draw++) {
      choice.count(tokens, stream, counts, 0);
      for (let a = 0; a < experts; a++) {
        sum[a]! += counts[a]!;
        for (let b = 0; b < experts; b++) products[a * experts + b]! += counts[a]! * counts[b]!;
      }
    }
    const { mean, covariance } = exactMoments(WEIGHTS, TOP_K);
    for (let a = 0; a < experts; a++) {
      const deviation = Math.sqrt((covariance[a]![a]! * tokens) / draws);
      expect(Math.abs(sum[a]! / draws - tokens * mean[a]!)).toBeLessThan(4.5 * deviation);
      for (let b = 0; b < experts; b++) {
        const sampled = products[a * experts + b]! / draws - (sum[a]! / draws) * (sum[b]! / draws);
        expect(Math.abs(sampled - tokens * covariance[a]![b]!)).toBeLessThan(0.03 * tokens * 0.25); // 0.25: the largest variance there is
      }
    }
  });
}

for (const [what, weights, topK, tokens] of [
  // token by token
  ["few tokens", WEIGHTS, 2, 2],
  ["one token on three of five experts", WEIGHTS, 3, 1],
  // together
  ["some tokens on three of five experts", WEIGHTS, 3, 4],
  ["many tokens", Float64Array.of(0.5, 0.3, 0.2), 2, 10],
  ["many tokens on three of four experts", Float64Array.of(0.4, 0.1, 0.3, 0.2), 3, 8],
  ["tokens that nearly all want one expert", Float64Array.of(0.9, 0.05, 0.03, 0.02), 2, 5],
] as const) {
  test(`the joint counts of ${what} are distributed as those of tokens that choose one by one`, () => {
    const streams = new Streams(5);
    const [fast, slow] = [streams.stream("fast"), streams.stream("slow")];
    const choice = new ExpertChoice(weights, topK);
    const reference = tokenByToken(weights, topK, tokens);
    const { statistic, freedom } = chiSquare(
      tallied(20_000, () => counted(choice, weights.length, tokens, fast)),
      tallied(20_000, () => reference(slow)),
    );
    expect(freedom).toBeGreaterThan(5);
    expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom)); // mean and deviation of χ²
  });
}

test("few tokens among many experts come by the same chances as many tokens", () => {
  const weights = Float64Array.from({ length: 64 }, (_, e) => 1 / (e + 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const choice = new ExpertChoice(
    weights.map((weight) => weight / sum),
    6,
  );
  const streams = new Streams(9);
  const few = new Float64Array(64);
  const counts = new Float64Array(64);
  for (let draw = 0; draw < 100_000; draw++) {
    choice.count(1, streams.stream("few"), counts, 0);
    for (let e = 0; e < 64; e++) few[e]! += counts[e]!;
  }
  const many = new Float64Array(64);
  choice.count(100_000_000, streams.stream("many"), many, 0);
  for (let e = 0; e < 64; e++) {
    const chance = many[e]! / 1e8;
    expect(Math.abs(few[e]! / 1e5 - chance)).toBeLessThan(4.5 * Math.sqrt((chance * (1 - chance)) / 1e5));
  }
});

test("weights too small to multiply still leave every token its experts", () => {
  const weights = Float64Array.from({ length: 300 }, (_, e) => (e === 0 ? 1 : Number.MIN_VALUE));
  const counts = counted(new ExpertChoice(weights, 8), weights.length, 1_000_000, new Streams(1).stream("choice"));
  expect(counts[0]).toBe(1_000_000);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(8_000_000);
  // the other 7 copies of a token fall on 299 experts alike: 7·10^6/299 = 23411
  expect(Math.min(...counts.subarray(1))).toBeGreaterThan(22_500);
  expect(Math.max(...counts.subarray(1))).toBeLessThan(24_500);
});

test("a source's counts go into its row, and nowhere else", () => {
  const out = new Float64Array(15).fill(-1);
  for (const [topK, tokens] of [
    [1, 5],
    [2, 2],
    [2, 500],
  ] as const) {
    new ExpertChoice(WEIGHTS, topK).count(tokens, new Streams(1).stream("choice"), out, 1);
    expect([...out.subarray(0, 5), ...out.subarray(10)]).toEqual(new Array(10).fill(-1));
    expect(out.subarray(5, 10).reduce((sum, n) => sum + n, 0)).toBe(topK * tokens);
  }
});

for (const alike of [true, false]) {
  test(`tokens visit the ranks and nodes that they choose, however many there are, with weights that are ${alike ? "alike" : "not alike"}`, () => {
    const experts = 80;
    const weights = alike ? new Float64Array(experts).fill(1 / experts) : Float64Array.from({ length: experts }, (_, e) => (e + 1) / 3240);
    const rankOf = Int32Array.from({ length: experts }, (_, e) => e); // one of each rank, two ranks a node: 80 ranks, 40 nodes
    const places = { rankOf, nodeOf: rankOf.map((rank) => rank >> 1), nodes: 40 };
    const visits = createVisits(2, places);
    const choice = new ExpertChoice(weights, 4);
    const stream = new Streams(4).stream("visits");
    const out = new Float64Array(2 * experts);
    let both = 0;
    for (let draw = 0; draw < 400; draw++) {
      choice.count(150, stream, out, 1, visits); // more than are looked at at once
      expect([...visits.toRanks.subarray(experts)]).toEqual([...out.subarray(experts)]); // none comes twice to one of one expert
      for (let node = 0; node < 40; node++) {
        const [a, b] = [out[experts + 2 * node]!, out[experts + 2 * node + 1]!];
        const coming = visits.toNodes[40 + node]!;
        expect(coming >= Math.max(a, b) && coming <= Math.min(150, a + b)).toBe(true);
        both += a + b - coming; // tokens that chose both experts of the node
      }
      expect(visits.toNodes.subarray(0, 40).every((tokens) => tokens === 0)).toBe(true);
    }
    if (alike) expect(both / (400 * 150)).toBeCloseTo((40 * (4 * 3)) / (80 * 79), 2);
    else expect(both).toBeGreaterThan(0);
  });
}

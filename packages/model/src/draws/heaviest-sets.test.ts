import { type Stream, Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { HEAVIEST, HeaviestSets } from "./heaviest-sets.ts";
import { chiSquare, tallied } from "./token-by-token.contract.ts";

const MANY = Float64Array.from({ length: 12 }, (_, e) => 1 / (1 + e) ** 1.5);
const TOTAL = MANY.reduce((sum, weight) => sum + weight, 0);

/** A number for each set. */
function setOf(experts: Iterable<number>): Float64Array {
  let bits = 0;
  for (const e of experts) bits |= 1 << e;
  return Float64Array.of(bits);
}

/** Picks by weight, all begun again where one comes twice. */
function setByTries(weights: Float64Array, topK: number, stream: Stream): Float64Array {
  for (;;) {
    const picks = Array.from({ length: topK }, () => {
      let left = stream.next();
      let e = 0;
      for (left -= weights[0]!; left >= 0 && e < weights.length - 1; left -= weights[e]!) e++;
      return e;
    });
    if (new Set(picks).size === topK) return setOf(picks);
  }
}

for (const [what, weights, topK, tokens] of [
  ["some of more experts than have a table", MANY.map((weight) => weight / TOTAL), 4, 3],
  ["all but one of the experts that have a table", Float64Array.of(0.5, 0.2, 0.15, 0.1, 0.05), 4, 1],
  ["two of experts that all have a table", Float64Array.of(0.35, 0.05, 0.25, 0.15, 0.2), 2, 2],
] as const) {
  test(`sets of ${what} come as those of independent picks that are all different`, () => {
    const streams = new Streams(21);
    const [fast, slow] = [streams.stream("fast"), streams.stream("slow")];
    const sets = new HeaviestSets(weights, topK);
    const picks = new Int32Array(tokens * topK + HEAVIEST);
    const last = () => {
      sets.pick(tokens, fast, picks);
      return setOf(picks.subarray((tokens - 1) * topK, tokens * topK));
    };
    const { statistic, freedom } = chiSquare(
      tallied(40_000, last),
      tallied(40_000, () => setByTries(weights, topK, slow)),
    );
    expect(freedom).toBeGreaterThan(3);
    expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom)); // mean and deviation of χ²
  });
}

test("others are begun as often as is reported", () => {
  const experts = 40; // alike but for those that have a table
  const weights = Float64Array.from({ length: experts }, (_, e) => (e < HEAVIEST ? 0.02 : (1 - 0.02 * HEAVIEST) / (experts - HEAVIEST)));
  const drawn = { words: 0 };
  const stream = new Streams(2).stream("others");
  const counted: Stream = {
    bits: () => {
      drawn.words++;
      return stream.bits();
    },
    next: () => stream.next(),
  };
  const sets = new HeaviestSets(weights, 6);
  const picks = new Int32Array(6 + HEAVIEST);
  let fewest = 0;
  for (let i = 0; i < 20_000; i++) {
    sets.pick(1, counted, picks);
    fewest += (1 + picks.subarray(0, 6).filter((e) => e >= HEAVIEST).length) / 2; // two draws a word
  }
  expect(sets.meanTries).toBeGreaterThan(1.2);
  expect(sets.meanTries).toBeLessThan(2);
  // one that comes twice ends a try early
  expect(drawn.words / fewest).toBeGreaterThan(1 + (sets.meanTries - 1) / 3);
  expect(drawn.words / fewest).toBeLessThan(1 + sets.meanTries);
});

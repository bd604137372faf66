import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { Streams } from "../streams.ts";
import { AliasTable } from "./alias-table.ts";
import { countingStream, expectLaw } from "./goodness-of-fit.contract.ts";

function normed(weights: readonly number[]): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Float64Array.from(weights, (weight) => weight / sum);
}

describe("an alias table", () => {
  for (const [name, weights] of [
    ["alike, as many as a power of two", new Array(8).fill(1)],
    ["alike, fewer than that", new Array(5).fill(1)],
    ["one", [1]],
    ["two", [1, 3]],
    ["some 0", [0, 2, 0, 1, 5, 0, 0.5]],
    ["over many sizes", Array.from({ length: 60 }, (_, i) => 1 / (i + 1))],
  ] as const) {
    test(`of ${name} draws indices by their weights`, () => {
      const stream = new Streams(3).stream(name);
      const table = new AliasTable(normed(weights));
      expectLaw(() => table.pick(stream), 0, [...normed(weights)], 60_000);
    });
  }

  test.prop([fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }), fc.nat()])(
    "never draws what has no weight, or is none",
    (weights, seed) => {
      fc.pre(weights.some((weight) => weight > 1e-3));
      const table = new AliasTable(normed(weights));
      const stream = new Streams(seed).stream("alias");
      for (let i = 0; i < 200; i++) expect(weights[table.pick(stream)]).toBeGreaterThan(0);
    },
  );

  test("takes one word a draw, but for a value on the edge", () => {
    const stream = countingStream(new Streams(1).stream("words"));
    const table = new AliasTable(normed([1, 2, 3, 4, 5]));
    for (let i = 0; i < 400; i++) table.pick(stream);
    expect(stream.drawn).toBe(400);
  });

  for (const bits of [32, 16]) {
    test(`on the edge of words of ${bits} bits draws as much finer as another number does`, () => {
      const values = 2 ** (bits - 2); // behind each of four columns
      const part = 2 ** -8 / (4 * values);
      const weights = Float64Array.of(0.25 + part, 0.25 - part, 0.25, 0.25); // all but 2⁻⁸ of one of those behind column 1 are its own
      const table = new AliasTable(weights, bits);
      const last = { bits: () => 0, next: () => 1 - 2 ** -8 - 2 ** -20 };
      const word = ((values - 1) * 4 + 1) | 0;
      expect(table.at(word, last)).toBe(1);
      expect(table.at(word, { ...last, next: () => 1 - 2 ** -8 })).toBe(3); // where the table found room
    });
  }

  test("words of few bits draw by the same weights", () => {
    const weights = normed([1, 2, 3, 4, 5, 0, 0.01]);
    const table = new AliasTable(weights, 6); // edges in most draws
    const stream = new Streams(3).stream("few bits");
    const counts = new Float64Array(weights.length);
    for (let i = 0; i < 100_000; i++) counts[table.at(stream.bits() >>> 26, stream)]! += 1;
    let statistic = 0;
    for (const [i, weight] of weights.entries()) if (weight > 0) statistic += (counts[i]! - 1e5 * weight) ** 2 / (1e5 * weight);
    expect(counts[5]).toBe(0);
    expect(statistic).toBeLessThan(5 + 4 * Math.sqrt(10)); // mean and deviation of χ²
  });
});

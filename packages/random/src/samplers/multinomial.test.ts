import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { choose } from "../exact-probability.contract.ts";
import type { Stream } from "../stream.ts";
import { Streams } from "../streams.ts";
import { expectLaw, expectMoments } from "./goodness-of-fit.contract.ts";
import { Multinomial, multinomial } from "./multinomial.ts";

/** Probabilities of the outcomes (a, b, n − a − b) at index a·(n + 1) + b. */
function trinomialProbabilities(n: number, [p, q, r]: readonly [number, number, number]): number[] {
  const probabilities = new Array<number>((n + 1) * (n + 1)).fill(0);
  for (let a = 0; a <= n; a++) {
    for (let b = 0; a + b <= n; b++) {
      const ways = Number(choose(n, a) * choose(n - a, b));
      probabilities[a * (n + 1) + b] = ways * Math.pow(p, a) * Math.pow(q, b) * Math.pow(r, n - a - b);
    }
  }
  return probabilities;
}

/** A stream of which every other number is where a category of `weights` begins, or next to it. */
function onEdges(stream: Stream, weights: readonly number[]): Stream {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let calls = 0;
  const next = () => {
    const drawn = stream.next();
    if (calls++ % 2 === 0) return drawn;
    const upTo = weights.slice(0, Math.floor(drawn * weights.length)).reduce((sum, weight) => sum + weight, 0);
    return Math.min(1 - 2 ** -53, Math.max(0, upTo / total + (Math.floor(drawn * 1e6) % 3) * 2 ** -53 - 2 ** -53));
  };
  return { next, bits: () => stream.bits() };
}

describe("multinomial", () => {
  for (const [n, way] of [
    [3, "one by one"],
    [12, "by category"],
  ] as const) {
    test(`follows the exact joint probabilities of three categories for ${n} balls, thrown ${way}`, () => {
      const stream = new Streams(1).stream(`multinomial/${n}`);
      const out = new Float64Array(3);
      const draw = () => {
        multinomial(stream, n, [4, 10, 6], out);
        return out[0]! * (n + 1) + out[1]!;
      };
      expectLaw(draw, 0, trinomialProbabilities(n, [0.2, 0.5, 0.3]), 40_000);
    });
  }

  for (const n of [1, 20, 60, 5000]) {
    test(`gives the categories n·p each, with variance n·p·(1 − p), for ${n} over 16`, () => {
      const stream = new Streams(1).stream("sixteen");
      const weights = Float64Array.from({ length: 16 }, (_, i) => 1 + (i % 4)); // sum 40
      const out = new Float64Array(16);
      for (const [category, p] of [
        [0, 1 / 40],
        [7, 4 / 40],
        [15, 4 / 40],
      ] as const) {
        const draw = () => {
          multinomial(stream, n, weights, out);
          return out[category]!;
        };
        expectMoments(draw, n * p, Math.sqrt(n * p * (1 - p)), 3 + 1 / (n * p * (1 - p)), 5000);
      }
    });
  }

  const weights = fc
    .array(fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 1e6, noNaN: true })), { minLength: 1, maxLength: 40 })
    .filter((list) => list.some((w) => w > 0));
  const balls = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 1e12 }));

  test.prop([balls, weights, fc.nat(5), fc.nat()])(
    "loses no ball, gives none to a category without weight, and writes nothing else",
    (n, weights, offset, seed) => {
      const out = new Float64Array(weights.length + offset + 3).fill(-7);
      multinomial(new Streams(seed).stream("balls"), n, weights, out, offset);
      const counts = out.subarray(offset, offset + weights.length);
      expect(counts.reduce((sum, count) => sum + count)).toBe(n);
      expect(counts.every((count, i) => count === 0 || (count > 0 && Number.isInteger(count) && weights[i]! > 0))).toBe(true);
      expect([...out.subarray(0, offset), ...out.subarray(offset + weights.length)].every((value) => value === -7)).toBe(true);
    },
  );

  test.prop([fc.array(balls, { minLength: 1, maxLength: 8 }), weights, fc.nat(5), fc.nat()])(
    "is the same of weights that are kept, ball by ball, even of one that comes down on the edge of a category",
    (throws, kept, offset, seed) => {
      const plain = [0, 1].map(() => new Streams(seed).stream("balls"));
      const edges = [0, 1].map(() => onEdges(new Streams(seed).stream("edges"), kept));
      const many = new Multinomial(kept);
      for (const n of throws) {
        const streams = n < kept.length ? edges : plain; // so few are thrown one by one; what draws by rejection needs chance
        const [once, again] = [0, 1].map(() => new Float64Array(kept.length + offset + 1).fill(-7));
        multinomial(streams[0]!, n, kept, once!, offset);
        many.draw(streams[1]!, n, again!, offset);
        expect(again).toEqual(once);
      }
    },
  );

  test("keeps the odds of light categories behind heavy ones", () => {
    const stream = new Streams(1).stream("light");
    const out = new Float64Array(3);
    const draw = () => {
      multinomial(stream, 1e12, [1, 2e-11, 1e-11], out); // 1 − 1/(1 + 3e-11) by subtraction would be right to 1e-5 only
      return out[1]!;
    };
    expectMoments(draw, 20, Math.sqrt(20), 3.05);
  });

  test("refuses weights that sum to nothing and balls that are not whole", () => {
    const stream = new Streams(1).stream("wrong");
    const out = new Float64Array(2);
    for (const n of [1, 1000]) expect(() => multinomial(stream, n, [0, 0], out)).toThrow("sum to 0");
    expect(() => multinomial(stream, 3, [1, Number.NaN], out)).toThrow("sum to NaN");
    for (const n of [-1, 2.5]) expect(() => multinomial(stream, n, [1, 1], out)).toThrow(`of ${n} balls`);
  });
});

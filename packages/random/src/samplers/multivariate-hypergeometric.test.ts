import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { choose, ratio } from "../exact-probability.contract.ts";
import { Streams } from "../streams.ts";
import { expectLaw } from "./goodness-of-fit.contract.ts";
import { multivariateHypergeometric } from "./multivariate-hypergeometric.ts";

describe("multivariateHypergeometric", () => {
  test("follows the exact joint probabilities of three colours", () => {
    const stream = new Streams(1).stream("colours");
    const counts = [4, 7, 5];
    const draws = 6;
    const probabilities = new Array<number>(49).fill(0); // (a, b, 6 − a − b) at 7a + b
    for (let a = 0; a <= draws; a++) {
      for (let b = 0; a + b <= draws; b++)
        probabilities[7 * a + b] = ratio(choose(4, a) * choose(7, b) * choose(5, draws - a - b), choose(16, draws));
    }
    const out = new Float64Array(3);
    const draw = () => {
      multivariateHypergeometric(stream, counts, draws, out);
      return 7 * out[0]! + out[1]!;
    };
    expectLaw(draw, 0, probabilities, 40_000);
  });

  const urns = fc
    .record({
      counts: fc.array(fc.oneof(fc.nat(20), fc.nat(1e9)), { minLength: 1, maxLength: 20 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ counts, share }) => ({ counts, draws: Math.floor(share * counts.reduce((sum, count) => sum + count, 0)) }));

  test.prop([urns, fc.nat()])("takes the draws, none more than there are, also in place", ({ counts, draws }, seed) => {
    const out = new Float64Array(counts.length);
    multivariateHypergeometric(new Streams(seed).stream("urn"), counts, draws, out);
    expect(out.reduce((sum, taken) => sum + taken)).toBe(draws);
    expect(out.every((taken, i) => taken >= 0 && taken <= counts[i]!)).toBe(true);
    const urn = Float64Array.from(counts);
    multivariateHypergeometric(new Streams(seed).stream("urn"), urn, draws, urn);
    expect(urn).toEqual(out);
  });

  test.prop([urns, fc.nat()])("draws for colours that there are alone: others change nothing", ({ counts, draws }, seed) => {
    const some = counts.map((count, i) => (i % 2 === 0 ? count : 0));
    const most = Math.min(
      draws,
      some.reduce((sum, count) => sum + count, 0),
    );
    const dense = some.filter((count) => count > 0);
    const taken = new Float64Array(some.length);
    const ofDense = new Float64Array(dense.length);
    const streams = [new Streams(seed).stream("urn"), new Streams(seed).stream("urn")] as const;
    multivariateHypergeometric(streams[0], some, most, taken);
    multivariateHypergeometric(streams[1], dense, most, ofDense);
    expect([...taken].filter((_, i) => some[i]! > 0)).toEqual([...ofDense]);
    expect(streams[0].next()).toBe(streams[1].next());
  });

  test("takes nothing, or all, when asked to", () => {
    const stream = new Streams(1).stream("edges");
    const out = new Float64Array(3);
    multivariateHypergeometric(stream, [5, 0, 1e12], 0, out);
    expect([...out]).toEqual([0, 0, 0]);
    multivariateHypergeometric(stream, [5, 0, 1e12], 1e12 + 5, out);
    expect([...out]).toEqual([5, 0, 1e12]);
  });

  test("refuses more draws than there are", () => {
    expect(() => multivariateHypergeometric(new Streams(1).stream("wrong"), [1, 2], 4, new Float64Array(2))).toThrow("4 draws");
  });
});

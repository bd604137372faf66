import { describe, expect, test } from "vitest";
import * as random from "../index.ts";
import { hashOf } from "../number-hash.contract.ts";

/** 500 draws, each with arguments of its own that reach every way the sampler has. */
function drawn(draw: (stream: random.Stream, i: number) => number): string {
  const stream = new random.Streams(1).stream("golden");
  return hashOf(Float64Array.from({ length: 500 }, (_, i) => draw(stream, i)));
}

describe("every sampler keeps the very draws that it had, on every engine:", () => {
  test("uniform", () => expect(drawn((stream, i) => random.uniform(stream, -i, i))).toBe("a0327699"));
  test("uniformInteger", () => expect(drawn((stream, i) => random.uniformInteger(stream, -i, 3 * i))).toBe("0e30f440"));
  test("exponential", () => expect(drawn((stream, i) => random.exponential(stream, i))).toBe("403a4a93"));
  test("normal", () => expect(drawn((stream) => random.normal(stream))).toBe("4169459d"));
  test("lognormal", () => expect(drawn((stream, i) => random.lognormal(stream, 1, i / 100))).toBe("ffd19ab5"));
  test("gamma", () => expect(drawn((stream, i) => random.gamma(stream, (i + 1) / 50, 2))).toBe("793d2ca2"));
  test("zipf", () => expect(drawn((stream, i) => random.zipf(stream, 1 + 7 * i, i / 200))).toBe("948d1c9a"));
  test("binomial", () => expect(drawn((stream, i) => random.binomial(stream, 3 * i, (i % 50) / 49))).toBe("fc7ab9f2"));
  test("hypergeometric", () => expect(drawn((stream, i) => random.hypergeometric(stream, i, 5 * (i % 70), i))).toBe("eba00952"));
  test("categorical", () => expect(drawn((stream, i) => random.categorical(stream, [1, 2, 2, 5 + i]))).toBe("46e1009a"));

  const table = new random.AliasTable(Float64Array.of(0.5, 0.2, 0.2, 0.05, 0.05));
  test("AliasTable", () => expect(drawn((stream) => table.pick(stream))).toBe("05e2c2e2"));

  const out = new Float64Array(4);
  const spelled = () => out.reduce((sum, value, i) => sum + value * (i + 1), 0);

  test("dirichlet", () =>
    expect(
      drawn((stream, i) => {
        random.dirichlet(stream, (i + 1) / 50, out);
        return spelled();
      }),
    ).toBe("849a5b75"));

  test("multinomial", () =>
    expect(
      drawn((stream, i) => {
        random.multinomial(stream, i, [3, 1, 0, 2], out);
        return spelled();
      }),
    ).toBe("4ba5820e"));

  test("multivariateHypergeometric", () =>
    expect(
      drawn((stream, i) => {
        random.multivariateHypergeometric(stream, [i, 20, 0, 300], i, out);
        return spelled();
      }),
    ).toBe("63392fb7"));

  test("shuffle", () =>
    expect(
      drawn((stream) => {
        out.set([1, 2, 3, 4]);
        random.shuffle(stream, out);
        return spelled();
      }),
    ).toBe("2dcc37e6"));
});

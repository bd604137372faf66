import { test } from "@fast-check/vitest";
import oracleExp from "@stdlib/math-base-special-exp";
import oracleExpm1 from "@stdlib/math-base-special-expm1";
import oracleLn from "@stdlib/math-base-special-ln";
import oracleLog1p from "@stdlib/math-base-special-log1p";
import oraclePow from "@stdlib/math-base-special-pow";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { hashOf } from "./number-hash.contract.ts";
import { exp, expm1, ln, log1p, pow } from "./portable-math.ts";
import { Streams } from "./streams.ts";

const SMALLEST = 5e-324;
const LARGEST = Number.MAX_VALUE;
const PRECISION = 1e-15;

/** |got − wanted| / |wanted|; where the wanted number is subnormal, in units of the smallest number, scaled to pass up to one unit. */
function relativeError(got: number, wanted: number): number {
  if (Object.is(got, wanted)) return 0;
  if (Math.abs(wanted) < 2.3e-308) return (Math.abs(got - wanted) / SMALLEST) * PRECISION;
  return Math.abs(got - wanted) / Math.abs(wanted);
}

const positive = fc.double({ min: SMALLEST, max: LARGEST, noNaN: true });
const nearOne = fc.double({ min: 0.5, max: 2, noNaN: true });
const exponent = fc.double({ min: -745, max: 709.7, noNaN: true });
const small = fc.double({ min: -0.999, max: 1, noNaN: true });
const many = { numRuns: drawnCases(2000) };

describe("portable functions and their oracles agree to 1e-15", () => {
  test.prop([fc.oneof(positive, nearOne)], many)("in ln", (x) => {
    expect(relativeError(ln(x), oracleLn(x))).toBeLessThanOrEqual(PRECISION);
  });

  test.prop([fc.oneof(small, positive)], many)("in log1p", (x) => {
    expect(relativeError(log1p(x), oracleLog1p(x))).toBeLessThanOrEqual(PRECISION);
  });

  test.prop([fc.oneof(exponent, small)], many)("in exp", (x) => {
    expect(relativeError(exp(x), oracleExp(x))).toBeLessThanOrEqual(PRECISION);
  });

  test.prop([fc.oneof(exponent, small)], many)("in expm1", (x) => {
    expect(relativeError(expm1(x), oracleExpm1(x))).toBeLessThanOrEqual(PRECISION);
  });

  test.prop([fc.oneof(positive, nearOne), fc.double({ min: -1, max: 1, noNaN: true })], many)(
    "in pow, over all of its range",
    (x, share) => {
      const y = (share * 700) / Math.max(1e-15, Math.abs(oracleLn(x))); // so that the power lies between e^−700 and e^700
      expect(relativeError(pow(x, y), oraclePow(x, y))).toBeLessThanOrEqual(PRECISION);
    },
  );
});

describe("portable functions", () => {
  test.prop([positive])("undo each other", (x) => {
    expect(Math.abs(exp(ln(x)) / x - 1)).toBeLessThan(2e-13); // |ln x| ≤ 745, an ulp of which is 1.1e-13
  });

  test.prop([fc.integer({ min: 0, max: 13 }), fc.integer({ min: 2, max: 15 })])("raise small whole numbers exactly", (power, base) => {
    expect(pow(base, power)).toBe(Number(BigInt(base) ** BigInt(power))); // 15^13 < 2^53
  });

  test.prop([fc.integer({ min: -1074, max: 1023 })])("know every power of two", (k) => {
    let wanted = 1;
    for (let i = 0; i < Math.abs(k); i++) wanted = k < 0 ? wanted / 2 : wanted * 2;
    expect(pow(2, k)).toBe(wanted);
    expect(ln(wanted) / Math.LN2).toBeCloseTo(k, 9);
  });

  test("have the known values at known places", () => {
    expect(ln(1)).toBe(0);
    expect(exp(0)).toBe(1);
    expect(exp(1)).toBeCloseTo(Math.E, 14);
    expect(ln(10)).toBeCloseTo(Math.LN10, 14);
    expect(pow(9, 0.5)).toBe(3);
    expect(pow(-2, 3)).toBe(-8);
    expect(log1p(1e-20)).toBe(1e-20);
    expect(expm1(1e-20)).toBe(1e-20);
  });

  test("keep to the edges of their domains", () => {
    for (const f of [ln, log1p, exp, expm1]) expect(f(Number.NaN)).toBeNaN();
    expect(ln(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(ln(-0)).toBe(Number.NEGATIVE_INFINITY);
    expect(ln(-1)).toBeNaN();
    expect(ln(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(ln(SMALLEST)).toBeCloseTo(-744.4400719213812, 12); // −1074·ln 2
    expect(log1p(-1)).toBe(Number.NEGATIVE_INFINITY);
    expect(log1p(-1.5)).toBeNaN();
    expect(log1p(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(exp(709.79)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(-745.2)).toBe(0);
    expect(exp(-745.1)).toBe(SMALLEST);
    expect(expm1(Number.NEGATIVE_INFINITY)).toBe(-1);
    expect(expm1(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  test("keep a negative zero where the function passes through 0", () => {
    expect(log1p(-0)).toBe(-0);
    expect(expm1(-0)).toBe(-0);
  });

  const special = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1e300, -1e300, SMALLEST, -SMALLEST, LARGEST, -LARGEST, 2 ** 53 - 1, 2 ** 60];
  const values = [...special, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];

  test("give every special case of pow as ECMAScript does", () => {
    for (const x of values) {
      for (const y of values) {
        const wanted = Math.pow(x, y);
        if (Number.isNaN(wanted)) expect(pow(x, y), `${x} to the ${y}`).toBeNaN();
        else expect(relativeError(pow(x, y), wanted), `${x} to the ${y}`).toBeLessThanOrEqual(PRECISION);
      }
    }
  });
});

describe("20 000 outputs keep the very bits that they had, on every engine:", () => {
  const stream = new Streams(1).stream("golden");
  const uniforms = Float64Array.from({ length: 20_000 }, () => stream.next());
  const spread = uniforms.map((u, i) => (u + 0.5) * Number(2n ** BigInt(i % 120)) * 2 ** -60); // 2⁻⁶¹ … 2⁶⁰

  test("ln", () => {
    expect(hashOf(spread.map(ln))).toBe("c9e1a719");
  });
  test("log1p", () => {
    expect(hashOf(spread.map(log1p))).toBe("f5c7eb41");
  });
  test("exp", () => {
    expect(hashOf(uniforms.map((u) => exp((u - 0.5) * 1480)))).toBe("94202264");
  });
  test("expm1", () => {
    expect(hashOf(spread.map((x) => expm1(-x)))).toBe("948e7b94");
  });
  test("pow", () => {
    expect(hashOf(spread.map((x, i) => pow(x, (uniforms[i]! - 0.5) * 40)))).toBe("cd5c7fb3");
  });
});

import { fc, test } from "@fast-check/vitest";
import { condition, formula } from "@tokenyard/expression";
import { describe, expect } from "vitest";
import { RESULT_WORDS } from "../../points/words.ts";
import { type Foreknown, foreseen, syntaxOfKnown } from "./foreseen.ts";
import { foretold } from "./foretold.ts";

const NAMES = ["ttft", "tpot", "throughputPerGpu", "gpus", "droppedShare"];

/** None so small that it underflows when its unit changes: no plan has 10⁻¹⁰⁰ of anything. */
const number = fc.double({ min: -4, max: 4, noNaN: true }).map((value) => (Math.abs(value) < 1e-100 ? 0 : value));

/** Numbers for all names, and ranges that they lie in. */
const known = fc.record({
  values: fc.array(number, { minLength: NAMES.length, maxLength: NAMES.length }),
  slack: fc.array(fc.tuple(fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true }), fc.boolean()), {
    minLength: NAMES.length,
    maxLength: NAMES.length,
  }),
});

/** Numbers without a unit: shares of two of a kind. */
const plain: fc.Arbitrary<string> = fc.letrec<{ number: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom("gpus", "droppedShare", "ttft / 2 s", "throughputPerGpu / (500 tokens/s)", "3", "0.5"),
    fc.tuple(tie("number"), fc.constantFrom("+", "-", "*", "/"), tie("number")).map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
    fc.tuple(fc.constantFrom("min", "max"), tie("number"), tie("number")).map(([name, a, b]) => `${name}(${a}, ${b})`),
    fc.tuple(fc.constantFrom("abs", "ceil", "floor", "-"), tie("number")).map(([name, a]) => `${name}(${a})`),
  ),
})).number;

const truth: fc.Arbitrary<string> = fc.letrec<{ truth: string }>((tie) => ({
  truth: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.tuple(plain, fc.constantFrom("<=", ">=", "<", ">", "==", "!="), plain).map(([a, operator, b]) => `(${a}) ${operator} 1 * (${b})`),
    fc.constantFrom("ttft <= 1500 us", "throughputPerGpu > 1200 tokens/s", 'serving.overlap == "none"'),
    fc.tuple(tie("truth"), fc.constantFrom("and", "or"), tie("truth")).map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
    tie("truth").map((a) => `not (${a})`),
  ),
})).truth;

type Known = typeof known extends fc.Arbitrary<infer T> ? T : never;

const scopeOf =
  ({ values }: Known) =>
  (name: string) =>
    NAMES.includes(name) ? values[NAMES.indexOf(name)]! : "none";
const rangesOf =
  ({ values, slack }: Known): Foreknown =>
  (name) => {
    const at = NAMES.indexOf(name);
    if (at < 0) return undefined;
    const [below, above, isEndless] = slack[at]!;
    return { low: values[at]! - below, high: isEndless ? Number.POSITIVE_INFINITY : values[at]! + above };
  };

describe("before a run", () => {
  test.prop([plain, known], { numRuns: drawnCases(500) })("a number will lie in the range that is foreseen", (text, numbers) => {
    const value = formula(text, RESULT_WORDS).evaluate(scopeOf(numbers));
    const { low, high } = foreseen(syntaxOfKnown(text), rangesOf(numbers));
    if (value === null) return;
    const rounding = 1e-9 * Math.max(1, Math.abs(value));
    expect(low).toBeLessThanOrEqual(value + rounding);
    expect(high).toBeGreaterThanOrEqual(value - rounding);
  });

  test.prop([truth, known], { numRuns: drawnCases(500) })(
    "a condition that is predicted to hold or not does so, when it has a value",
    (text, numbers) => {
      const holds = condition(text, RESULT_WORDS).holds(scopeOf(numbers));
      const predicted = foretold(syntaxOfKnown(text), rangesOf(numbers));
      if (predicted !== undefined && holds !== null) expect(predicted).toBe(holds);
    },
  );

  test("units count: at least 1 s is over 900 ms, and at most 1200 tokens/s is under 2 tokens/ms", () => {
    const ranges: Foreknown = (name) => (name === "ttft" ? { low: 1, high: Number.POSITIVE_INFINITY } : { low: 0, high: 1.2 });
    const foreseenOf = (text: string) => foretold(syntaxOfKnown(text), ranges);
    expect(foreseenOf("ttft <= 900 ms")).toBe(false);
    expect(foreseenOf("ttft <= 1100 ms")).toBeUndefined();
    expect(foreseenOf("throughputPerGpu >= 2 tokens/ms")).toBe(false);
    expect(foreseenOf("throughputPerGpu < 1201 tokens/s")).toBe(true);
    expect(foreseenOf("ttft <= 900 ms or gpus <= 2")).toBe(true);
    expect(foreseenOf("not (ttft <= 900 ms)")).toBe(true);
  });

  test("of a product of costs the least is the product of the least", () => {
    const ranges: Foreknown = (name) => (name === "gpus" ? { low: 8, high: 8 } : { low: 0.5, high: Number.POSITIVE_INFINITY });
    expect(foreseen(syntaxOfKnown("gpus * ttft"), ranges)).toEqual({ low: 4, high: Number.POSITIVE_INFINITY });
    expect(foreseen(syntaxOfKnown("gpus / ttft"), ranges)).toEqual({ low: 0, high: 16 });
  });
});

import { test } from "@fast-check/vitest";
import { Problems } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { condition, formula } from "./expression.ts";
import type { Meaning, Scope, Vocabulary } from "./vocabulary.ts";

const MEANINGS: Readonly<Record<string, Meaning>> = {
  a: { type: "number", unit: "" },
  b: { type: "number", unit: "" },
  c: { type: "number", unit: "" },
  "ttft.p99": { type: "number", unit: "s" },
  throughputPerGpu: { type: "number", unit: "tokens/ms" },
  tokensPerSecond: { type: "number", unit: "tokens/s" },
  horizonSeconds: { type: "number", unit: "s" },
  loadVariance: { type: "number", unit: "%" },
  weights: { type: "number", unit: "B" },
  bandwidth: { type: "number", unit: "B/s" },
  "breakdown.ttft.all-reduce": { type: "number", unit: "s" },
  "breakdown.ttft.all": { type: "number", unit: "s" },
  reduce: { type: "number", unit: "s" },
  "layers.0": { type: "number", unit: "" },
  gate: { type: "text" },
  shared: { type: "truth" },
};
const WORDS: Vocabulary = { wanted: "a name", meaningOf: (name) => MEANINGS[name], names: () => Object.keys(MEANINGS) };

const scope =
  (values: Readonly<Record<string, number | string | boolean | null>>): Scope =>
  (name) =>
    values[name] ?? null;
const value = (text: string, values = {}) => formula(text, WORDS).evaluate(scope(values));
const holds = (text: string, values = {}) => condition(text, WORDS).holds(scope(values));
const complaint = (text: string) => {
  try {
    condition(text, WORDS);
  } catch (error) {
    if (error instanceof Problems) return error.message;
    throw error;
  }
  throw new Error(`${text} is fine`);
};

// Numbers and conditions as text that is JavaScript too, less `and`, `or`, `not`.
const numbers = fc.letrec<{ number: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("a", "b", "c", "1", "2.5", ".5", "3e2"),
    fc.tuple(tie("number"), fc.constantFrom("+", "-", "*", "/"), tie("number")).map(([x, op, y]) => `${x} ${op} ${y}`),
    tie("number").map((x) => `(${x})`),
    tie("number").map((x) => `-(${x})`),
    fc.tuple(fc.constantFrom("min", "max"), tie("number"), tie("number")).map(([f, x, y]) => `${f}(${x}, ${y})`),
    fc.tuple(fc.constantFrom("ceil", "floor", "abs"), tie("number")).map(([f, x]) => `${f}(${x})`),
  ),
})).number;
const conditions = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small" },
    fc.tuple(numbers, fc.constantFrom("<", "<=", ">", ">=", "==", "!="), numbers).map(([x, op, y]) => `${x} ${op} ${y}`),
    fc.tuple(tie("condition"), fc.constantFrom("and", "or"), tie("condition")).map(([x, op, y]) => `${x} ${op} ${y}`),
    tie("condition").map((x) => `not (${x})`),
    tie("condition").map((x) => `(${x})`),
  ),
})).condition;

const inJavaScript = (text: string, names: readonly string[], given: readonly number[]): unknown => {
  const source = text
    .replace(/\band\b/g, "&&")
    .replace(/\bor\b/g, "||")
    .replace(/\bnot\b/g, "!")
    .replace(/\b(min|max|ceil|floor|abs)\(/g, "Math.$1(");
  return new Function(...names, `return ${source}`)(...given);
};
const values = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.double({ min: 0.5, max: 9, noNaN: true }));

describe("evaluation", () => {
  test.prop([numbers, values])("a formula gives what JavaScript gives, and nothing where that is not finite", (text, [a, b, c]) => {
    const expected = inJavaScript(text, ["a", "b", "c"], [a, b, c]) as number;
    const given = value(text, { a, b, c });
    if (given === null) return; // divides by zero somewhere; JavaScript goes on with Infinity
    expect(given).toBe(expected);
  });

  test.prop([conditions, values])("a condition holds when it is true in JavaScript", (text, [a, b, c]) => {
    const given = holds(text, { a, b, c });
    if (given === null) return; // divides by zero where it matters
    expect(given).toBe(inJavaScript(text, ["a", "b", "c"], [a, b, c]));
  });

  test("a division by zero has no value, and what does not need it is decided all the same", () => {
    expect(value("1 / a", { a: 0 })).toBe(null);
    expect(holds("1 / a > 0 and b > 1", { a: 0, b: 1 })).toBe(false);
    expect(holds("1 / a > 0 or b > 0", { a: 0, b: 1 })).toBe(true);
    expect(holds("1 / a > 0 or b > 1", { a: 0, b: 1 })).toBe(null);
    expect(holds("not (1 / a > 0)", { a: 0 })).toBe(null);
  });

  test("a value that is missing is neither large nor small", () => {
    expect(holds("a <= 1")).toBe(null);
    expect(holds("not (a <= 1)")).toBe(null);
    expect(value("max(a, 1)")).toBe(null);
  });

  test("a time without an end stays one, and a number too large is none", () => {
    const never = { a: Number.POSITIVE_INFINITY };
    expect(value("a + 1", never)).toBe(Number.POSITIVE_INFINITY);
    expect(value("1 + a", never)).toBe(Number.POSITIVE_INFINITY);
    expect(value("1 / a", never)).toBe(0);
    expect(value("a - a", never)).toBe(null);
    expect(holds("a > 1", never)).toBe(true);
    expect(value("a * a", { a: 1e200 })).toBe(null);
  });

  test("texts and truths are compared with == and !=", () => {
    expect(holds('gate == "zipf"', { gate: "zipf" })).toBe(true);
    expect(holds("gate != 'zipf' or shared", { gate: "zipf", shared: true })).toBe(true);
    expect(holds("shared == true", { shared: false })).toBe(false);
  });
});

describe("quantities", () => {
  test("a quantity is read in its unit, with or without a space", () => {
    expect(value("10 s")).toBe(10);
    expect(value("10ms")).toBe(0.01);
    expect(value("20 %")).toBe(0.2);
    expect(value("1.8 TB/s")).toBe(1.8e12);
    expect(value("100 tokens/ms")).toBe(100);
    expect(value("2e3 us")).toBe(0.002);
  });

  test("a quantity is counted in the unit of what it is compared with", () => {
    expect(holds("throughputPerGpu >= 100 tokens/ms", { throughputPerGpu: 100 })).toBe(true);
    expect(holds("throughputPerGpu >= 100000 tokens/s", { throughputPerGpu: 100 })).toBe(true); // 100 000 / 1000
    expect(holds("tokensPerSecond < 1 tokens/ms", { tokensPerSecond: 999 })).toBe(true);
    expect(holds("loadVariance <= 20 %", { loadVariance: 0.2 })).toBe(true);
  });

  test("s/ttft.p99 is a quantity over a name, B/s a unit", () => {
    expect(value("10 s/ttft.p99", { "ttft.p99": 4 })).toBe(2.5);
    expect(value("weights / 2 B/s", { weights: 8 })).toBe(4); // 8 B at 2 B/s: 4 s
    expect(holds("weights / bandwidth <= 5 s", { weights: 8, bandwidth: 2 })).toBe(true);
  });

  test("and after a number is the word, not a unit", () => {
    expect(holds("a <= 2 and b <= 3", { a: 2, b: 3 })).toBe(true);
    expect(holds("a <= 1or b <= 3", { a: 2, b: 3 })).toBe(true);
  });

  test("a formula knows the unit of its value", () => {
    expect(formula("throughputPerGpu", WORDS).unit).toBe("tokens/ms");
    expect(formula("loadVariance", WORDS).unit).toBe("%");
    expect(formula("a * 2", WORDS).unit).toBe("");
    expect(formula("weights / horizonSeconds", WORDS).unit).toBe("B/s");
    expect(formula("weights * horizonSeconds", WORDS).unit).toBe(undefined);
  });

  test("zero is a share without a unit, and so is the number of a name that is none", () => {
    expect(holds("loadVariance > 0", { loadVariance: 0.1 })).toBe(true);
    expect(holds("loadVariance <= a", { loadVariance: 0.1, a: 20 })).toBe(true);
    expect(holds("a <= 20", { a: 3 })).toBe(true);
    expect(holds("gate != 'x' and 20 > a", { gate: "zipf", a: 3 })).toBe(true);
  });

  const notNegative: Vocabulary = {
    ...WORDS,
    meaningOf: (name) => (name === "p" || name === "q" ? { type: "number", unit: "", range: "positive" } : WORDS.meaningOf(name)),
  };
  test.each([
    ["3", "positive"],
    ["p", "positive"],
    ["a", "any"],
    ["p + 2 * q / 3", "positive"],
    ["p - q", "any"],
    ["p + a", "any"],
    ["a + p", "any"],
    ["max(p, q)", "positive"],
    ["max(p, a)", "any"],
    ["-p", "any"],
  ] as const)("numbers of %s are in the range %s", (text, range) => {
    expect(formula(text, notNegative).range).toBe(range);
  });

  test("tokens per time may be a plain count per time", () => {
    expect(holds("a / horizonSeconds >= 100 tokens/s", { a: 500, horizonSeconds: 5 })).toBe(true);
  });
});

describe("names", () => {
  test("a name has dots, numbers as keys, and a minus where a longer name is known", () => {
    expect(value("layers.0 + 1", { "layers.0": 2 })).toBe(3);
    expect(value("breakdown.ttft.all-reduce", { "breakdown.ttft.all-reduce": 7, "breakdown.ttft.all": 1, reduce: 1 })).toBe(7);
    expect(value("a-b", { a: 5, b: 3 })).toBe(2);
  });

  test("the names of an expression are listed once, in order", () => {
    expect(condition("b > a and b + max(c, a) > 1", WORDS).names).toEqual(["b", "a", "c"]);
  });
});

describe("mistakes", () => {
  test.each([
    ["ttft.p9 <= 10 s", "unknown name ttft.p9 at column 1 of `ttft.p9 <= 10 s` given; wanted a name; did you mean ttft.p99?"],
    ["1 + ttft.p99 > 2 s", "a value in s at column 5 of `1 + ttft.p99 > 2 s` given; wanted a plain number"],
    ["ttft.p99 <= 10", "a number without a unit at column 13 of `ttft.p99 <= 10` given; wanted a quantity in s"],
    ["ttft.p99 <= 10 GB", "a value in B at column 13 of `ttft.p99 <= 10 GB` given; wanted a quantity in s"],
    ["throughputPerGpu > 5 requests/s", "a value in requests/s at column 20"],
    ["20 > loadVariance", "20 at column 1 of `20 > loadVariance` given; wanted a share with its unit, such as 20 %"],
    ["weights * horizonSeconds > 2", "wanted a quantity in second byte"],
    ["weights / horizonSeconds / horizonSeconds > 2", "wanted a quantity in byte per second second"],
    ["1 / horizonSeconds > 2 GB", "wanted a quantity in 1 per second"],
    ["loadVariance <= 20", "20 at column 17 of `loadVariance <= 20` given; wanted a share with its unit, such as 20 %"],
    ["a <= 10 apples", "apples at column 9 of `a <= 10 apples` given; wanted a unit, as s, "],
    ["1 <= a <= 2", "<= after a condition at column 11 of `1 <= a <= 2` given; wanted one comparison at a time"],
    ["not a <= 2", "a number at column 5 of `not a <= 2` given; wanted a condition in brackets, as not (gpus > 8)"],
    ["a", "a given; wanted a condition"],
    ["a = 2", "= at column 3 of `a = 2` given; wanted ==, <= or >= to compare"],
    ["a b", "b at column 3 of `a b` given; wanted one expression"],
    ["a <= 2; b <= 3", "wanted one expression"],
    ["a <= (2", "the end at column 8 of `a <= (2` given; wanted a closing ("],
    ["a <=", "the end at column 5 of `a <=` given; wanted expression after <="],
    ["", "nothing at column 1"],
    [
      "mim(a, b) > 1",
      "unknown function mim at column 1 of `mim(a, b) > 1` given; wanted one of min, max, abs, ceil, floor; did you mean min?",
    ],
    ["ceil(ttft.p99) > 1", "a value in s at column 6 of `ceil(ttft.p99) > 1` given; wanted a plain number, as the value over 1 s"],
    ["ceil(a, b) > 1", "2 numbers at column 1"],
    ["min() > 1", "0 numbers at column 1"],
    ["gate < 'x'", "texts are compared with == and !="],
    ["gate == 1", "a number at column 9 of `gate == 1` given; wanted a text"],
    ["a ? b : c", "wanted one expression"],
    ["a[0] > 1", "[ at column 2"],
    ["this > 1", "unknown name this"],
    ["a <= [1]", "[ at column 6"],
    ["a % 2 > 1", "% at column 3"],
    ["a <= 'x", "the end at column 8"],
    ["2.5.3 > a", ".3 > a at column 4"],
    ["()", "() at column 1"],
  ])("%s", (text, message) => {
    expect(complaint(text)).toContain(message);
  });

  test("an expression that is too long is refused before it is read", () => {
    expect(complaint(`${"(".repeat(5000)}1`)).toContain("an expression of at most 1000 characters");
  });

  test.prop([fc.string({ maxLength: 40, unit: fc.constantFrom(..."ab.()+-*/<>=!&|,;?:[]'\"% 019es_and or not") })])(
    "any text is an expression or a problem with a column",
    (text) => {
      try {
        condition(text, WORDS);
      } catch (error) {
        if (!(error instanceof Problems)) throw error;
        expect(error.problems).toHaveLength(1);
      }
    },
  );
});

import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { messageOf, Problems, pathText, placeText } from "./problem.ts";
import { shorten } from "./shorten.ts";

test("a problem reads as one line for people", () => {
  const problem = { path: ["cluster", "gpu", "memory"], given: "64", wanted: "a quantity in B, such as 64 GB" };
  expect(messageOf(problem)).toBe("cluster.gpu.memory: 64 given; wanted a quantity in B, such as 64 GB");
  expect(messageOf({ path: ["model"], wanted: "a map" })).toBe("model: nothing given; wanted a map");
  expect(messageOf({ path: [], given: "an empty text", wanted: "a map", suggestion: "a file" })).toBe(
    "an empty text given; wanted a map; did you mean a file?",
  );
});

test("problems are reported together", () => {
  const problems = new Problems([
    { path: ["a"], wanted: "x" },
    { path: ["b", 0], wanted: "y" },
  ]);
  expect(problems.message).toBe("a: nothing given; wanted x\nb.0: nothing given; wanted y");
});

test("a place reads as people point at it", () => {
  expect(placeText({ file: "plan.yaml", line: 14, column: 12 })).toBe("plan.yaml:14:12");
  expect(placeText({ set: 2 })).toBe("--set 2");
  expect(placeText({ option: "--seed" })).toBe("--seed");
});

test("values are shown in flow style", () => {
  expect(shorten({ kind: "zipf", exponent: 1, on: [true, null] })).toBe("{ kind: zipf, exponent: 1, on: [true, null] }");
  expect(shorten("64 GB")).toBe("64 GB");
  expect(shorten([])).toBe("[]");
  expect(shorten({})).toBe("{}");
  expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300].map(shorten)).toEqual([".nan", ".inf", "-.inf", "1e+300"]);
});

test("a text that could be taken for something else is quoted", () => {
  expect(["64", "", " a", "true", "null", "-1.5e3"].map(shorten)).toEqual(['"64"', '""', '" a"', '"true"', '"null"', '"-1.5e3"']);
});

test("control characters never reach the screen", () => {
  expect(shorten("\u001b[31mred\u009b\u202e")).toBe('"\\u001b[31mred\\u{9b}\\u{202e}"');
});

test("a value of a megabyte takes a line at most", () => {
  expect(shorten("x".repeat(1e6))).toBe(`${"x".repeat(59)}…`);
  expect(shorten(Array.from({ length: 1e6 }, (_, i) => i))).toBe("a list of 1000000");
  expect(shorten({ a: { b: { c: "x".repeat(1e6) } } }).length).toBeLessThanOrEqual(60);
  expect(pathText(["a", "k".repeat(1e6), 3, "7"])).toBe(`a.${"k".repeat(59)}….3.7`);
});

test("what a rule quotes of what was written is no longer than a message may be", () => {
  const { problems, message } = new Problems([
    { path: ["a"], given: "x".repeat(20_000), wanted: `at least maxSequences, ${"y".repeat(20_000)}`, suggestion: "z".repeat(200) },
    { path: ["b"], wanted: "word ".repeat(1000) },
  ]);
  expect(problems[0]).toEqual({
    path: ["a"],
    given: `${"x".repeat(79)}…`,
    wanted: `at least maxSequences, ${"y".repeat(79)}…`,
    suggestion: `${"z".repeat(79)}…`,
  });
  expect(message.length).toBeLessThan(1400);
});

test.prop([fc.anything()])("whatever is given, it is shown in at most 60 characters without a line break", (given) => {
  const text = shorten(given);
  expect(text.length).toBeLessThanOrEqual(60);
  expect(text).not.toMatch(/\p{Cc}/u);
});

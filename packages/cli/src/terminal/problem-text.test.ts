import { expect, test } from "vitest";
import type { Channel } from "./channel.ts";
import { locatedProblem, plainProblem } from "./located-problem.ts";
import { problemText } from "./problem-text.ts";

const PLAIN: Channel = { write: () => {}, drained: async () => {}, live: false, colour: false, columns: undefined };
const TEXT = "cluster:\n  gpu:\n    memory: 64\n\tcompute: x\n";
const texts = new Map([["plan.yaml", TEXT]]);

function memory(line: number | null, column: number | null) {
  const place = line === null ? {} : { place: { file: "plan.yaml", line, column: column ?? 1 } };
  return locatedProblem(
    { path: ["cluster", "gpu", "memory"], given: "64", wanted: "a quantity in B, such as 64 GB", ...place },
    "plan.yaml",
  );
}

test("a problem shows its place, its path, what was given, what would work, and its line with a caret", () => {
  expect(problemText([memory(3, 5)], texts, PLAIN)).toBe(
    [
      "plan.yaml:3:5 cluster.gpu.memory: 64 given; wanted a quantity in B, such as 64 GB",
      "  3 |     memory: 64",
      "    |     ^",
      "1 problem",
      "",
    ].join("\n"),
  );
});

test("a problem without a line shows none, nor does one whose line is long, empty or not there", () => {
  const long = new Map([["plan.yaml", "x".repeat(121)]]);
  expect(problemText([memory(null, null)], texts, PLAIN).split("\n")).toHaveLength(3);
  expect(problemText([memory(1, 1)], long, PLAIN).split("\n")).toHaveLength(3);
  expect(problemText([memory(1, 1)], new Map([["plan.yaml", "x".repeat(120)]]), PLAIN).split("\n")).toHaveLength(5);
  expect(problemText([memory(5, 1)], texts, PLAIN).split("\n")).toHaveLength(3);
  expect(problemText([memory(50, 1)], texts, PLAIN).split("\n")).toHaveLength(3);
  expect(problemText([memory(3, 5)], new Map(), PLAIN).split("\n")).toHaveLength(3);
});

test("the caret stands under its character behind a tab too", () => {
  expect(problemText([memory(4, 11)], texts, PLAIN)).toContain("  4 | \tcompute: x\n    | \t         ^\n");
});

test("problems of --set, of --seed and of a whole file have no line", () => {
  const problem = { path: ["model", "layers"], given: "no", wanted: "a number" };
  expect(locatedProblem({ ...problem, place: { set: 2 } }, "plan.yaml")).toMatchObject({ file: "--set 2", line: null, column: null });
  expect(locatedProblem({ ...problem, place: { option: "--seed" } }, "plan.yaml")).toMatchObject({ file: "--seed", line: null });
  expect(problemText([plainProblem("nowhere.yaml", "no such file")], texts, PLAIN)).toBe("nowhere.yaml: no such file\n1 problem\n");
});

test("the last line counts the problems", () => {
  expect(problemText([memory(3, 5), memory(3, 5)], texts, PLAIN)).toMatch(/\n2 problems\n$/);
});

test("a suggestion is a question at the end", () => {
  const problem = locatedProblem({ path: ["modle"], given: "modle", wanted: "a known key", suggestion: "model" }, "plan.yaml");
  expect(problemText([problem], texts, PLAIN)).toContain("plan.yaml: modle: modle given; wanted a known key; did you mean model?\n");
});

test("control characters of the file do not reach the terminal", () => {
  const nasty = new Map([["plan.yaml", "name: \u001b[31mred\u0007\n"]]);
  const text = problemText([memory(1, 7), plainProblem("\u001b]0;x", "no such file")], nasty, PLAIN);
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  expect(text).toContain("name: \ufffd[31mred\ufffd");
});

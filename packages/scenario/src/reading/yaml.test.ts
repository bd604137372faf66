import { expect, test } from "vitest";
import { plainOf } from "./written.ts";
import { readYaml } from "./yaml.ts";

function plain(text: string): unknown {
  const { root, problems } = readYaml(text, (line, column) => ({ file: "f", line, column }));
  expect(problems).toEqual([]);
  return root && plainOf(root);
}

test("values are those of the core schema of YAML 1.2", () => {
  expect(plain('[1, 1.5, 1e3, 0x10, 0o17, true, yes, 1_000, "1", .inf, -.inf, 2001-01-01]')).toEqual([
    ...[1, 1.5, 1000, 16, 15, true, "yes", "1_000", "1", Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "2001-01-01"],
  ]);
});

test("a number that is too large is reported as it was written, at its path, and infinity is one", () => {
  const read = readYaml("a: 1\nb: [2, -1e400]\nc: .inf\n", (line, column) => ({ file: "f", line, column }));
  expect(read.problems).toEqual([
    { path: ["b", 1], given: "-1e400", wanted: "a number from -1.79e308 to 1.79e308", place: { file: "f", line: 2, column: 8 } },
  ]);
});

test("keys are texts, whatever they look like", () => {
  expect(plain("1: a\n1.5: b\ntrue: c")).toEqual({ "1": "a", "1.5": "b", true: "c" });
});

test("__proto__ is a key like others", () => {
  const tree = plain("__proto__: { a: 1 }") as object;
  expect(Object.keys(tree)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(tree)).toBe(Object.prototype);
});

test("an alias means the anchor of its name that stands before it", () => {
  expect(plain("- &a 1\n- &b [*a]\n- &a 2\n- *a\n- *b")).toEqual([1, [1], 2, 2, [1]]);
});

test("aliases may repeat a large value a few times", () => {
  const tree = plain(`a: &a [${"1,".repeat(20_000)}]\nb: *a\nc: *a`) as { c: number[] };
  expect(tree.c).toHaveLength(20_000);
});

test("lines end as YAML 1.2 lets them: with a line feed, a return, or both", () => {
  const text = "a: 1 # one\nb:\n  c: [2,\n    3]\n";
  for (const end of ["\n", "\r", "\r\n"]) expect(plain(text.replaceAll("\n", end))).toEqual({ a: 1, b: { c: [2, 3] } });
  const read = readYaml("a: 1\rb: 2\ra: 3\r", (line, column) => ({ file: "f", line, column }));
  expect(read.problems).toEqual([
    { path: ["a"], given: "the key a second time", wanted: "each key once", place: { file: "f", line: 3, column: 1 } },
  ]);
});

test("a text of comments says nothing", () => {
  expect(readYaml("# nothing\n", () => ({ set: 1 }))).toEqual({ problems: [] });
});

import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { parse } from "yaml";
import { editedText } from "./edited-text.ts";

test("a value is replaced where it is written, and comments stay", () => {
  const text = "parallelism:\n  expert: 16 # an expert a GPU\n  tensor: 2\nrouting: { gate: uniform, capacityFactor: 1.2 }\n";
  expect(editedText(text, ["parallelism", "expert"], "8")).toBe(text.replace("16", "8"));
  expect(editedText(text, ["routing", "capacityFactor"], "1.5")).toBe(text.replace("1.2", "1.5"));
});

test("a value that is missing is added to the map that it belongs to, or to the end of the file", () => {
  expect(editedText("a:\n  b: 1 # one\n", ["a", "c"], "2")).toBe("a:\n  c: 2\n  b: 1 # one\n");
  expect(editedText("a: { b: 1 }\n", ["a", "c"], "2")).toBe("a: { c: 2, b: 1 }\n");
  expect(editedText("a: {}", ["a", "c"], "2")).toBe("a: { c: 2 }");
  expect(editedText("a: 1 # one", ["d", "c"], "2")).toBe("a: 1 # one\nd: { c: 2 }\n");
  expect(editedText("", ["d", "c"], "2")).toBe("d: { c: 2 }\n");
  expect(editedText("a:\n", ["a"], "2")).toBe("a: 2\n");
});

test("what is in the way of a value is left alone", () => {
  expect(editedText("cluster: h100\n", ["cluster", "gpusPerNode"], "4")).toBeUndefined();
  expect(editedText("a: &x { b: 1 }\nc: *x\n", ["c", "b"], "2")).toBeUndefined();
  expect(editedText("a: [1\n", ["a"], "2")).toBeUndefined();
  expect(editedText("a: { b: 1 }\n", ["a"], "2")).toBeUndefined();
});

test("a value that would break the text is refused", () => {
  for (const value of ["[1", "{ c: 2", '"open']) expect(editedText("a: 1\nb: 2\n", ["a"], value), value).toBeUndefined();
  expect(editedText("a: { b: 1 }\n", ["a", "b"], "2 }")).toBeUndefined();
});

const key = fc.constantFrom("a", "b", "c", "d");
const leaf = fc.oneof(fc.integer({ min: 0, max: 99 }).map(String), fc.constant("10 s"), fc.constant('"quoted # text"'));
const flow: fc.Arbitrary<string> = fc.dictionary(key, leaf).map(
  (map) =>
    `{ ${Object.entries(map)
      .map(([k, v]) => `${k}: ${v}`)
      .join(", ")} }`,
);
const block = fc.dictionary(key, fc.oneof(leaf, flow), { minKeys: 1 }).chain((map) =>
  fc.boolean().map((isBlock) =>
    isBlock
      ? `\n${Object.entries(map)
          .map(([k, v]) => `    ${k}: ${v} # about ${k}`)
          .join("\n")}`
      : ` { ${Object.entries(map)
          .map(([k, v]) => `${k}: ${v}`)
          .join(", ")} }`,
  ),
);
const file = fc
  .dictionary(
    key,
    fc.oneof(
      block,
      leaf.map((text) => ` ${text}`),
    ),
    { minKeys: 1 },
  )
  .map(
    (map) =>
      `# a plan\n${Object.entries(map)
        .map(([k, v]) => `${k}:${v}\n`)
        .join("\n")}# the end\n`,
  );

test.prop([file, fc.array(key, { minLength: 1, maxLength: 3 }), fc.integer({ min: 100, max: 999 })])(
  "an edited text means what the text meant with the value at that path, and keeps its comments",
  (text, path, value) => {
    const edited = editedText(text, path, String(value));
    if (edited === undefined) return;
    const wanted = parse(text);
    let at = wanted;
    for (const each of path.slice(0, -1)) at = at[each] ??= {};
    at[path.at(-1)!] = value;
    expect(parse(edited)).toEqual(wanted);
    expect(edited.match(/# (a plan|the end|about .)/g)).toEqual(text.match(/# (a plan|the end|about .)/g));
  },
);

import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { beside, table } from "./table.ts";

test("columns align left or, with a negative width, right", () => {
  expect(table([["ab", "12", "x"]], [4, -5, 2])).toEqual({ width: 11, lines: ["ab     12x "] });
});

test("text that is too long takes the room of what follows, as far as that has any", () => {
  expect(table([["abcdef", "12"]], [4, -6]).lines).toEqual(["abcdef  12"]);
});

test("ink colours the text and not the room around it", () => {
  expect(table([[{ text: "ab", ink: (text) => `<${text}>` }, "1"]], [4, -3]).lines).toEqual(["<ab>    1"]);
});

const word = fc.string({ maxLength: 5, unit: fc.constantFrom("a", "b") });

test.prop([fc.array(fc.tuple(word, word, word))])("all lines of a table are as wide as the table", (rows) => {
  const { width, lines } = table(rows, [6, -7, 5]);
  for (const line of lines) expect(line).toHaveLength(width);
});

test("two blocks stand beside each other where there is room, else one below the other", () => {
  const left = { width: 2, lines: ["aa", "bb"] };
  const right = { width: 2, lines: ["cc", "dd", "ee"] };
  expect(beside(left, right, 6)).toEqual(["aa  cc", "bb  dd", "    ee"]);
  expect(beside(left, right, 5)).toEqual(["aa", "bb", "", "cc", "dd", "ee"]);
  expect(beside({ width: 0, lines: [] }, right, 6)).toEqual(["cc", "dd", "ee"]);
});

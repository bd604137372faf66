import { expect, test } from "vitest";
import { excerptOf } from "./excerpt.ts";

test("words that were looked for are marked, whatever their case", () => {
  expect(excerptOf("A lost GPU: gpus are down.", ["gpu", "down"])).toEqual([
    { text: "A lost ", isFound: false },
    { text: "GPU", isFound: true },
    { text: ": ", isFound: false },
    { text: "gpu", isFound: true },
    { text: "s are ", isFound: false },
    { text: "down", isFound: true },
    { text: ".", isFound: false },
  ]);
});

test("of a long text the part round the first word is shown, with whole words at both ends", () => {
  const text = `${"before ".repeat(40)}needle ${"after ".repeat(80)}`;
  const pieces = excerptOf(text, ["needle"]);
  const shown = pieces.map(({ text: piece }) => piece).join("");
  expect(pieces.filter(({ isFound }) => isFound).map(({ text: piece }) => piece)).toEqual(["needle"]);
  expect(shown).toMatch(/^… before .* needle after .* after …$/);
  expect(shown.length).toBeLessThan(240);
});

test("letters with a meaning in patterns are letters", () =>
  expect(excerptOf("a.b(c", ["a.b(c"])).toEqual([{ text: "a.b(c", isFound: true }]));

test("without words it is the beginning", () => expect(excerptOf("as it is", [])).toEqual([{ text: "as it is", isFound: false }]));

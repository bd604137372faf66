import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { jsonMistake } from "./json-mistake.ts";

test.each([
  ['{"a": 1,, "b": 2}', 8, '","', "a key in quotes"],
  ["[1, 2", 5, "the end", "a comma or ]"],
  ['{"a" 1}', 5, '"1"', "a colon"],
  ['{"a": NaN}', 6, '"NaN"', "a value"],
  ["[01]", 1, '"01"', "a value or ]"],
  ['{"a": "x\ny"}', 8, '"\\n"', "the rest of a text, and a quote"],
  ['["\\x"]', 2, '"\\\\"', "the rest of a text, and a quote"],
  ['"cut', 4, "the end", "the rest of a text, and a quote"],
  ["1 2", 2, '"2"', "nothing more"],
  ["[1]]", 3, '"]"', "nothing more"],
  ["", 0, "the end", "a value"],
])("%j ceases to be JSON at %i", (text, at, given, wanted) => {
  expect(jsonMistake(text)).toEqual({ at, given, wanted });
});

const SIGNS = ["{", "}", "[", "]", ",", ":", '"', "1", "-", "e", " ", "null", "\n"];

test.prop([fc.json(), fc.nat(), fc.constantFrom(...SIGNS), fc.boolean()])(
  "the mistake lies where a change was made, or behind it: what stands before it is left of the sound text",
  (sound, place, sign, isCut) => {
    const at = place % (sound.length + 1);
    const text = isCut ? sound.slice(0, at) : `${sound.slice(0, at)}${sign}${sound.slice(at)}`;
    if (isJson(text)) return;
    const mistake = jsonMistake(text);
    // a number, word or escape may end early, so that its begin is where none can stand
    expect(mistake.at).toBeGreaterThanOrEqual(text.slice(0, at).search(/(\\u?[0-9a-fA-F]{0,4}|[\w.+-]*)$/));
    expect(mistake.at).toBeLessThanOrEqual(text.length);
  },
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

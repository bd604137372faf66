import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { judgementOf, judgementText, type Result } from "./judgement.ts";

const mutant = (status: string, line: number, replacement: string) =>
  ({ fileName: "bench/house.ts", status, replacement, location: { start: { line, column: 1 }, end: { line, column: 2 } } }) as Result;

// Seven were drawn: one is a module's own value and one is known to change nothing; of the other five three are killed, one of them by time.
const results = [
  mutant("Killed", 1, "a"),
  mutant("Timeout", 1, "b"),
  mutant("RuntimeError", 1, "c"),
  mutant("Survived", 5, "d"),
  mutant("NoCoverage", 6, "e"),
  mutant("Survived", 6, "f"),
  mutant("Ignored", 1, "g"),
];
const known = [
  { file: "bench/house.ts", line: 'export const GALLERY = join(HOUSE, "scenarios");', replacement: "f", reason: "it is a test" },
  { file: "bench/house.ts", line: "another line", replacement: "d", reason: "the code has changed since" },
];

const bench = { house: fileURLToPath(new URL("../../", import.meta.url)), room: "bench", all: 90, listed: known };

test("a share of those that could be killed", () => {
  const { judged, killed, byTime, equivalent, survivors } = judgementOf(bench, results);
  expect({ judged, killed, byTime, equivalent }).toEqual({ judged: 5, killed: 3, byTime: 1, equivalent: 1 });
  expect(survivors.map(({ line, isCovered }) => [line, isCovered])).toEqual([
    [5, true],
    [6, false],
  ]);
});

test("each survivor with its line", () => {
  const text = judgementText(judgementOf(bench, results));
  expect(text).toBe(
    [
      "bench: 3 of 5 mutants killed (60 %), 1 of them by time, of 90 in the room; 1 equivalent",
      "  bench/house.ts:5:1",
      '    export const HOUSE = fileURLToPath(new URL("../../", import.meta.url));',
      "    → d",
      "  bench/house.ts:6:1 (no test)",
      '    export const GALLERY = join(HOUSE, "scenarios");',
      "    → e",
    ].join("\n"),
  );
});

import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { paragraph, phrases } from "./paragraph.ts";

const words = fc.array(fc.string({ minLength: 1, maxLength: 9, unit: fc.constantFrom("a", "b", "c") }));

test.prop([words, fc.integer({ min: 12, max: 40 })])("a paragraph keeps its words in order and its lines in the width", (given, width) => {
  const lines = paragraph(given, "=> ", width);
  expect(lines.join(" ").replace("=> ", "").split(" ").filter(Boolean)).toEqual(given);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
});

test.prop([words, fc.integer({ min: 12, max: 40 })])("no line ends where the next word would have fitted", (given, width) => {
  const lines = paragraph(given, "=> ", width);
  for (const [at, line] of lines.slice(0, -1).entries()) {
    const [next = ""] = lines[at + 1]!.trimStart().split(" ");
    expect(line.length + 1 + next.length).toBeGreaterThan(width);
  }
});

test("phrases are wrapped between each other, not within", () => {
  expect(phrases(["8 stages", "16 groups", "2 nodes"], "  ", 24)).toEqual(["  8 stages · 16 groups ·", "  2 nodes"]);
});

import { expect, test } from "vitest";
import { otherStudy, type StudyHeader } from "./study-header.ts";

const kept: StudyHeader = { version: "1", command: "accuracy", name: "mine.jsonl", hash: "a", seed: 1, question: { runs: 4 } };

test("a file of other measured runs names those that it has, and one of another scenario that scenario", () => {
  expect(otherStudy(kept, { ...kept, name: "other name" })).toBeUndefined();
  expect(otherStudy(kept, { ...kept, hash: "b", question: { runs: 7 } })).toBe(
    "holds other measured runs, those of mine.jsonl; wanted another file",
  );
  const sweep = { ...kept, command: "sweep", name: "plan" };
  expect(otherStudy(sweep, { ...sweep, hash: "b" })).toBe("holds a study of another scenario, plan; wanted another file");
});

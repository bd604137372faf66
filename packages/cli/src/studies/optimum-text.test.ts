import type { Optimum } from "@tokenyard/study";
import { expect, test } from "vitest";
import { optimumText } from "./optimum-text.ts";

const channel = { live: false, color: false, write: () => {} };
const found: Optimum = {
  objectives: [{ text: "gpus", better: "less" }],
  constraints: [],
  best: null,
  front: [],
  given: null,
  examined: 9,
  beaten: 0,
  valueless: 0,
  pruned: 0,
  infeasible: 0,
  failed: 0,
  left: 0,
  proven: true,
  reasons: [],
  exhaustive: true,
};

const textOf = (changes: Partial<Optimum>) =>
  optimumText({ ...found, ...changes }, { title: "optimum of plan", formulas: [], examined: [] }, channel as never);

test("which of the best plans have exact numbers, and why the others keep those of the law, is printed", () => {
  const text = textOf({ drawnExactly: 2, keptByLaw: { plans: 1, reason: "parallelism: about 70 s of work" }, leftToDraw: 3 });
  expect(text).toContain("experts went by their law; 2 plans of the best ran again with all of them drawn\n");
  expect(text).toContain(
    "1 plan of the best could not be drawn exactly, and keeps its numbers by the law: parallelism: about 70 s of work\n",
  );
  expect(text).toContain("3 plans of the best did not run again with all experts drawn: exact numbers may change which is best\n");
});

test("a search whose experts do not go by their law prints nothing of it", () => {
  expect(textOf({})).not.toContain("law");
});

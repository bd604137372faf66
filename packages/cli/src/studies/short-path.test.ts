import { expect, test } from "vitest";
import { shortPaths } from "./short-path.ts";

test("a path is cut to the shortest end that no other path has", () => {
  expect(shortPaths(["parallelism.tensor", "workload.sequences"])).toEqual(["tensor", "sequences"]);
  expect(shortPaths(["parallelism.tensor", "parallelism.attention.tensor"])).toEqual(["parallelism.tensor", "attention.tensor"]);
  expect(shortPaths(["seed", "a.seed", "b.a.seed"])).toEqual(["seed", "a.seed", "b.a.seed"]);
  expect(shortPaths(["workload.promptTokens.from", "workload.promptTokens.to"])).toEqual(["from", "to"]);
});

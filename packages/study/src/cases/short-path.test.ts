import { expect, test } from "vitest";
import { shortPaths } from "./short-path.ts";

test("a path is cut to the shortest end that no other path has", () => {
  expect(shortPaths(["parallelism.tensor", "workload.sequences"])).toEqual(["tensor", "sequences"]);
  expect(shortPaths(["parallelism.tensor", "parallelism.attention.tensor"])).toEqual(["parallelism.tensor", "attention.tensor"]);
  expect(shortPaths(["seed", "a.seed", "b.a.seed"])).toEqual(["seed", "a.seed", "b.a.seed"]);
  expect(shortPaths(["workload.promptTokens.from", "workload.promptTokens.mean"])).toEqual(["promptTokens.from", "promptTokens.mean"]);
});

test("a name never begins with a place in a list", () => {
  expect(shortPaths(["pools.0.count", "pools.1.count"])).toEqual(["pools.0.count", "pools.1.count"]);
});

test("a short name is no metric, which stands beside it in a table", () => {
  expect(shortPaths(["targets.ttft", "targets.tpot.p99", "cluster.gpu.cost"])).toEqual(["targets.ttft", "targets.tpot.p99", "gpu.cost"]);
});

test("a short name means the path that has it in the scenario, though that does not vary", () => {
  expect(shortPaths(["parallelism.data"])).toEqual(["data"]);
  expect(shortPaths(["parallelism.attention.data"])).toEqual(["attention.data"]);
  expect(shortPaths(["cluster.network.kind"])).toEqual(["network.kind"]);
});

import type { ModelSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { layerKinds, modelProblems } from "./layer.ts";

const model: ModelSpec = {
  layers: 4,
  hiddenSize: 8,
  attention: { heads: 4, kvHeads: 2, headSize: 2 },
  experts: { count: 4, topK: 2, hiddenSize: 8, matrices: 3, shared: 0 },
  precision: { weights: "fp16", activations: "fp16" },
};
const { experts: _, ...withoutExperts } = model;

test("the leading dense layers come first, the rest have experts", () => {
  expect(layerKinds({ ...model, dense: { layers: 1, hiddenSize: 8, matrices: 3 } })).toEqual(["dense", "moe", "moe", "moe"]);
});

test("without dense layers every layer has experts", () => {
  expect(layerKinds(model)).toEqual(["moe", "moe", "moe", "moe"]);
});

test("without experts every layer is dense", () => {
  expect(layerKinds({ ...withoutExperts, dense: { hiddenSize: 8, matrices: 3 } })).toEqual(["dense", "dense", "dense", "dense"]);
});

test("a model that can be built has no problems", () => {
  expect(modelProblems(model)).toEqual([]);
});

test("a layer with neither experts nor a dense feed-forward is a problem", () => {
  expect(modelProblems(withoutExperts).map(({ path }) => path.join("."))).toEqual(["model.dense"]);
});

test("all contradictions are reported at once, each with what would work", () => {
  const wrong: ModelSpec = {
    ...model,
    attention: { heads: 4, kvHeads: 3, headSize: 2 },
    experts: { count: 4, topK: 5, hiddenSize: 8, matrices: 3, shared: 0 },
    dense: { layers: 5, hiddenSize: 8, matrices: 3 },
  };
  expect(modelProblems(wrong).map(({ path, given, wanted }) => `${path.join(".")}: ${given}; ${wanted}`)).toEqual([
    "model.attention.kvHeads: 3; a divisor of heads (4)",
    "model.experts.topK: 5; at most count (4)",
    "model.dense.layers: 5; at most model.layers (4)",
  ]);
});

test("a dense model cannot have fewer dense layers than layers", () => {
  const some: ModelSpec = { ...withoutExperts, dense: { layers: 3, hiddenSize: 8, matrices: 3 } };
  expect(modelProblems(some)).toHaveLength(1);
  expect(modelProblems({ ...some, dense: { layers: 4, hiddenSize: 8, matrices: 3 } })).toEqual([]);
});

test("a model with experts says how many dense layers lead", () => {
  expect(
    modelProblems({ ...model, dense: { hiddenSize: 8, matrices: 3 } }).map(({ path, wanted }) => `${path.join(".")}: ${wanted}`),
  ).toEqual([
    "model.dense.layers: how many of the 4 layers lead without experts: a model with `experts` must say, or `every` in its place",
  ]);
  expect(modelProblems({ ...model, dense: { layers: 1, hiddenSize: 8, matrices: 3 } })).toEqual([]);
});

test("of every so many layers the last has experts, where dense layers are among the others", () => {
  const inTurn = (every: number): ModelSpec => ({ ...model, layers: 7, dense: { every, hiddenSize: 8, matrices: 3 } });
  expect(layerKinds(inTurn(2))).toEqual(["dense", "moe", "dense", "moe", "dense", "moe", "dense"]);
  expect(layerKinds(inTurn(3))).toEqual(["dense", "dense", "moe", "dense", "dense", "moe", "dense"]);
  expect(modelProblems(inTurn(7))).toEqual([]);
  const problem = (spec: ModelSpec) => modelProblems(spec).map(({ path, wanted }) => `${path.join(".")}: ${wanted}`);
  expect(problem(inTurn(8))).toEqual(["model.dense.every: at most model.layers (7): no layer would have experts"]);
  const both: ModelSpec = { ...model, dense: { every: 2, layers: 1, hiddenSize: 8, matrices: 3 } };
  expect(problem(both)).toEqual(["model.dense.every: either `layers` or `every`: dense layers lead, or are among the others"]);
  const { experts: _, ...without } = inTurn(2);
  expect(problem(without)).toEqual(["model.dense.every: `experts` in the model: without them all layers are dense"]);
});

import { expect, test } from "vitest";
import { knobOf, knobPaths, unknownKnob } from "./knob.ts";
import { messageOf } from "./problems/problem.ts";

test.each([
  ["parallelism.tensor", "number", ""],
  ["cluster.network.fabric.bandwidth", "number", "B/s"],
  ["cluster.gpu.compute", "number", "FLOPS"],
  ["cluster.gpu.computeEfficiency", "number", "%"],
  ["workload.promptTokens", "number", ""],
  ["workload.promptTokens.from", "number", ""],
  ["workload.kind", "text", ""],
  ["routing.gate", "text", ""],
  ["routing.gate.exponent", "number", ""],
  ["routing.gate.shared", "truth", ""],
  ["cluster.gpu.preset", "text", ""],
  ["parallelism.layers", "text", ""],
  ["cluster.gpu", "other", ""],
  ["assumed", "other", ""],
])("at %s stands a %s %s", (path, type, unit) => {
  expect(knobOf(path)).toEqual({ type, unit });
});

test("where nothing may stand there is no knob, and the problem has the nearest path", () => {
  expect(knobOf("parallelism.tensr")).toBe(undefined);
  expect(knobOf("parallelism.preset")).toBe(undefined);
  expect(knobOf("")).toBe(undefined);
  expect(messageOf(unknownKnob("parallelism.tensr"))).toContain("did you mean parallelism.tensor?");
});

test("every path of the format is a knob", () => {
  expect(knobPaths().filter((path) => knobOf(path) === undefined)).toEqual([]);
});

import { expect, test } from "vitest";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { assumptionText } from "./assumption-text.ts";
import { formatPhrases } from "./formats.ts";

const told = (change: object) => formatPhrases({ ...tiny.plan, precision: { ...tiny.plan.precision, ...change } });

test("one format in all places is not told", () => {
  expect(told({})).toEqual([]);
});

test("several are told by format, with what multiplies", () => {
  expect(told({ weights: "fp8", experts: "fp8", dispatch: "fp8", products: ["fp8", "bf16"] })).toEqual([
    "fp8 weights, experts, dispatch",
    "bf16 activations, collectives, combine, KV cache",
    "multiplied in fp8, bf16",
  ]);
});

test("a dense model has no experts, no dispatch and no combine", () => {
  const dense = { experts: null, dispatch: null, combine: null };
  expect(told(dense)).toEqual([]);
  expect(told({ ...dense, weights: "int4" })).toEqual(["int4 weights", "bf16 activations, collectives, KV cache", "multiplied in bf16"]);
});

test("an assumption is told with its range, or with why it was taken", () => {
  expect(assumptionText("cluster.network")).toBe("cluster.network");
  expect(assumptionText({ path: "cluster.gpu.launch", from: "0 us", to: "4 us" })).toBe("cluster.gpu.launch (0 us to 4 us)");
  expect(assumptionText({ path: "model.precision.weights", because: "quant_method fp8" })).toBe(
    "model.precision.weights (quant_method fp8)",
  );
});

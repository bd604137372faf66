import { expect, test } from "vitest";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { assumptionText } from "./assumption-text.ts";
import { formatPhrases } from "./formats.ts";

const phrases = (change: object) => formatPhrases({ ...tiny.plan, precision: { ...tiny.plan.precision, ...change } });

test("one format in all places is not listed", () => {
  expect(phrases({})).toEqual([]);
});

test("several are listed by format, with what multiplies", () => {
  expect(phrases({ weights: "fp8", experts: "fp8", dispatch: "fp8", products: ["fp8", "bf16"] })).toEqual([
    "fp8 weights, experts, dispatch",
    "bf16 activations, collectives, combine, KV cache",
    "multiplied in fp8, bf16",
  ]);
});

test("a dense model has no experts, no dispatch and no combine", () => {
  const dense = { experts: null, dispatch: null, combine: null };
  expect(phrases(dense)).toEqual([]);
  expect(phrases({ ...dense, weights: "int4" })).toEqual(["int4 weights", "bf16 activations, collectives, KV cache", "multiplied in bf16"]);
});

test("an assumption has its value, and its range or why it was taken", () => {
  const values = {
    "cluster.gpu.cost": "3 USD/h",
    "cluster.gpu.launch": "2 us",
    "model.precision.weights": "fp8",
    "serving.overlap": { kind: "none" },
    "serving.stepOverhead": null,
    "cluster.network": { node: { bandwidth: "450 GB/s", latency: "2 us" }, fabric: { bandwidth: "50 GB/s" } },
    "serving.captured": [1, 2, 4],
  };
  const text = (assumption: Parameters<typeof assumptionText>[0]) => assumptionText(assumption, values);
  expect(text("cluster.gpu.cost")).toBe("cluster.gpu.cost 3 USD/h");
  expect(text("serving.overlap")).toBe("serving.overlap none");
  expect(text("serving.stepOverhead")).toBe("serving.stepOverhead none");
  expect(text("serving.captured")).toBe("serving.captured [1, 2, 4]");
  expect(text("cluster.network")).toBe("cluster.network {node.bandwidth: 450 GB/s, node.latency: 2 us, fabric.bandwidth: 50 GB/s}");
  expect(text({ path: "cluster.gpu.launch", from: "0 us", to: "4 us" })).toBe("cluster.gpu.launch 2 us (0 us to 4 us)");
  expect(text({ path: "model.precision.weights", because: "quant_method fp8" })).toBe("model.precision.weights fp8 (quant_method fp8)");
});

import { bytesOf, type KernelShape, layerKernels } from "@tokenyard/model";
import type { ClusterSpec, ModelSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { createKernelModel, createNetworkModel } from "./policies.ts";

// docs/models/by-pencil.md#a-layer-by-pencil: one layer of the plan on 32 ranks, 16 data groups of 2, one sequence on each.
const model: ModelSpec = {
  layers: 16,
  hiddenSize: 512,
  attention: { heads: 16, kvHeads: 16, headSize: 32 },
  experts: { count: 16, topK: 1, hiddenSize: 1024, matrices: 2, shared: 0 },
  precision: { weights: "fp16", activations: "fp16" },
};
const cluster: ClusterSpec = {
  gpu: {
    compute: 400e12,
    computeEfficiency: 0.6,
    bandwidth: 1.8e12,
    bandwidthEfficiency: 0.8,
    memory: 64e9,
    memoryShare: 0.9,
    launch: 0,
  },
  gpusPerNode: 8,
  kernels: { kind: "roofline" },
  network: {
    kind: "two-tier",
    node: { bandwidth: 450e9, latency: 2e-6 },
    fabric: { bandwidth: 50e9, latency: 5e-6 },
    allReduce: "ring",
  },
};
const kernelModel = createKernelModel(cluster);
const network = createNetworkModel(cluster);
const { attention, gate, experts } = layerKernels(model, { tensor: 2, attentionTensor: 2 }, { compute: 1 });
const exchange = Array.from({ length: 16 }, (_, g) => 2 * g); // the first rank of each data group
const tokenBytes = 512 * bytesOf("fp16");

const us = (seconds: number) => seconds * 1e6;
const kernelUs = (shape: KernelShape) => us(kernelModel.seconds(shape));
const copies = (rows: number) => ({ rowsPerExpert: [rows], first: 0, experts: 1 });

/** Microseconds of the dispatch on each rank when every data group sends `tokens` copies to each of the 16 experts. */
function dispatchUs(tokens: number): Float64Array {
  const out = new Float64Array(16);
  network.allToAllSeconds(new Float64Array(256).fill(tokens * tokenBytes), exchange, out);
  return out.map(us);
}

test("a prefill layer of the plan takes the times that the page works out", () => {
  const rows = 10_240;
  const core = { ...attention.prefill.core, sequences: 1, newTokens: rows, contextTokens: rows, pairs: (rows * (rows + 1)) / 2 };
  expect(kernelUs({ ...attention.projections[0]!, rows })).toBeCloseTo(33.554, 3);
  expect(kernelUs(core)).toBeCloseTo(223.718, 3);
  expect(kernelUs({ ...attention.output, rows })).toBeCloseTo(11.185, 3);
  expect(us(network.allReduceSeconds(rows * tokenBytes, [0, 1]))).toBeCloseTo(27.302, 3);
  expect(kernelUs({ ...gate!, rows })).toBeCloseTo(7.521, 3);
  expect(dispatchUs(rows / 16)[0]).toBeCloseTo(166.286, 3);
  expect(kernelUs({ ...experts!.up, ...copies(rows) })).toBeCloseTo(22.37, 3);
  expect(kernelUs({ ...experts!.down, ...copies(rows) })).toBeCloseTo(22.37, 3);
  expect(us(network.sendSeconds(rows * tokenBytes, 0, 32))).toBeCloseTo(214.715, 3);
});

test("a decode layer of the plan takes the times that the page works out", () => {
  const core = { ...attention.decode.core, sequences: 1, newTokens: 1, contextTokens: 10_240, pairs: 10_240 };
  expect(kernelUs({ ...attention.projections[0]!, rows: 1 })).toBeCloseTo(0.548, 3);
  expect(kernelUs(core)).toBeCloseTo(7.282, 3);
  expect(kernelUs({ ...attention.output, rows: 1 })).toBeCloseTo(0.183, 3);
  expect(us(network.allReduceSeconds(tokenBytes, [0, 1]))).toBeCloseTo(4.002, 3);
  expect(kernelUs({ ...gate!, rows: 1 })).toBeCloseTo(0.012, 3);
  expect(kernelUs({ ...experts!.up, ...copies(1) })).toBeCloseTo(0.366, 3);
  expect(us(network.sendSeconds(tokenBytes, 0, 32))).toBeCloseTo(5.02, 3);
});

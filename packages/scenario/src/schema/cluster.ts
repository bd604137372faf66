import * as z from "zod";
import { choice } from "./choice.ts";
import { PRECISIONS } from "./model.ts";
import { quantity } from "./quantity.ts";

const compute = quantity("FLOPS", { positive: true });
const tier = z.strictObject({ bandwidth: quantity("B/s", { positive: true }), latency: quantity("s") });

export const gpuSchema = z.strictObject({
  compute: z
    .union([compute, z.partialRecord(z.enum(PRECISIONS), compute)])
    .describe("dense peak; a map gives it by precision"),
  computeEfficiency: quantity("%", { positive: true, max: 1 }).default(1),
  bandwidth: quantity("B/s", { positive: true }).describe("of the GPU's memory"),
  bandwidthEfficiency: quantity("%", { positive: true, max: 1 }).default(1),
  memory: quantity("B", { positive: true }),
  memoryShare: quantity("%", { positive: true, max: 1 }).default(0.9).describe("what of the memory may be used"),
  launch: quantity("s").default(0).describe("fixed cost of each kernel"),
  cost: quantity("USD/h").optional(),
});

export const clusterSchema = z.strictObject({
  gpu: gpuSchema,
  gpusPerNode: z.int().min(1).max(100_000).default(8),
  kernels: choice({ roofline: {} }).default({ kind: "roofline" }),
  network: choice({
    "two-tier": {
      node: tier,
      fabric: tier,
      allReduce: z.enum(["ring", "one-shot"]).default("ring"),
    },
  }),
});

export type GpuSpec = z.output<typeof gpuSchema>;
export type ClusterSpec = z.output<typeof clusterSchema>;

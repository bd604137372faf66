import * as z from "zod";
import { choice } from "./choice.ts";

const degree = z.int().min(1).max(1_000_000);

export const parallelismSchema = z.strictObject({
  layers: z.enum(["own-ranks", "shared-ranks"]).default("shared-ranks"),
  pipeline: degree.default(1),
  expert: degree.default(1),
  tensor: degree.default(1),
  data: degree.default(1).describe("replicas of the whole model"),
  attention: z
    .strictObject({ tensor: degree, data: degree })
    .partial()
    .optional()
    .describe("degrees of the attention: tensor × data = expert × tensor of the layer"),
});

export const routingSchema = z.strictObject({
  gate: choice({
    balanced: {},
    uniform: {},
    zipf: { exponent: z.number().min(0).max(100), shared: z.boolean().default(false) },
  }).default({ kind: "uniform" }),
  capacityFactor: z.number().positive().max(1e6).optional().describe("none: experts take all copies"),
  minCapacity: z.int().min(0).max(1e9).default(1),
  overflow: choice({ drop: {}, none: {} }).default({ kind: "drop" }),
});

export type ParallelismSpec = z.output<typeof parallelismSchema>;
export type RoutingSpec = z.output<typeof routingSchema>;
export type GateSpec = RoutingSpec["gate"];

import * as z from "zod";
import { choice } from "./choice.ts";
import { drawnCount } from "./drawn.ts";

export const workloadSchema = choice({
  batch: {
    sequences: z.int().min(1).max(10_000_000),
    promptTokens: drawnCount,
    outputTokens: drawnCount,
  },
});

export const servingSchema = z.strictObject({
  scheduler: choice({
    static: {
      microBatches: z.int().min(1).max(1_000_000).default(1),
      deal: z.enum(["in-order", "longest-first"]).default("in-order"),
    },
  }).default({ kind: "static", microBatches: 1, deal: "in-order" }),
  overlap: z.enum(["none", "two-batch"]).default("none"),
});

export type WorkloadSpec = z.output<typeof workloadSchema>;
export type ServingSpec = z.output<typeof servingSchema>;

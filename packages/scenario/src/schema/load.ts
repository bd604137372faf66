import * as z from "zod";
import { choice } from "./choice.ts";
import { drawnCount } from "./drawn.ts";

export const workloadSchema = choice({
  batch: {
    sequences: z.int().min(1).max(10_000_000).describe("requests, all there at the start"),
    promptTokens: drawnCount.describe("tokens of each prompt"),
    outputTokens: drawnCount.describe("tokens that each request asks for, the first included"),
  },
}).describe("which requests come, and when");

export const servingSchema = z.strictObject({
  scheduler: choice({
    static: {
      microBatches: z.int().min(1).max(1_000_000).default(1).describe("of each replica"),
      deal: z.enum(["in-order", "longest-first"]).default("in-order").describe("how sequences are dealt out to micro-batches"),
    },
  })
    .prefault("static")
    .describe("who is served next"),
  overlap: z.enum(["none", "two-batch"]).default("none").describe("micro-batches in flight on a stage: one, or two that overlap"),
});

export type WorkloadSpec = z.output<typeof workloadSchema>;
export type ServingSpec = z.output<typeof servingSchema>;

import * as z from "zod";
import { choice } from "./choice.ts";
import { drawnCount } from "./drawn.ts";
import { quantity } from "./quantity.ts";

const requests = z.int().min(1).max(1_000_000_000).describe("requests in all");
const lengths = {
  promptTokens: drawnCount.describe("tokens of each prompt"),
  outputTokens: drawnCount.describe("tokens that each request asks for, the first included"),
};

export const workloadSchema = choice({
  batch: {
    sequences: z.int().min(1).max(10_000_000).describe("requests, all there at the start"),
    ...lengths,
  },
  open: {
    requests,
    rate: quantity("requests/s", { positive: true }).describe("mean arrivals; Poisson"),
    ...lengths,
  },
  closed: {
    requests,
    concurrency: z.int().min(1).max(1_000_000).describe("requests in flight, each of a user who asks again when answered"),
    thinkTime: quantity("s").prefault("0 s").describe("from an answer to the next request"),
    ...lengths,
  },
}).describe("which requests come, and when");

export type WorkloadSpec = z.output<typeof workloadSchema>;

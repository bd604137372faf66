import * as z from "zod";
import { quantity } from "./quantity.ts";

const cut = quantity("%", { max: 0.49 }).prefault("0 %");

/** What of a run counts. */
export const measureSchema = z
  .strictObject({
    warmUp: cut.describe("share of the requests, the first to arrive, whose latencies do not count"),
    coolDown: cut.describe("share of the requests, the last to arrive, whose latencies do not count"),
    levels: z.int().min(8).max(10_000).default(128).describe("most buckets of the levels over time"),
  })
  .optional()
  .describe("which requests count, where their number is known");

export type MeasureSpec = z.output<typeof measureSchema>;

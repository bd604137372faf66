import * as z from "zod";
import { quantity } from "./quantity.ts";

const cut = quantity("%", { max: 0.49 }).prefault("0 %");

/** What of a run counts. */
export const measureSchema = z
  .strictObject({
    warmUp: cut.describe("share of the first requests to arrive whose latencies do not count"),
    coolDown: cut.describe("share of the last requests to arrive whose latencies do not count"),
    levels: z.int().min(8).max(10_000).default(128).describe("maximum number of buckets of levels over time"),
  })
  .optional()
  .describe("which requests count, if their number is known");

export type MeasureSpec = z.output<typeof measureSchema>;

import * as z from "zod";
import { amount, count } from "./plain-number.ts";

/** All values of a latency in one run: each distinct one, or, if there are many, each bucket of a histogram, rising. */
export const distributionSchema = z.strictObject({
  values: z.array(amount),
  counts: z.array(count).describe("how often each was seen"),
  sum: amount.describe("of all"),
  never: count.describe("beside them, requests that are never answered"),
});

export type Distribution = z.output<typeof distributionSchema>;

/** Distributions from which the seeds of a study are pooled. */
export const distributionsSchema = z
  .strictObject({
    latencies: z.record(z.string(), distributionSchema).describe("by key in this report"),
    growth: amount.nullable().describe("mean TTFT of the last third of the arrivals over that of the first"),
  })
  .describe("latencies whole; only in the rows of a study that pools them");

export type Distributions = z.output<typeof distributionsSchema>;

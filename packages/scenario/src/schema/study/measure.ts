import * as z from "zod";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";

/** Part of a run that is measured. */
export const measureSchema = late(() => {
  const cut = quantity("%", { max: 0.49 }).prefault("0 %");

  return z.strictObject({
    warmUp: cut.describe("share of the first requests to arrive whose latencies do not count"),
    coolDown: cut.describe("share of the last requests to arrive whose latencies do not count"),
    levels: wholeNumber(8, 10_000).default(128).apply(means, "maximum number of buckets of levels over time"),
  });
}).apply(means, "which requests count, if their number is known");

export type MeasureSpec = z.output<typeof measureSchema>;

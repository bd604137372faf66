import * as z from "zod";
import { amount, count } from "./plain-number.ts";

/** Mean, percentiles and maximum of many values. */
export const statsSchema = z.strictObject({
  mean: amount,
  p50: amount,
  p90: amount,
  p95: amount,
  p99: amount,
  p999: amount,
  max: amount,
});

/** Statistics of a latency over every request that counts. One that is never answered has a latency longer than any bound. */
export const latencySchema = z.strictObject({
  mean: amount.nullable(),
  p50: amount.nullable(),
  p90: amount.nullable(),
  p95: amount.nullable(),
  p99: amount.nullable(),
  p999: amount.nullable(),
  max: amount.nullable(),
  unanswered: count.optional().describe("requests that are never answered: a null above is never. Only where there are any"),
});

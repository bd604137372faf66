import * as z from "zod";
import { amount } from "./plain-number.ts";

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

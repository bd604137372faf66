import * as z from "zod";
import { amount, count } from "./plain-number.ts";

const intervalSchema = z.strictObject({ low: z.number(), high: z.number() });

const estimateSchema = z.strictObject({
  count: count.describe("of observations"),
  mean: z.number().nullable().describe("null: longer than any bound, as of requests that are never answered"),
  standardDeviation: amount.nullable().describe("of the observations, with n − 1; null for one"),
  interval: intervalSchema
    .nullable()
    .describe("holds the true mean in 95 of 100 studies (Student's t), on a log scale for what cannot be below 0; null for one"),
});

/** What several seeds say together. */
export const seedsSchema = z
  .strictObject({
    count: count.describe("seeds that ran: first, first + 1, …"),
    first: count,
    estimates: z.record(z.string(), estimateSchema).describe("by path in this report; a seed without the number does not count"),
    targets: z.array(z.strictObject({ name: z.string(), metric: z.string(), met: count.describe("seeds that meet it") })),
    warnings: z.array(
      z.strictObject({
        code: z.string(),
        message: z.string().describe("of the first seed that tells it"),
        seed: count.describe("that seed"),
        count: count.describe("seeds that tell it"),
      }),
    ),
  })
  .describe("means over several seeds; the rest of the report is of the first. Only where several ran");

export type Seeds = z.output<typeof seedsSchema>;
/** What independent observations of one number say of its mean. */
export type Estimate = z.output<typeof estimateSchema>;
export type Interval = z.output<typeof intervalSchema>;

import * as z from "zod";
import { amount, count } from "./plain-number.ts";

const intervalSchema = z.strictObject({
  low: z.number(),
  high: z.number().nullable().describe("null: open, the data cannot bound it"),
});

const estimateSchema = z.strictObject({
  count: count.describe("of seeds with a value"),
  value: z
    .number()
    .nullable()
    .describe(
      "of the requests of all seeds pooled, or the mean over seeds (as of `max`, the longest of each seed); null: longer than any bound",
    ),
  standardDeviation: amount.nullable().describe("of the values of the seeds, with n − 1; null for one"),
  interval: intervalSchema.nullable().describe("of 95 %; null for one seed, and where the value is null"),
  requests: count.optional().describe("that are pooled, of latencies; for others seeds are what is averaged"),
});

/**
 * Verdict of several seeds on a target. `met-by-far`: there is no interval, but the bound is at least five times the largest value of any
 * seed.
 */
export const VERDICTS = ["met", "met-by-far", "missed", "not-enough-evidence"] as const;

/** Estimates of several seeds together. */
export const seedsSchema = z
  .strictObject({
    count: count.describe("seeds that ran: first, first + 1, …"),
    first: count,
    estimates: z.record(z.string(), estimateSchema).describe("by path in this report"),
    targets: z.array(
      z.strictObject({
        name: z.string(),
        metric: z.string(),
        met: count.describe("seeds that meet it, which is no verdict: it turns with their number"),
        verdict: z.enum(VERDICTS).nullable().describe("null for one seed"),
      }),
    ),
    growth: amount
      .nullable()
      .describe(
        "typical mean TTFT of the last third of the arrivals over that of the first, where it surely grows: there is no steady state",
      ),
    precision: z
      .strictObject({
        wanted: amount.describe("half of each watched interval, as a share of its estimate"),
        reached: z.boolean().describe("at two looks in a row"),
        watched: z.array(z.string()),
      })
      .optional()
      .describe("only where it was asked for"),
    warnings: z.array(
      z.strictObject({
        code: z.string(),
        message: z.string().describe("of the first seed that has it"),
        seed: count.describe("that seed"),
        count: count.describe("seeds that have it"),
      }),
    ),
  })
  .describe(
    "what several seeds say together; the rest of the report is of the first, but for `targets`, which are judged by all. Only where several ran",
  );

export type Seeds = z.output<typeof seedsSchema>;
/** Estimate of one number by several seeds. */
export type Estimate = z.output<typeof estimateSchema>;
export type Interval = z.output<typeof intervalSchema>;
export type TargetVerdict = (typeof VERDICTS)[number];

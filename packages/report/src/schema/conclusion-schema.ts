import * as z from "zod";
import { amount, share } from "./plain-number.ts";

export const CONCLUSION_VERDICTS = ["met", "missed", "not-enough-evidence", "no-targets"] as const;

const bottleneckSchema = z.strictObject({
  part: z.string().describe("path in this report of what takes most"),
  of: z.string().describe("path in this report of the number that it slows down"),
  share: share.describe("that `part` is of the time in `of`; of bubbles, that the compute lanes are idle between ops"),
  rest: amount
    .nullable()
    .describe(
      "what of the mean `of` is not `part` in this run, in seconds: no bound, as a shorter part also shortens queues; null of bubbles",
    ),
  atBest: amount
    .nullable()
    .describe("what `of` could be at best without bubbles, all else being equal: a bound, not a prediction; null of a latency"),
});

/** Conclusion of a report, in at most three sentences. */
export const conclusionSchema = z
  .strictObject({
    verdict: z.enum(CONCLUSION_VERDICTS).describe("of all targets together"),
    target: z.string().nullable().describe("the target that decides: missed by most, undecided, or met by least; null without targets"),
    bottleneck: bottleneckSchema.nullable().describe("null where no request was answered"),
    sentences: z
      .array(z.string())
      .min(1)
      .max(3)
      .describe("the verdict, what decides, and what is left of its number, or its bound, without that"),
  })
  .describe("what this report comes to; each of its numbers is in this report");

export type Conclusion = z.output<typeof conclusionSchema>;
export type Bottleneck = z.output<typeof bottleneckSchema>;

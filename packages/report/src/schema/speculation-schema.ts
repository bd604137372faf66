import * as z from "zod";
import { amount, count, share } from "./plain-number.ts";

/** Counts of drafts, and their cost. */
export const speculationReportSchema = z
  .strictObject({
    kind: z.string().describe("of the drafts"),
    drafts: count.describe("of a step after each other, at most"),
    tree: z
      .strictObject({ width: count, verified: count })
      .optional()
      .describe("only of drafts that are one: candidates that each pass extends, and tokens that a step verifies for each sequence"),
    steps: count.describe("of sequences that verified drafts"),
    draftTokens: count.describe("in those steps"),
    acceptedTokens: count.describe("of those, that are out: none beyond the last token of a request"),
    tokensPerStep: amount.nullable().describe("that come out of a decode step of a sequence"),
    tokensPerSecondPerUser: amount.nullable().describe("1 over the mean TPOT"),
    survival: z
      .array(z.strictObject({ position: count, share: share.nullable() }))
      .describe("by position: share of those steps whose draft there is out, and so all before it"),
    rejectedShare: share.nullable().describe("of the tokens that those steps verified, that were thrown away"),
    draftShare: share.nullable().describe("of the time that ranks computed in decode passes, in passes of the draft"),
  })
  .describe("only where steps verify drafts");

export type SpeculationReport = z.output<typeof speculationReportSchema>;

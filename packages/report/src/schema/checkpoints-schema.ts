import * as z from "zod";
import { amount, count } from "./plain-number.ts";

/** Copies of caches, and their savings. */
export const checkpointsReportSchema = z
  .strictObject({
    copiedTokens: count.describe("of sequences that have left, in whole checkpoints"),
    copiedBytes: amount,
    busiestLinkShare: amount
      .nullable()
      .describe("of the run, in which copies took the link of the data group that copied most; over 1: it could not have"),
    restored: z.strictObject({
      requests: count.describe("that went on from copies"),
      tokens: count.describe("that were loaded, and not computed again"),
      meanSeconds: amount.nullable().describe("from when there was room for one until it was there"),
    }),
  })
  .describe("only where the scenario has checkpoints");

export type CheckpointsReport = z.output<typeof checkpointsReportSchema>;

import * as z from "zod";
import { amount, count, share } from "./plain-number.ts";

/** Attempts beside requests, and their cost. */
export const retriesReportSchema = z
  .strictObject({
    attempts: count.describe("each time that a request was sent, for the first time or again, by its client or by the router"),
    attemptsPerRequest: amount.nullable(),
    byClient: count.describe("further attempts of clients"),
    byRouter: count.describe("further tries of the router"),
    refused: count.describe("attempts that no replica let in"),
    failed: count.describe("attempts that a fault took"),
    timedOut: count.describe("attempts that their client cancelled"),
    wasted: z
      .strictObject({
        promptTokens: count.describe("computed"),
        outputTokens: count.describe("put out"),
        share: share.nullable().describe("of these and the tokens of requests that were answered"),
      })
      .describe("of attempts that ended without an answer"),
    breakers: z
      .strictObject({ opened: count, openSeconds: amount.describe("of all replicas together") })
      .nullable()
      .describe("null without breakers"),
    levels: z
      .strictObject({
        bucketSeconds: amount,
        attemptsPerSecond: z.array(amount),
        wastedTokensPerSecond: z.array(amount).describe("when the attempts ended"),
      })
      .describe("over time, in equal buckets from the start on"),
  })
  .describe("only where the scenario has retries");

export type RetriesReport = z.output<typeof retriesReportSchema>;

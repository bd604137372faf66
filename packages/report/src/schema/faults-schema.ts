import * as z from "zod";
import { amount, count } from "./plain-number.ts";
import { statsSchema } from "./stats-schema.ts";

const eventSchema = z.strictObject({
  kind: z.string(),
  atSeconds: amount,
  detectedAtSeconds: amount.nullable().describe("null where it was not detected"),
  detectedBy: z.string().nullable(),
  resumedAtSeconds: amount.nullable().describe("when all that it struck serves again; null where it never did"),
  outageSeconds: amount
    .nullable()
    .describe("from the fault to that; where the run ended before, at least so long. Null where it struck nothing, or has no end"),
  endless: z.literal(true).optional().describe("the outage has no end: nothing would make what it struck serve again"),
  ranksLost: count,
  ranksSlowed: count,
  drawnFrom: count.optional().describe("entry of the scenario, of faults that were drawn at random"),
  slotsLost: count.optional().describe("of experts, on GPUs that went on; only of faults that take single slots"),
  links: z
    .strictObject({
      struck: count.describe("GPUs behind them that need the fabric between nodes"),
      times: count.describe("that they were down"),
      downSeconds: amount.describe("in all, until the end of the run"),
      stops: count.describe("of replicas, where they were down for longer than collectives wait"),
      retries: count.describe("of collectives that had ended in an error"),
      gaveUp: count.describe("collectives that ended in their last error"),
      localSeconds: amount.describe("in which tokens went to experts on their own ranks only"),
    })
    .optional()
    .describe("that were down; only of faults of links"),
  requests: z.strictObject({
    failed: count,
    requeued: count.describe("sent elsewhere from their prompt on: nothing of them had been computed, or it was thrown away"),
    migrated: count.describe("sent elsewhere with all that they had put out"),
  }),
  tokensRecomputed: count.describe("that were cached, of requests that went on elsewhere"),
  kvBytesLost: amount.describe("of the cache, of requests that it was taken from: over all layers, with their windows and states"),
  expertsMissing: count.describe("(layer, expert) pairs that no rank held any more"),
  degradedTokens: count.describe("copies of tokens to those, which were masked"),
  elsewhere: z
    .strictObject({
      copies: count.describe("of tokens to those, which went to the gate's next choices"),
      gateShare: z
        .number()
        .min(0)
        .max(1)
        .describe("share of all copies that the gate gives to those experts, in the mean over layers with experts: a proxy of quality"),
      mostMissing: count.describe("most experts of one layer that no rank held"),
      experts: count.describe("of a layer"),
    })
    .optional()
    .describe("only where experts were missing, and tokens were routed around them"),
});

const coveredSchema = z.strictObject({
  all: count,
  covered: count.describe("whose loss leaves every expert of every layer with a slot elsewhere in its replica"),
  mostMissing: count.describe("most (layer, expert) pairs that one of them leaves without"),
});

/** Faults, their detection and their cost. */
export const faultsSchema = z
  .strictObject({
    random: z
      .array(
        z.strictObject({
          entry: count.describe("of the scenario"),
          of: z.string(),
          mtbfPerGpuHours: amount,
          acceleration: amount.describe("how many times as often as that faults came"),
          drawn: count.describe("faults, however long the run was"),
        }),
      )
      .optional()
      .describe("only where faults are drawn"),
    events: z.array(eventSchema).describe("in the order of the scenario"),
    longestOutageSeconds: amount
      .nullable()
      .describe("of the events', 0 where none stopped anything; null where none came before the run had ended, or one has no end"),
    endless: count.optional().describe("outages without an end, where there are any"),
    coverage: z
      .strictObject({ ranks: coveredSchema, nodes: coveredSchema })
      .nullable()
      .describe("of the loss of a single GPU, and of a single node, by further copies of experts; null without experts"),
    delays: z
      .record(z.string(), statsSchema.extend({ count: count.describe("ops that met links that were down") }))
      .optional()
      .describe(
        "seconds that collectives stood still for links that were down, by op kind; only where links are down for so short a time that they do",
      ),
    inFlight: count.describe("requests that were neither finished, rejected nor failed when nothing happened any more"),
    downShare: z.number().min(0).max(1).nullable().describe("of the time of all GPUs in which they, or others that they need, were down"),
  })
  .describe("only where the scenario has faults");

export type FaultsReport = z.output<typeof faultsSchema>;

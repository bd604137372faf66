import * as z from "zod";
import { amount, count, share } from "./plain-number.ts";

/** How evenly one phase filled its experts. */
export const phaseExpertsSchema = z.strictObject({
  loadVariance: z
    .strictObject({ mean: amount, p99: amount, max: amount })
    .nullable()
    .describe("population standard deviation over mean of the copies per expert, per layer and micro-batch"),
  maxOverMean: amount.nullable().describe("the fullest expert against the mean, averaged over layers and micro-batches"),
  droppedShare: share,
  reroutedShare: share
    .optional()
    .describe("computed by another expert than they were routed to first; only where copies over capacity are rerouted"),
  maskedShare: share.optional().describe("left out by lot; only where overloaded experts are skipped at random"),
  perLayer: z.array(
    z.strictObject({
      layer: count,
      tokens: z.array(count).describe("copies routed to each expert"),
      loadVariance: amount.nullable(),
      droppedShare: share.nullable(),
      reroutedShare: share.nullable().optional(),
      maskedShare: share.nullable().optional(),
    }),
  ),
});

const unevennessSchema = z
  .strictObject({
    loadVariance: z.strictObject({ mean: amount, p99: amount, max: amount }),
    maxOverMean: amount.describe("the fullest rank against the mean, averaged over layers and micro-batches"),
  })
  .nullable();

/** How evenly work was spread over ranks. */
export const balanceSchema = z
  .strictObject({
    rank: z
      .strictObject({ prefill: unevennessSchema, decode: unevennessSchema })
      .describe(
        "of the copies that the experts' ranks of a stage computed, per layer and micro-batch: what placement and copies of experts change",
      ),
  })
  .describe("how evenly work was spread; null in a phase without, and where experts have one rank");

export type PhaseExperts = z.output<typeof phaseExpertsSchema>;
export type BalanceReport = z.output<typeof balanceSchema>;

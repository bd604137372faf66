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
  capacityFactor: amount.optional().describe("mean over layers and micro-batches; only where it moves"),
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

const rebalancesSchema = z
  .strictObject({
    windows: count.describe("looks at what came to the experts of a layer"),
    rebalances: count.describe("after which experts of that layer moved"),
    moves: count.describe("experts that came to a rank"),
    bytes: amount.describe("of their weights"),
    seconds: amount.describe("that moves took on the rank that took longest, each time, summed"),
    maxOverMean: z
      .strictObject({ still: amount.nullable(), reached: amount.nullable(), best: amount.nullable() })
      .describe(
        "the fullest rank against the mean, averaged over windows: had the experts stayed where they were at the start, as they lay, and where one who knew the window beforehand would have them",
      ),
  })
  .describe("experts moved while requests ran; only with `rebalance`");

/** How evenly work was spread over ranks. */
export const balanceSchema = z
  .strictObject({
    rank: z
      .strictObject({ prefill: unevennessSchema, decode: unevennessSchema })
      .describe(
        "of the copies that the experts' ranks of a stage computed, per layer and micro-batch: what placement and copies of experts change",
      ),
    rebalances: rebalancesSchema.optional(),
  })
  .describe("how evenly work was spread; null in a phase without, and where experts have one rank");

export type PhaseExperts = z.output<typeof phaseExpertsSchema>;
export type BalanceReport = z.output<typeof balanceSchema>;

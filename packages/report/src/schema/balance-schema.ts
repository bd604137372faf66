import * as z from "zod";
import { amount, count, share } from "./plain-number.ts";

const UNKNOWN_MAX = "null where passes go by the law of uneven experts, which does not know the least even one";

const spreadOfLayersSchema = z.strictObject({ mean: amount, p99: amount, max: amount.nullable().describe(UNKNOWN_MAX) });

const lawSchema = z
  .strictObject({
    standardError: share.describe("of the mean of what routed layers take, as far as the draws of its tables say"),
    check: z
      .strictObject({
        passes: count.describe("that were drawn exactly, off the record, with tokens of the run"),
        mean: z.number().describe("by which what they took was longer than the law says; below 0: shorter"),
        standardError: share.describe("of that mean"),
      })
      .nullable()
      .describe("null where passes are too few"),
  })
  .describe(
    "how sure the law of uneven experts is, in shares of what routed layers take; only with `routing.resolution: law`, where it holds",
  );

/** How evenly one phase filled its experts. */
export const phaseExpertsSchema = z.strictObject({
  loadVariance: spreadOfLayersSchema
    .nullable()
    .describe("population standard deviation over mean of the copies per expert, per layer and micro-batch"),
  maxOverMean: amount.nullable().describe("the fullest expert against the mean, averaged over layers and micro-batches"),
  droppedShare: share,
  droppedWithin: z
    .strictObject({
      low: share,
      high: share,
      batches: count.describe("of micro-batches that followed each other"),
      microBatches: count.describe("in a batch; the last may have fewer"),
    })
    .optional()
    .describe(
      "95 % interval of that share, by how it varies from batch to batch within the run; where a gate draws and there are 10 batches or more",
    ),
  capacityFactor: amount.optional().describe("mean over layers and micro-batches; only where it moves"),
  reroutedShare: share
    .optional()
    .describe("computed by another expert than they were routed to first; only where copies over capacity are rerouted"),
  maskedShare: share.optional().describe("left out by lot; only where overloaded experts are skipped at random"),
  leastEven: z
    .strictObject({ layer: count, tokens: z.array(count).describe("copies routed to each expert") })
    .describe("the layer whose copies were spread least evenly, the first of them"),
  perLayer: z.array(
    z.strictObject({
      layer: count,
      copies: count.describe("that were routed"),
      tokens: z.array(count).optional().describe("copies routed to each expert; only where asked for, as by `run --per-expert`"),
      loadVariance: amount.nullable(),
      droppedShare: share.nullable(),
      reroutedShare: share.nullable().optional(),
      maskedShare: share.nullable().optional(),
    }),
  ),
});

const unevennessSchema = z
  .strictObject({
    loadVariance: spreadOfLayersSchema,
    maxOverMean: amount.describe("the fullest rank against the mean, averaged over layers and micro-batches"),
    slowest: z
      .strictObject({
        lostSeconds: amount.describe(
          "by which the slowest rank's experts took longer than the mean rank's, summed over layers and micro-batches",
        ),
        slowestRank: count.describe("to which most of this was lost"),
        slowestShare: share.describe("of this, that was"),
      })
      .nullable()
      .describe("null where all took as long"),
    perLayer: z.array(z.strictObject({ layer: count, loadVariance: amount.nullable(), maxOverMean: amount.nullable() })),
  })
  .nullable();

const spreadSchema = z.strictObject({ mean: amount, max: amount.nullable().describe(UNKNOWN_MAX) });

const windowsSchema = z
  .strictObject({
    microBatches: count.describe("in a window"),
    count: count.describe("of windows, of all layers"),
    expert: spreadSchema.describe("load variance of what came to the experts in a window"),
    rank: spreadSchema.nullable().describe("of what their ranks computed; null where experts have one"),
  })
  .describe(
    "loads of a layer summed over windows of micro-batches: what chance leaves, popularity makes, and a balancer can see; only of gates that draw",
  );

const cacheSchema = z
  .strictObject({
    hits: count,
    misses: count,
    hitShare: share.nullable().describe("of all lookups: experts that had copies, by layer, rank and micro-batch"),
    loads: count.describe("misses that came from the host's memory when they were needed"),
    bytes: amount.describe("of their weights, as far as no guess had brought them"),
    onHost: count.describe("misses that the host computed"),
    waitSeconds: amount.describe("that ranks waited for either, summed"),
    prefetch: z
      .strictObject({
        guesses: count.describe("one for each lookup in a layer that was guessed at"),
        right: count.describe("of these"),
        ahead: count.describe("misses that had come whole by a guess: neither loaded when they were needed nor computed on hosts"),
        bytes: amount.describe("that guesses brought"),
        wastedBytes: amount.describe("of these, of experts that were not needed, or that hosts computed"),
      })
      .optional()
      .describe("experts that were loaded before their layer's gate had chosen; only with `expertCache.prefetch`"),
  })
  .describe("experts that were looked for on their GPU; only with `expertCache`");

const trafficSchema = z
  .strictObject({
    bytes: amount.describe("that dispatch and combine bring from rank to rank: the sum of the matrix"),
    sameRankBytes: amount.describe("of these, that stay where they are"),
    sameNodeBytes: amount.describe("that go to another rank of the node"),
    fabricBytes: amount.describe("that go to another node"),
    nodeBytes: z.array(z.array(amount)).nullable().describe("[from][to] between nodes, and on each; null where there are more than 16"),
    nodes: z
      .array(z.strictObject({ sentBytes: amount, heardBytes: amount }))
      .optional()
      .describe("[nodes] what each sends to others, and has from them; only where there are more than 16"),
    hottestNodes: z
      .array(z.strictObject({ from: count, to: count, bytes: amount }))
      .optional()
      .describe("the pairs of different nodes with most bytes, the most first, at most 20; only where there are more than 16"),
    hottest: z
      .array(z.strictObject({ from: count, to: count, bytes: amount }))
      .describe("the pairs of ranks with most bytes, the most first"),
    crossing: z
      .strictObject({ placed: share, aware: share })
      .nullable()
      .describe(
        "share of the copies that go to another node, in every eighth micro-batch: as experts lay, and had each layer's lain on the nodes that want them most; null on one node, and where the gate draws nothing",
      ),
  })
  .describe("tokens, or copies, between data groups and experts' ranks; only where they go by an all-to-all");

const rebalancesSchema = z
  .strictObject({
    windows: count.describe("looks at what came to the experts of a layer"),
    rebalances: count.describe("after which experts of that layer moved"),
    moves: count.describe("experts that came to a rank"),
    bytes: amount.describe("of their weights"),
    seconds: z
      .strictObject({
        still: amount.describe("had the experts stayed where they were at the start"),
        reached: amount.describe("as they lay"),
        best: amount.describe("where one who knew each window beforehand would have them"),
        moves: amount.describe("that moves took on the rank that took longest, each time"),
        gained: amount.describe("still, less reached and moves"),
        lost: amount.describe("the same, where it is a loss"),
      })
      .describe(
        "of the fullest rank's experts, summed over layers and micro-batches: what each window's mean micro-batch takes by the kernels, for as many as it stands for",
      ),
    maxOverMean: z
      .strictObject({ still: amount.nullable(), reached: amount.nullable(), best: amount.nullable() })
      .describe(
        "the fullest rank against the mean, averaged over windows: had the experts stayed where they were at the start, as they lay, and where one who knew the window beforehand would have them",
      ),
  })
  .describe("experts moved while requests ran; only with `rebalance`");

/** How evenly work was spread over experts and ranks. */
export const balanceSchema = z
  .strictObject({
    expert: z.strictObject({ prefill: phaseExpertsSchema.nullable(), decode: phaseExpertsSchema.nullable() }),
    rank: z
      .strictObject({ prefill: unevennessSchema, decode: unevennessSchema })
      .describe(
        "of the copies that the experts' ranks of a stage computed, per layer and micro-batch: what placement and copies of experts change",
      ),
    windows: windowsSchema.optional(),
    rebalances: rebalancesSchema.optional(),
    cache: cacheSchema.optional(),
    traffic: trafficSchema.optional(),
    law: lawSchema.optional(),
  })
  .describe("how evenly work was spread; null in a phase without, and where experts have one rank");

export type PhaseExperts = z.output<typeof phaseExpertsSchema>;
export type RankUnevenness = z.output<typeof unevennessSchema>;
export type BalanceReport = z.output<typeof balanceSchema>;

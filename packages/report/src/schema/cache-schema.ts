import * as z from "zod";
import { amount, count, share } from "./plain-number.ts";

const hostSchema = z
  .strictObject({
    blocks: count.describe("of each data group"),
    keptBlocks: count.describe("at the end, of all data groups"),
    evictions: count,
    hitTokens: count.describe("loaded from there; they are among the hitTokens of the cache"),
    hitShare: share.nullable().describe("of the prompt tokens that were looked for"),
    loads: count,
    meanLoadSeconds: amount.nullable().describe("from the start of a load until it is there"),
  })
  .describe("blocks that gave way and are in the memory of the hosts");

const prefixSchema = z
  .strictObject({
    hits: count.describe("requests that found any block"),
    keptBlocks: count.describe("at the end, of all data groups"),
    host: hostSchema.optional(),
  })
  .describe("blocks kept for others; only where there is a prefix cache");

/** The KV cache of a load. */
export const kvSchema = z
  .strictObject({
    blockTokens: count,
    blocks: count.describe("of each data group"),
    meanShare: share.nullable().describe("of all blocks held by sequences, over time"),
    peakShare: share.nullable().describe("of the fullest data group"),
    preemptions: count.describe("how often a sequence's blocks were taken from it"),
    recomputedTokens: count.describe("tokens that were cached, lost with the blocks and computed again"),
    evictions: count.describe("blocks kept for others that gave way"),
    hitTokens: count.describe("prompt tokens found in the prefix cache"),
    hitShare: share.nullable().describe("of the prompt tokens that were looked for"),
    broughtTokens: count.optional().describe("prompt tokens that were cached when their requests came (cachedTokens); only where any were"),
    prefix: prefixSchema.optional(),
  })
  .describe("the paged cache of the data groups");

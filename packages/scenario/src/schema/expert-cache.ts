import * as z from "zod";
import { choice } from "./choice.ts";
import { quantity } from "./quantity.ts";
import { withTrait } from "./trait.ts";

const common = {
  perLayer: z.int().min(0).max(1e6).describe("experts of a layer that a rank keeps on its GPU"),
  link: withTrait(quantity("B/s", { positive: true }).prefault("25 GB/s"), { physical: true }).describe(
    "from the host's memory to each GPU, through which the others come when they are needed",
  ),
  prefetch: z
    .strictObject({
      depth: z
        .int()
        .min(0)
        .max(1e4)
        .default(1)
        .describe("layers with experts, from the one whose experts run to the one that is guessed at; 0: nothing is guessed"),
      hitChance: quantity("%", { max: 1 }).describe(
        "chance that an expert which will be needed is guessed; else another one is, for nothing",
      ),
    })
    .optional()
    .describe(
      "experts of layers to come are guessed, and loaded while the link has nothing else to do; none: they come when they are needed",
    ),
};

/** How experts are kept on GPUs that have no room for all of them. */
export const expertCacheSchema = choice({ lru: common, lfu: common, hottest: common })
  .optional()
  .describe(
    "keeps some experts on the GPU and all in the host's memory; lru, lfu: the one used longest ago, or least often, gives way; hottest: the most popular stay for good; none: all are on the GPU",
  );

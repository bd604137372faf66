import * as z from "zod";
import { choice } from "../language/choice.ts";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";
import { withTrait } from "../language/trait.ts";

/** Cache of experts on GPUs that have no room for all of them. */
export const expertCacheSchema = late(() => {
  const common = {
    perLayer: wholeNumber(0, 1e6).describe("experts of a layer that a rank keeps on its GPU"),
    link: withTrait(quantity("B/s", { positive: true }).prefault("25 GB/s"), { physical: true }).apply(
      means,
      "bandwidth from the host's memory to each GPU, through which missing experts are loaded",
    ),
    prefetch: z
      .strictObject({
        depth: wholeNumber(0, 1e4)
          .default(1)
          .apply(means, "how many MoE layers ahead of the running one experts are guessed; 0: nothing is guessed"),
        hitChance: quantity("%", { max: 1 }).describe("probability that a needed expert is guessed; otherwise another one is, in vain"),
      })
      .optional()
      .apply(
        means,
        "experts of later layers are guessed and loaded while the link is idle; if unset: experts are loaded when they are needed",
      ),
  };

  return choice({ lru: common, lfu: common, hottest: common });
}).apply(
  means,
  "keeps some experts on the GPU and all in the host's memory; lru, lfu: evicts the least recently, or least frequently, used; hottest: keeps the most popular permanently; if unset: all are on the GPU",
);

import * as z from "zod";
import { choice, variant } from "./choice.ts";
import { quantity } from "./quantity.ts";
import { rule } from "./rule.ts";
import { withTrait } from "./trait.ts";

const visits = z.int().min(1).max(1e9);

const common = {
  window: visits
    .optional()
    .describe(
      "visits of micro-batches to a stage whose loads count, the last ones before experts are moved; none: 1000, or all from one check to the next",
    ),
  every: visits.default(3000).describe("visits of micro-batches to a stage from one check to the next"),
  below: quantity("%", { positive: true, max: 1 })
    .prefault("100 %")
    .describe("balance of a layer, its mean rank over the fullest, at or above which its experts stay"),
  move: choice({
    sync: {},
    async: { layersPerStep: z.int().min(1).max(1e6).default(1).describe("layers whose experts move during one visit to their stage") },
  })
    .prefault("async")
    .describe("whether a stage stands still until all experts are there, or serves on and moves some layers at a time"),
  from: withTrait(
    choice({
      peers: {},
      host: { bandwidth: quantity("B/s", { positive: true }).prefault("25 GB/s").describe("of each GPU's link to its host") },
      disk: { bandwidth: quantity("B/s", { positive: true }).prefault("3 GB/s").describe("for each GPU") },
    }).prefault("peers"),
    { physical: true },
  ).describe("where the weights come from"),
};

const windowFits = rule<{ window?: unknown; every?: unknown }>(
  ["window"],
  ({ window, every }) => typeof window === "number" && typeof every === "number" && window > every,
  ({ every }) => `at most ${String(every)}, as many as there are from one look to the next`,
);

/** How experts are moved while requests run. */
export const rebalanceSchema = choice({
  eplb: variant("eplb", common).check(windowFits),
  greedy: variant("greedy", {
    ...common,
    swaps: z.int().min(1).max(10_000).default(16).describe("most swaps of two experts in a layer"),
  }).check(windowFits),
})
  .optional()
  .describe("moves experts to other ranks as loads change; none: they stay where routing.placement has them");

import { choice, variant } from "./language/choice.ts";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { wholeNumber } from "./language/number.ts";
import { quantity } from "./language/quantity.ts";
import { rule } from "./language/rule.ts";
import { withTrait } from "./language/trait.ts";

/** How experts are moved while requests run. */
export const rebalanceSchema = late(() => {
  const visits = wholeNumber(1, 1e9);

  const common = {
    window: visits
      .optional()
      .apply(means, "number of last visits of micro-batches to a stage whose loads count; if unset: 1000, or all between two checks"),
    every: visits.default(3000).apply(means, "visits of micro-batches to a stage between two checks"),
    below: quantity("%", { positive: true, max: 1 })
      .prefault("100 %")
      .apply(means, "threshold of the balance of a layer (mean rank ÷ fullest rank): experts stay at or above it"),
    move: choice({
      sync: {},
      async: { layersPerStep: wholeNumber(1, 1e6).default(1).apply(means, "layers whose experts move during one visit to their stage") },
    })
      .prefault("async")
      .apply(means, "sync: a stage waits until all experts have moved; async: it keeps serving and moves some layers at a time"),
    from: withTrait(
      choice({
        peers: {},
        host: {
          bandwidth: quantity("B/s", { positive: true }).prefault("25 GB/s").apply(means, "bandwidth of each GPU's link to its host"),
        },
        disk: { bandwidth: quantity("B/s", { positive: true }).prefault("3 GB/s").apply(means, "bandwidth for each GPU") },
      }).prefault("peers"),
      { physical: true },
    ).apply(means, "source of the weights"),
  };

  const windowFits = rule<{ window?: unknown; every?: unknown }>(
    ["window"],
    ({ window, every }) => typeof window === "number" && typeof every === "number" && window > every,
    ({ every }) => `at most ${String(every)}, as many as there are from one look to the next`,
  );

  return choice({
    eplb: variant("eplb", common).check(windowFits),
    greedy: variant("greedy", {
      ...common,
      swaps: wholeNumber(1, 10_000).default(16).apply(means, "maximum number of swaps of two experts in a layer"),
    }).check(windowFits),
  });
}).apply(means, "moves experts to other ranks as loads change; if unset: they stay as in routing.placement");

import * as z from "zod";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { wholeNumber } from "./language/number.ts";

const degree = wholeNumber(1, 1_000_000);

/** How a model is distributed over ranks. */
export const parallelismSchema = z.strictObject({
  layers: z
    .enum(["own-ranks", "shared-ranks"])
    .default("shared-ranks")
    .apply(means, "own-ranks: each layer has ranks of its own; shared-ranks: a stage's ranks hold all its layers"),
  pipeline: degree.default(1).apply(means, "pipeline stages; with own-ranks it only groups layers, and is at most their number"),
  interleave: degree
    .optional()
    .apply(means, "slices of layers per pipeline stage (virtual stages); a micro-batch goes round the stages once per slice; if unset: 1"),
  partition: z
    .enum(["count", "cost"])
    .optional()
    .apply(
      means,
      "how layers are divided among pipeline stages; count: as many each; cost: so that the stage with most bytes of weights has fewest; with interleave by count; if unset: cost with layerKinds, else count",
    ),
  expert: degree
    .default(1)
    .apply(
      means,
      "ranks that share the experts of a layer: a divisor of their number, or with routing.placement any number up to its slots",
    ),
  tensor: degree
    .default(1)
    .apply(
      means,
      "ranks that share each expert; vLLM's --tensor-parallel-size 8 --enable-expert-parallel is expert: 8, tensor: 1, attention: { tensor: 8 }",
    ),
  context: degree
    .optional()
    .apply(
      means,
      "ranks of a data group that share the cache of each sequence, token by token (decode context parallelism): a power of two, at most the copies of a KV head, attention.tensor ÷ KV heads, or with latent attention attention.tensor; if unset: 1",
    ),
  contextQueries: z
    .enum(["gathered", "whole"])
    .optional()
    .apply(
      means,
      "whether ranks that share contexts gather each other's queries, as vLLM's and SGLang's do, or compute those of all by matrices that each of them holds whole, as Helix has it; if unset: gathered",
    ),
  data: degree.default(1).apply(means, "replicas of the whole model"),
  attention: late(() =>
    z
      .strictObject({
        tensor: degree.describe("ranks that share the heads; if unset: as tensor above"),
        data: degree.describe("data groups, each with tokens of its own; if unset: as many as the ranks of a layer allow"),
      })
      .partial(),
  ).apply(means, "degrees of the attention: tensor × data = expert × tensor of the layer"),
});

export type ParallelismSpec = z.output<typeof parallelismSchema>;

import * as z from "zod";
import { choice } from "../language/choice.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { once } from "../language/once.ts";
import { quantity } from "../language/quantity.ts";
import { PRECISIONS } from "../precision.ts";

/** Libraries of the kernels that an engine launches. */
export const LIBRARIES = ["vllm", "sglang", "trtllm"] as const;
export type Library = (typeof LIBRARIES)[number];

const share = quantity("%", { positive: true });
const seconds = quantity("s");

/** Origin of coefficients. */
export const origin = once(() => ({
  library: z.enum(LIBRARIES).apply(means, "library whose kernels were measured"),
  precision: z.enum(PRECISIONS).apply(means, "precision of the weights; for attention, of the cache"),
  on: z.string().min(1).max(100).apply(means, "the GPU that they were measured on"),
  error: quantity("%").optional().apply(means, "median of |predicted / measured − 1| on held-out rows"),
  source: z.string().min(1).max(300).optional().apply(means, "source of the measurements"),
}));

const common = once(() => ({
  computeEfficiency: share.describe("share of peak compute that a large kernel reaches"),
  bandwidthEfficiency: share.describe("share of the memory's bandwidth that a large kernel reaches"),
  launch: seconds.describe("fixed cost of the kernel"),
  serial: quantity("%", { max: 1 }).describe("0 %: the shorter of compute and memory is hidden by the longer; 100 %: they add"),
}));

const item = once(() => seconds.describe("fixed cost of a work item on a multiprocessor"));

const prefill = once(() => ({
  ...origin(),
  ...common(),
  item: item(),
  rows: wholeNumber(1, 1024).optional().apply(means, "queries of a work item; none: 128"),
  ramp: boundedNumber(0, 1e6).describe("additional keys whose time a tile takes"),
  narrow: share.describe("share of the compute efficiency that heads of 64 numbers and fewer keep"),
  packed: z.boolean().apply(means, "whether query heads that share a KV head share work items; a single query always does"),
  tail: quantity("%", { max: 1 })
    .optional()
    .apply(means, "0 %: the longest item hides behind the others, 100 %: it comes after them, as `serial`; none: 0 %"),
  split: seconds
    .optional()
    .apply(
      means,
      "adding up the parts of a work item that were split by keys, where its multiprocessors would wait for it; none: never split",
    ),
  written: share
    .optional()
    .apply(means, "share of the bandwidth reached when writing new keys and values to the cache; none: they cost nothing"),
  writtenRow: seconds
    .optional()
    .apply(means, "more for writing each new token with 512 numbers of keys or more, in proportion with fewer; none: 0 s"),
}));
const decode = once(() => ({
  ...origin(),
  ...common(),
  item: item(),
  ramp: quantity("B").describe("additional bytes of cache whose time the kernel takes"),
  head: seconds.optional().apply(means, "more of a work item for each query head that it works on; none: 0 s"),
  merge: seconds
    .optional()
    .apply(
      means,
      "adding up what a sequence's cache was split into: so much at 4,096 tokens of context, growing with their root; none: 0 s",
    ),
  heads: z
    .enum(["alone", "sharing"])
    .optional()
    .apply(means, "whether the kernels are those for query heads with a KV head each, or for several that share one; none: for both"),
}));

const linear = () => ({
  ...origin(),
  ...common(),
  cache: share.describe("bandwidth that a multiprocessor gets from the caches, relative to its share of the memory's bandwidth"),
  tile: seconds.describe("time to fill and drain a tile, but for the first ones: the launch has it"),
  step: seconds.optional().apply(means, "more for each input of a tile, whatever its size; none: 0 s"),
  split: seconds.describe("time to add up a product that is split along its inputs"),
  waves: z
    .enum(["shared", "whole"])
    .optional()
    .apply(
      means,
      "shared: a multiprocessor that is done goes on with the next tile, and the last wave takes its share; whole: tiles go in whole waves; none: shared",
    ),
  tiles: z
    .enum(["fastest", "by-rows"])
    .optional()
    .apply(
      means,
      "fastest: the best of all tiles and splits; by-rows: 64 × 64 outputs up to 64 rows, 64 × 128 up to 128 and 128 × 128 above, never split; none: fastest",
    ),
  leastRows: z.int().min(1).max(256).optional().apply(means, "rows that a tile multiplies at least, padded; none: 64"),
  quantise: share
    .optional()
    .apply(means, "share of the bandwidth reached when quantising the activations; if unset: they are already quantised"),
  quantiseRow: seconds.optional().apply(means, "more for each row that is quantised; none: 0 s"),
});

const experts = () => ({
  ...origin(),
  ...common(),
  rows: share.describe("share of the bandwidth reached when moving the rank's own copies; over 100 %: mostly hidden"),
  groupRows: share.describe("share of the bandwidth reached when scanning the copies of the whole group; over 100 %: mostly hidden"),
  step: seconds.optional().apply(means, "more for each input of a tile, whatever its rows; none: 0 s"),
  tile: seconds.optional().apply(means, "time to fill and drain a tile, but for the first ones: the launch has it; none: 0 s"),
  tiles: z
    .enum(["fixed", "handed", "handed-64"])
    .optional()
    .apply(
      means,
      "fixed: of 64 rows; handed: of 16 to 128 (or to 64), the power of two over the copies that are handed for each expert of the rank; none: fixed",
    ),
  perExpert: seconds.optional().apply(means, "more for each expert of the rank, with rows or without; none: 0 s"),
  kept: quantity("B")
    .optional()
    .apply(means, "bytes of an expert's matrix that a cache keeps: what is beyond is read again for each 64 rows; none: all are kept"),
  unaligned: share.optional().apply(means, "share of its speed that a kernel keeps where inner sizes are no multiples of 128; none: 100 %"),
});

/** Coefficients of one family of kernels: docs/models/kernels.md#fitted-kernels. */
export function fitSchema() {
  return choice({ linear, experts, prefill, decode, "latent-prefill": prefill, "latent-decode": decode }).apply(
    means,
    "coefficients of one family of kernels",
  );
}

export type Fit = z.output<ReturnType<typeof fitSchema>>;
export type FitOf<Kind extends Fit["kind"]> = Extract<Fit, { kind: Kind }>;

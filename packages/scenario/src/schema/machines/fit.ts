import * as z from "zod";
import { choice } from "../language/choice.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";
import { PRECISIONS } from "../precision.ts";

/** Who wrote the kernels that an engine launches. */
export const LIBRARIES = ["vllm", "sglang", "trtllm"] as const;
export type Library = (typeof LIBRARIES)[number];

const share = quantity("%", { positive: true });
const seconds = quantity("s");

const origin = {
  library: z.enum(LIBRARIES).describe("library whose kernels were measured"),
  precision: z.enum(PRECISIONS).describe("precision of the weights; for attention, of the cache"),
  on: z.string().min(1).max(100).describe("the GPU that they were measured on"),
  error: quantity("%").optional().describe("median of |predicted / measured − 1| on held-out rows"),
  source: z.string().min(1).max(300).optional().describe("source of the measurements"),
};

const common = {
  computeEfficiency: share.describe("share of peak compute that a large kernel reaches"),
  bandwidthEfficiency: share.describe("share of the memory's bandwidth that a large kernel reaches"),
  launch: seconds.describe("fixed cost of the kernel"),
  serial: quantity("%", { max: 1 }).describe("0 %: the shorter of compute and memory is hidden by the longer; 100 %: they add"),
};

const item = seconds.describe("fixed cost of a work item on a multiprocessor");

const prefill = {
  ...origin,
  ...common,
  item,
  rows: wholeNumber(1, 1024).optional().describe("queries of a work item; none: 128"),
  ramp: boundedNumber(0, 1e6).describe("additional keys whose time a tile takes"),
  narrow: share.describe("share of the compute efficiency that heads of 64 numbers and fewer keep"),
  packed: z.boolean().describe("whether query heads that share a KV head share work items; a single query always does"),
  tail: quantity("%", { max: 1 })
    .optional()
    .describe("0 %: the longest item hides behind the others, 100 %: it comes after them, as `serial`; none: 0 %"),
  written: share
    .optional()
    .describe("share of the bandwidth reached when writing new keys and values to the cache; none: they cost nothing"),
  writtenRow: seconds
    .optional()
    .describe("more for writing each new token with 512 numbers of keys or more, in proportion with fewer; none: 0 s"),
};
const decode = {
  ...origin,
  ...common,
  item,
  ramp: quantity("B").describe("additional bytes of cache whose time the kernel takes"),
  head: seconds.optional().describe("more of a work item for each query head that it works on; none: 0 s"),
  merge: seconds
    .optional()
    .describe("adding up what a sequence's cache was split into: so much at 4,096 tokens of context, growing with their root; none: 0 s"),
  heads: z
    .enum(["alone", "sharing"])
    .optional()
    .describe("whether the kernels are those for query heads with a KV head each, or for several that share one; none: for both"),
};

/** Coefficients of one family of kernels: docs/models.md#fitted-kernels. */
export const fitSchema = choice({
  linear: {
    ...origin,
    ...common,
    cache: share.describe("bandwidth that a multiprocessor gets from the caches, relative to its share of the memory's bandwidth"),
    tile: seconds.describe("time to fill and drain a tile, but for the first ones: the launch has it"),
    step: seconds.optional().describe("more for each input of a tile, whatever its size; none: 0 s"),
    split: seconds.describe("time to add up a product that is split along its inputs"),
    waves: z
      .enum(["shared", "whole"])
      .optional()
      .describe(
        "shared: a multiprocessor that is done goes on with the next tile, and the last wave takes its share; whole: tiles go in whole waves; none: shared",
      ),
    tiles: z
      .enum(["fastest", "by-rows"])
      .optional()
      .describe(
        "fastest: the best of all tiles and splits; by-rows: 64 × 64 outputs up to 64 rows, 64 × 128 up to 128 and 128 × 128 above, never split; none: fastest",
      ),
    quantise: share
      .optional()
      .describe("share of the bandwidth reached when quantising the activations; if unset: they are already quantised"),
    quantiseRow: seconds.optional().describe("more for each row that is quantised; none: 0 s"),
  },
  experts: {
    ...origin,
    ...common,
    rows: share.describe("share of the bandwidth reached when moving the rank's own copies; over 100 %: mostly hidden"),
    groupRows: share.describe("share of the bandwidth reached when scanning the copies of the whole group; over 100 %: mostly hidden"),
    step: seconds.optional().describe("more for each input of a tile, whatever its rows; none: 0 s"),
    tile: seconds.optional().describe("time to fill and drain a tile, but for the first ones: the launch has it; none: 0 s"),
    tiles: z
      .enum(["fixed", "handed", "handed-64"])
      .optional()
      .describe(
        "fixed: of 64 rows; handed: of 16 to 128 (or to 64), the power of two over the copies that are handed for each expert of the rank; none: fixed",
      ),
    perExpert: seconds.optional().describe("more for each expert of the rank, with rows or without; none: 0 s"),
    kept: quantity("B")
      .optional()
      .describe("bytes of an expert's matrix that a cache keeps: what is beyond is read again for each 64 rows; none: all are kept"),
    unaligned: share.optional().describe("share of its speed that a kernel keeps where inner sizes are no multiples of 128; none: 100 %"),
  },
  prefill,
  decode,
  "latent-prefill": prefill,
  "latent-decode": decode,
}).describe("coefficients of one family of kernels");

export type Fit = z.output<typeof fitSchema>;
export type FitOf<Kind extends Fit["kind"]> = Extract<Fit, { kind: Kind }>;

const way = {
  latency: seconds.describe("fixed cost of the first peer"),
  perPeer: seconds.describe("more for each peer of a rank up to seven, then four times it for each doubling of the ranks"),
  bandwidth: quantity("B/s", { positive: true }).describe("bandwidth of what a rank sends"),
};

const collective = {
  library: z.enum([...LIBRARIES, "nccl"]).describe("library whose kernels were measured"),
  on: origin.on,
  error: origin.error,
  source: origin.source,
  small: z.strictObject(way).describe("the library's way for few bytes"),
  medium: z.strictObject(way).describe("its way for more of them"),
  large: z
    .strictObject({
      ...way,
      buffer: quantity("B/s", { positive: true }).describe("bandwidth of a pass over the whole buffer in each rank, beside what it sends"),
    })
    .describe("its way for the most"),
  upTo: quantity("B")
    .optional()
    .describe("a rank's share of the buffer up to which `small` and `medium` are ways too; if unset: where they are faster"),
};

const allReduce = {
  ...collective,
  oneShot: z.boolean().optional().describe("whether `small` sends the whole buffer to each peer; if unset: as the others"),
  switched: quantity("B/s", { positive: true })
    .optional()
    .describe(
      "bandwidth of what a rank sends and gets where the switch adds up what passes through it, in large all-reduces; if unset: it does not",
    ),
};

const over = z.enum(["node", "fabric"]).describe("whether the ranks share a node or are on several");
const latencyShare = quantity("%").describe("fixed cost, as a share of the tier's latency");
const bandwidthShare = share.describe("rate of a rank's bytes, as a share of the tier's bandwidth");

const exchange = {
  library: z.enum(["deepep"]).describe("library whose kernels were measured"),
  on: origin.on,
  error: origin.error,
  source: origin.source,
  over,
  dispatch: z.enum(["per-token", "per-copy"]).describe("normal or low-latency kernels, as in `routing.dispatch`"),
  phase: z.enum(["dispatch", "combine"]).describe("dispatch (tokens to the experts) or combine (results back)"),
  latency: latencyShare,
  perDoubling: quantity("%")
    .optional()
    .describe("additional latency for each doubling of the nodes, as a share of the tier's; if unset: 0 %"),
  bandwidth: bandwidthShare,
  perMultiprocessor: quantity("B/s", { positive: true })
    .optional()
    .describe("bandwidth of one multiprocessor, in the node and over the fabric together; if unset: no limit"),
  multiprocessors: wholeNumber(1, 1000)
    .optional()
    .describe("multiprocessors of the kernel, unless `communicationShare` gives them; if unset: as many as the tiers need"),
  perCopy: seconds
    .optional()
    .describe("time of one multiprocessor for each copy or token that a rank sends to another, beside its bytes; if unset: 0 s"),
  first: quantity("B/s", { positive: true })
    .optional()
    .describe("bandwidth of the first copy or token, before others follow it; if unset: it costs no more than the others"),
  fill: seconds
    .optional()
    .describe("time to fill the buffers between sender and receiver, in which neither hides the other; if unset: 0 s"),
  serial: common.serial,
};

const send = {
  library: z.enum(["nccl"]).describe("library whose sends were measured"),
  on: origin.on,
  error: origin.error,
  source: origin.source,
  over,
  latency: latencyShare,
  bandwidth: bandwidthShare,
};

/** Coefficients of one kind of traffic: docs/models.md#fitted-collectives. */
export const trafficFitSchema = choice({
  "all-reduce": allReduce,
  "all-gather": collective,
  "all-to-all": collective,
  exchange,
  send,
}).describe("coefficients of one kind of traffic; collectives inside a node; a reduce-scatter is a reversed all-gather");

export type TrafficFit = z.output<typeof trafficFitSchema>;
export type TrafficFitOf<Kind extends TrafficFit["kind"]> = Extract<TrafficFit, { kind: Kind }>;
export type CollectiveFit = Exclude<TrafficFit, { kind: "exchange" | "send" }>;

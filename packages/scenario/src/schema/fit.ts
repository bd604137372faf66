import * as z from "zod";
import { choice } from "./choice.ts";
import { PRECISIONS } from "./precision.ts";
import { quantity } from "./quantity.ts";

/** Who wrote the kernels that an engine launches. */
export const LIBRARIES = ["vllm", "sglang", "trtllm"] as const;
export type Library = (typeof LIBRARIES)[number];

const share = quantity("%", { positive: true });
const seconds = quantity("s");

const origin = {
  library: z.enum(LIBRARIES).describe("whose kernels were measured"),
  precision: z.enum(PRECISIONS).describe("of the weights; of attention, that of the cache"),
  on: z.string().min(1).max(100).describe("the GPU that they were measured on"),
  error: quantity("%").optional().describe("median of |predicted / measured − 1| on rows that the fit did not see"),
  source: z.string().min(1).max(300).optional().describe("where the measurements are from"),
};

const common = {
  computeEfficiency: share.describe("share of peak compute that a large kernel reaches"),
  bandwidthEfficiency: share.describe("share of the memory's bandwidth that a large kernel reaches"),
  launch: seconds.describe("fixed cost of the kernel"),
  serial: quantity("%", { max: 1 }).describe("0 %: the shorter of compute and memory hides behind the longer, 100 %: they add"),
};

const item = seconds.describe("fixed cost of a work item on a multiprocessor");

const prefill = {
  ...origin,
  ...common,
  item,
  ramp: z.number().min(0).max(1e6).describe("keys whose time a tile takes beside its own"),
  narrow: share.describe("share of the compute efficiency that heads of 64 numbers and fewer keep"),
  packed: z.boolean().describe("whether query heads that share a KV head share work items; a single query always does"),
};
const decode = {
  ...origin,
  ...common,
  item,
  ramp: quantity("B").describe("bytes of cache whose time the kernel takes beside its own"),
};

/** Coefficients of one family of kernels: docs/models.md#fitted-kernels. */
export const fitSchema = choice({
  linear: {
    ...origin,
    ...common,
    cache: share.describe("bandwidth that a multiprocessor gets from the caches, relative to its share of the memory's bandwidth"),
    tile: seconds.describe("filling and draining a tile"),
    split: seconds.describe("adding up a product that is split along its inputs"),
    quantise: share.optional().describe("share of the bandwidth reached when quantising the activations; none: they come quantised"),
  },
  experts: {
    ...origin,
    ...common,
    rows: share.describe("share of the bandwidth reached when moving the rank's own copies; over 100 % they mostly hide"),
    groupRows: share.describe("share of the bandwidth reached when going over the copies of the whole group; over 100 % they mostly hide"),
  },
  prefill,
  decode,
  "latent-prefill": prefill,
  "latent-decode": decode,
}).describe("coefficients of one family of kernels");

export type Fit = z.output<typeof fitSchema>;
export type FitOf<Kind extends Fit["kind"]> = Extract<Fit, { kind: Kind }>;

const collective = {
  library: z.enum([...LIBRARIES, "nccl"]).describe("whose kernels were measured"),
  on: origin.on,
  error: origin.error,
  source: origin.source,
  latency: seconds.describe("fixed cost of the formula"),
  perDoubling: seconds.describe("more for each doubling of the ranks"),
  bandwidth: quantity("B/s", { positive: true }).describe("of what a rank sends, in large collectives"),
  start: quantity("B/s", { positive: true }).describe("what the first bytes are slowed down by: so much bandwidth, beside"),
  window: quantity("B").describe("how many bytes `start` holds for"),
  serial: common.serial,
};

const over = z.enum(["node", "fabric"]).describe("whether the ranks share a node, or lie on several");
const latencyShare = quantity("%").describe("fixed cost, as a share of the tier's latency");
const bandwidthShare = share.describe("rate of a rank's bytes, as a share of the tier's bandwidth");

const exchange = {
  library: z.enum(["deepep"]).describe("whose kernels were measured"),
  on: origin.on,
  error: origin.error,
  source: origin.source,
  over,
  dispatch: z.enum(["per-token", "per-copy"]).describe("normal kernels, or low-latency ones: as `routing.dispatch`"),
  phase: z.enum(["dispatch", "combine"]).describe("tokens on their way to the experts, or results on their way back"),
  latency: latencyShare,
  perDoubling: quantity("%").optional().describe("more latency for each doubling of the nodes, as a share of the tier's; none: 0 %"),
  bandwidth: bandwidthShare,
  perMultiprocessor: quantity("B/s", { positive: true })
    .optional()
    .describe("what one of the GPU's multiprocessors moves, in the node and over the fabric together; none: they do not limit it"),
  multiprocessors: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("of the kernel, where `communicationShare` does not say; none: as many as move what the tiers carry"),
  perCopy: seconds.optional().describe("fixed cost of each copy or token that a rank sends to another, beside its bytes; none: 0 s"),
  serial: common.serial,
};

const send = {
  library: z.enum(["nccl"]).describe("whose sends were measured"),
  on: origin.on,
  error: origin.error,
  source: origin.source,
  over,
  latency: latencyShare,
  bandwidth: bandwidthShare,
};

/** Coefficients of one kind of traffic: docs/models.md#fitted-collectives. */
export const trafficFitSchema = choice({
  "all-reduce": collective,
  "all-gather": collective,
  "all-to-all": collective,
  exchange,
  send,
}).describe("coefficients of one kind of traffic; collectives inside a node; a reduce-scatter is an all-gather turned round");

export type TrafficFit = z.output<typeof trafficFitSchema>;
export type TrafficFitOf<Kind extends TrafficFit["kind"]> = Extract<TrafficFit, { kind: Kind }>;
export type CollectiveFit = Exclude<TrafficFit, { kind: "exchange" | "send" }>;

import * as z from "zod";
import { choice, variant } from "./choice.ts";
import { quantity } from "./quantity.ts";
import { rule } from "./rule.ts";
import { withTrait } from "./trait.ts";

const limits = {
  tokenBudget: z.int().min(1).max(10_000_000).default(8192).describe("most tokens that a data group computes in one pass"),
  maxSequences: z.int().min(1).max(1_000_000).default(256).describe("most sequences that a data group serves at once"),
  order: z.enum(["first-come", "priority"]).default("first-come").describe("which of the waiting requests is served first"),
};

const physical = { physical: true } as const;
/** As vLLM's `--dbo-prefill-token-threshold`. */
const LEAST_TOKENS = 512;
const hostTime = withTrait(quantity("s").default(0), physical);

const chunkTokens = z.int().min(1).max(10_000_000).optional().describe("most tokens of a data group in a chunk; none: 1024");

const budgetHoldsSequences = rule<{ tokenBudget?: number; maxSequences?: number }>(
  ["tokenBudget"],
  ({ tokenBudget, maxSequences }) => tokenBudget !== undefined && maxSequences !== undefined && tokenBudget < maxSequences,
  ({ maxSequences }) => `at least ${maxSequences}, the value of maxSequences: each running sequence decodes one token a pass`,
);

interface Cached {
  scheduler?: { kind?: string };
  balancer?: { replicas?: { kind?: string }; dataGroups?: { kind?: string } } | undefined;
  kv?: { prefixCache?: boolean | undefined; hostTier?: object | undefined } | undefined;
}

/** What is only of use where blocks are kept for others. */
const cacheRules = [
  rule<Cached>(
    ["kv", "prefixCache"],
    ({ scheduler, kv }) => scheduler?.kind === "static" && kv?.prefixCache === true,
    () => "false, or another scheduler: continuous, prefill-first or cadence",
  ),
  rule<Cached>(
    ["kv", "hostTier"],
    ({ kv }) => kv?.hostTier !== undefined && kv.prefixCache !== true,
    () => "prefixCache: true beside it",
  ),
  ...(["replicas", "dataGroups"] as const).map((place) =>
    rule<Cached>(
      ["balancer", place],
      ({ balancer, kv }) => balancer?.[place]?.kind === "prefix-aware" && kv?.prefixCache !== true,
      () => "another balancer, or kv: { prefixCache: true }",
    ),
  ),
];

const normsToTakeAlong = rule<{ allReduce?: boolean | undefined; norms: boolean }>(
  ["allReduce"],
  ({ allReduce, norms }) => allReduce === true && norms,
  () => "beside `norms: false`: else norms cost nothing, and no all-reduce can take one along",
);

const fusionSchema = z
  .strictObject({
    feedForward: z
      .boolean()
      .default(true)
      .describe("gate, up, activation and down in one kernel, as it was measured; false: one each, and what lies between them in memory"),
    norms: z
      .boolean()
      .default(true)
      .describe("norms and residuals within the kernels and all-reduces beside them, at no cost; false: kernels of their own"),
    allReduce: z
      .boolean()
      .optional()
      .describe(
        "with `norms: false`, a norm that follows an all-reduce within it: no launch, and what was reduced is not read again; none: false",
      ),
    quantise: z
      .boolean()
      .optional()
      .describe(
        "activations for products in fewer bits quantised by the kernel before, at no cost; false: by kernels of their own; none: as the products were measured",
      ),
  })
  .check(normsToTakeAlong)
  .optional()
  .describe("which kernels are one launch and keep what lies between them on the chip; none: all of these");

export type FusionSpec = NonNullable<z.output<typeof fusionSchema>>;

/** What is fused in such a scenario. */
export function fusionOf({ fusion }: { readonly fusion?: FusionSpec | undefined }): FusionSpec {
  return fusion ?? { feedForward: true, norms: true };
}

export const servingSchema = z
  .strictObject({
    scheduler: choice({
      static: {
        microBatches: z.int().min(1).max(1_000_000).default(1).describe("of each replica"),
        deal: z
          .enum(["in-order", "longest-first", "sorted"])
          .default("in-order")
          .describe(
            "how sequences are dealt out to micro-batches: in turn, so that loads are even, or like lengths together, short ones first",
          ),
      },
      continuous: variant("continuous", limits).check(budgetHoldsSequences),
      "prefill-first": variant("prefill-first", limits).check(budgetHoldsSequences),
      cadence: variant("cadence", {
        every: z.int().min(1).max(1_000_000).default(4).describe("prompts are computed in every n-th pass; the others only decode"),
        ...limits,
      }).check(budgetHoldsSequences),
    })
      .prefault("static")
      .describe("who is served next"),
    fusion: fusionSchema,
    overlap: withTrait(
      choice({
        none: {},
        "two-batch": {
          least: z
            .int()
            .min(2)
            .max(10_000_000)
            .default(LEAST_TOKENS)
            .describe("tokens of each data group that computes any, below which a micro-batch is not split"),
        },
      }).prefault("none"),
      physical,
    ).describe("whether a stage splits micro-batches in two halves that take turns, so that one computes while the other communicates"),
    sharedExperts: withTrait(z.enum(["beside-dispatch", "in-turn"]).optional(), physical).describe(
      "whether shared experts compute while tokens are on their way to the routed ones, or once these have come; none: beside-dispatch",
    ),
    kvTransfer: z
      .enum(["after-prefill", "by-layer"])
      .optional()
      .describe("when the cache moves from the pool that prefills to the one that decodes; none: after-prefill, where there are pools"),
    recompute: choice({ none: {}, attention: { chunkTokens }, all: { chunkTokens } })
      .optional()
      .describe("what is computed in chunks, keys and values of a pass anew for each, for a smaller workspace; none: nothing"),
    stepOverhead: withTrait(
      z
        .strictObject({
          step: hostTime.describe("of each visit of a micro-batch to a stage"),
          layer: hostTime.describe("of each layer that it runs there"),
          request: hostTime.describe("of each of its sequences, in their data group"),
        })
        .optional(),
      physical,
    ).describe("time of the host before the kernels of a step, in which the GPU does nothing; none: 0 s"),
    batchSizes: z
      .array(z.int().min(1).max(1_000_000))
      .min(1)
      .max(1000)
      .optional()
      .describe("sequences of a data group for which decode steps are captured: one of fewer is padded to the next size; none: no padding"),
    mostWaiting: z
      .int()
      .min(1)
      .max(10_000_000)
      .optional()
      .describe("most requests that may wait for a data group; one that arrives when so many wait is refused; none: any number"),
    balancer: z
      .strictObject({
        replicas: balancer("to which replica a request goes"),
        dataGroups: balancer("to which data group of its replica a request goes"),
      })
      .optional()
      .describe("where requests go; none: in turn"),
    kv: z
      .strictObject({
        blockTokens: z.int().min(1).max(1_000_000).default(16).describe("tokens of one block of the cache"),
        share: quantity("%", { positive: true, max: 1 }).prefault("100 %").describe("of the memory that weights and workspace leave"),
        blocks: z.int().min(1).max(1_000_000_000).optional().describe("of each data group; none: as many as fit"),
        prefixCache: z.boolean().optional().describe("whether blocks are kept for prompts that begin alike; none: false"),
        hostTier: z
          .strictObject({
            size: quantity("B", { positive: true }).describe("of the host's memory, for each GPU"),
            bandwidth: quantity("B/s", { positive: true }).describe("from there to each GPU"),
            latency: quantity("s").prefault("0 s").describe("of one load"),
          })
          .optional()
          .describe("where cached blocks go when they are evicted; none: nowhere"),
      })
      .optional()
      .describe("paged key-value cache of schedulers that serve continuously"),
  })
  .check(...cacheRules);

function balancer(meaning: string) {
  return choice({
    "round-robin": {},
    random: {},
    "least-outstanding": {},
    "least-kv": {},
    "two-choices": {},
    "prefix-aware": {
      factor: z
        .number()
        .min(1)
        .max(1e6)
        .default(2)
        .describe(
          "a request goes where its prefix is cached, unless that place would have more than this many times the tokens of the least loaded",
        ),
    },
  })
    .prefault("round-robin")
    .describe(meaning);
}

/** An overlap of `kind`, with the defaults. */
export function overlapOf(kind: ServingSpec["overlap"]["kind"]): ServingSpec["overlap"] {
  return kind === "none" ? { kind } : { kind, least: LEAST_TOKENS };
}

export type ServingSpec = z.output<typeof servingSchema>;
export type BalancerSpec = NonNullable<ServingSpec["balancer"]>["replicas"];

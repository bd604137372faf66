import * as z from "zod";
import { cacheRules } from "./cache-rules.ts";
import { fusionSchema } from "./fusion.ts";
import { handOverKeys } from "./hand-over.ts";
import { intakeKeys } from "./intake.ts";
import { choice, variant } from "./language/choice.ts";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { boundedNumber, wholeNumber } from "./language/number.ts";
import { once } from "./language/once.ts";
import { presettable } from "./language/preset.ts";
import { quantity } from "./language/quantity.ts";
import { rule } from "./language/rule.ts";
import { withTrait } from "./language/trait.ts";
import { speculationSchema } from "./speculation.ts";

const limits = once(() => ({
  tokenBudget: wholeNumber(1, 10_000_000).default(8192).apply(means, "maximum tokens that a data group computes in one pass"),
  maxSequences: wholeNumber(1, 1_000_000).default(256).apply(means, "maximum sequences that a data group serves at once"),
  order: z.enum(["first-come", "priority"]).default("first-come").apply(means, "which of the waiting requests is served first"),
}));

const physical = { physical: true } as const;
/** Default of vLLM's `--dbo-prefill-token-threshold`. */
const LEAST_TOKENS = 512;
const chunks = once(() => ({
  chunkTokens: wholeNumber(1, 10_000_000).optional().apply(means, "maximum tokens of a data group in a chunk; if unset: 1024"),
}));
const hostTime = withTrait(quantity("s").default(0), physical);
const promptTime = withTrait(quantity("s").optional(), physical);

const budgetHoldsSequences = rule<{ tokenBudget?: number; maxSequences?: number }>(
  ["tokenBudget"],
  ({ tokenBudget, maxSequences }) => tokenBudget !== undefined && maxSequences !== undefined && tokenBudget < maxSequences,
  ({ maxSequences }) => `at least ${maxSequences}, the value of maxSequences: each running sequence decodes one token a pass`,
);

export const servingSchema = z
  .strictObject({
    scheduler: choice({
      static: () => ({
        microBatches: wholeNumber(1, 1_000_000).default(1).apply(means, "number of micro-batches of each replica"),
        deal: z
          .enum(["in-order", "longest-first", "sorted"])
          .default("in-order")
          .apply(
            means,
            "how sequences are assigned to micro-batches; in-order: in turn; longest-first: for even loads; sorted: similar lengths together, short ones first",
          ),
      }),
      continuous: () => variant("continuous", limits()).check(budgetHoldsSequences),
      "prefill-first": () => variant("prefill-first", limits()).check(budgetHoldsSequences),
      cadence: () =>
        variant("cadence", {
          every: wholeNumber(1, 1_000_000).default(4).apply(means, "prompts are computed in every n-th pass; the others only decode"),
          ...limits(),
        }).check(budgetHoldsSequences),
    })
      .prefault("static")
      .apply(means, "which requests are served next"),
    admission: late(() => choice({ all: {} })).apply(
      means,
      "which of the arriving requests are served, where a word of a plug-in says so; the others are refused, and may be tried again; if unset: all",
    ),
    fusion: fusionSchema,
    overlap: withTrait(
      choice({
        none: {},
        "two-batch": () => ({
          least: wholeNumber(2, 10_000_000)
            .default(LEAST_TOKENS)
            .apply(means, "minimum tokens of each computing data group; micro-batches with fewer are not split"),
        }),
      }).prefault("none"),
      physical,
    ).apply(means, "whether a stage splits micro-batches in two halves that take turns, so that one computes while the other communicates"),
    sharedExperts: withTrait(z.enum(["beside-dispatch", "in-turn"]).optional(), physical).apply(
      means,
      "whether shared experts compute during the dispatch or after it; if unset: beside-dispatch",
    ),
    ...handOverKeys,
    recompute: late(() => choice({ none: {}, attention: chunks, all: chunks })).apply(
      means,
      "what is computed in chunks, with keys and values of the pass recomputed for each, for a smaller workspace; if unset: nothing",
    ),
    logitBytes: wholeNumber(0, 1000)
      .optional()
      .apply(
        means,
        "bytes of the workspace of a number of the logits of each of maxSequences, on all ranks of the last stage, as sampling keeps them; if unset: as the head leaves them",
      ),
    stepOverhead: withTrait(
      late(() =>
        presettable(
          "engine",
          z.strictObject({
            step: hostTime.describe("time for each visit of a micro-batch to a stage"),
            layer: hostTime.describe("time for each layer of the visit"),
            request: hostTime.describe("time for each of its sequences, in their data group"),
            promptStep: promptTime.describe("additional time for each visit in which any data group computes a prompt; if unset: 0 s"),
            promptLayer: promptTime.describe(
              "additional time for each layer of a visit with prompts that has more tokens than capturedTokens in any data group; if unset: 0 s",
            ),
            capturedTokens: wholeNumber(0, 10_000_000)
              .optional()
              .apply(
                means,
                "maximum tokens of a step with prompts that is launched from captured graphs, without promptLayer; if unset: 0",
              ),
            prompt: promptTime.describe(
              "additional time for each prompt whose last token the visit computes, in its data group; if unset: 0 s",
            ),
            promptToken: promptTime.describe(
              "additional time for each token of a prompt that the visit computes, in its data group; if unset: 0 s",
            ),
            promptKernels: withTrait(quantity("%", { max: 10 }).optional(), physical).apply(
              means,
              "additional time of the kernels that compute in a step with prompts, by what they take alone; if unset: 0 %",
            ),
            verify: quantity("s")
              .optional()
              .apply(means, "additional time for each visit in which any data group verifies drafts; if unset: 0 s"),
            draft: quantity("s").optional().apply(means, "additional time for each pass of a draft, on the last stage; if unset: 0 s"),
            arrival: promptTime.describe("time for each request before it reaches a scheduler, in parallel; if unset: 0 s"),
            arrivalToken: promptTime.describe("additional time before the scheduler for each token of the prompt; if unset: 0 s"),
          }),
        ),
      ),
      physical,
    ).apply(
      means,
      "host time before the kernels of a step, in which the GPU is idle, and before a request reaches a scheduler; if unset: 0 s",
    ),
    ...intakeKeys,
    speculation: speculationSchema,
    batchSizes: late(() => z.array(wholeNumber(1, 1_000_000)).min(1).max(1000)).apply(
      means,
      "batch sizes of a data group for which decode steps are captured; a smaller step is padded to the next size; if unset: no padding",
    ),
    mostWaiting: wholeNumber(1, 10_000_000)
      .optional()
      .apply(means, "maximum length of the waiting queue of a data group; further requests are refused; if unset: no limit"),
    balancer: late(() =>
      z.strictObject({
        replicas: balancer("to which replica a request goes"),
        dataGroups: balancer("to which data group of its replica a request goes"),
      }),
    ).apply(means, "how requests are distributed; if unset: round-robin"),
    kv: late(() =>
      z.strictObject({
        blockTokens: wholeNumber(1, 1_000_000).default(16).apply(means, "tokens of one block of the cache"),
        share: quantity("%", { positive: true, max: 1 })
          .prefault("100 %")
          .apply(means, "share of the memory that weights and workspace leave free"),
        blocks: wholeNumber(1, 1_000_000_000).optional().apply(means, "number of blocks of each data group; if unset: as many as fit"),
        admission: z
          .enum(["chunk", "prompt", "output"])
          .optional()
          .apply(
            means,
            "what must fit into the free blocks for a waiting request to be admitted; chunk: what its first pass computes; prompt: its whole prompt, and after a preemption its output so far; output: all that it and those that run will cache, so that no request is preempted; if unset: prompt",
          ),
        prefixCache: z.boolean().optional().apply(means, "whether blocks are kept for prompts with the same beginning; if unset: false"),
        states: choice({
          reserved: {},
          paged: {},
          slots: () => ({
            count: wholeNumber(1, 1_000_000).optional().apply(means, "slots of each data group; if unset: as many as fit into share"),
            share: quantity("%", { positive: true, max: 1 })
              .prefault("47.4 %")
              .apply(means, "share of the room for the cache that slots take"),
            perRequest: wholeNumber(1, 100).default(1).apply(means, "slots of a request that runs"),
          }),
        })
          .optional()
          .apply(
            means,
            "how states and windows are stored; reserved: room for maxSequences is set aside; paged: in blocks of the cache, which are as large as a state; slots: apart from the blocks; if unset: paged with prefixCache and for windows alone, else reserved",
          ),
        hostTier: late(() =>
          z.strictObject({
            size: quantity("B", { positive: true }).describe("size of the host's memory for each GPU"),
            bandwidth: quantity("B/s", { positive: true }).describe("bandwidth from there to each GPU"),
            latency: quantity("s").prefault("0 s").apply(means, "latency of one load"),
          }),
        ).apply(means, "host memory that receives evicted blocks; if unset: none"),
      }),
    ).apply(means, "paged KV cache of the continuous schedulers"),
  })
  .check(...cacheRules);

function balancer(meaning: string) {
  return choice({
    "round-robin": {},
    random: {},
    "least-outstanding": {},
    "least-kv": {},
    "two-choices": {},
    "prefix-aware": () => ({
      factor: boundedNumber(1, 1e6)
        .default(2)
        .apply(
          means,
          "a request goes where its prefix is cached, unless that place would then have more than this many times the tokens of the least loaded one",
        ),
    }),
  })
    .prefault("round-robin")
    .apply(means, meaning);
}

/** An overlap of `kind`, with the defaults. */
export function overlapOf(kind: ServingSpec["overlap"]["kind"]): ServingSpec["overlap"] {
  return kind === "none" ? { kind } : { kind, least: LEAST_TOKENS };
}

export type ServingSpec = z.output<typeof servingSchema>;
export type BalancerSpec = NonNullable<ServingSpec["balancer"]>["replicas"];

import * as z from "zod";
import { lateVariant, variant, widening } from "./language/choice.ts";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { boundedNumber, wholeNumber } from "./language/number.ts";
import { presettable } from "./language/preset.ts";
import { quantity } from "./language/quantity.ts";
import { rule } from "./language/rule.ts";
import { withTrait } from "./language/trait.ts";
import { layerKindSchema } from "./layers/layer-kinds.ts";
import { LAYER_RULES } from "./layers/layer-rules.ts";
import { precisionSchema } from "./precision.ts";

const size = wholeNumber(1, 1e7);
function matrices() {
  return withTrait(z.union([z.literal(2), z.literal(3)]).default(3), { physical: true }).apply(
    means,
    "3 when gated (SwiGLU), 2 when plain",
  );
}

const windowSchema = late(() =>
  z.strictObject({
    tokens: wholeNumber(1, 1e9).describe("tokens that a token of a windowed layer attends to, including itself"),
    fullEvery: wholeNumber(2, 10_000).optional().apply(means, "every n-th layer has full attention; if unset: no layer does"),
  }),
);

const heads = size.describe("query heads");

const groupedQuerySchema = z.strictObject({
  kind: z.literal("grouped-query").optional().apply(means, "what it is where no kind is given"),
  heads,
  kvHeads: size.describe("key and value heads; equal to heads without grouping"),
  headSize: size.describe("width of a head"),
  window: windowSchema.describe("sliding window; if unset: full attention"),
});

function latentSchema() {
  return variant("latent", {
    heads,
    qLoraRank: size.optional().apply(means, "width of the compressed queries; if unset: queries are projected directly"),
    kvLoraRank: size.describe("width of the compressed keys and values, which are cached"),
    qkNopeHeadDim: size.describe("width of the part of a head's query and key without rotary embedding"),
    qkRopeHeadDim: size.describe("width of the part with rotary embedding, of a head's query and of the key that all heads share"),
    vHeadDim: size.describe("width of a head's value"),
  });
}

/** Without a kind it is grouped-query attention, and the same with it. */
const attentionSchema = widening(
  (given) => {
    if (typeof given !== "object" || given === null || !("kind" in given) || given.kind !== "grouped-query") return undefined;
    const { kind: _, ...sizes } = given;
    return sizes;
  },
  [groupedQuerySchema, lateVariant("latent", latentSchema)],
) as unknown as z.ZodType<GroupedQuerySpec | LatentSpec>;

const expertsSchema = late(() =>
  z
    .strictObject({
      count: wholeNumber(1, 65_536).describe("routed experts of a layer"),
      topK: wholeNumber(1, 65_536).describe("experts chosen for each token"),
      hiddenSize: size.describe("hidden size of one expert"),
      matrices: matrices(),
      shared: wholeNumber(0, 1_000).default(0).apply(means, "shared experts, used by every token, of the same hidden size"),
      sharedHiddenSize: size
        .optional()
        .apply(means, "hidden size of all shared experts of a layer together, where it is another; if unset: shared × hiddenSize"),
      sharedGate: z.boolean().optional().apply(means, "a gate of one number a token for the shared experts; if unset: none"),
      inputSize: size
        .optional()
        .apply(means, "width that routed experts read and write, to which tokens are projected before the exchange; if unset: the model's"),
      hashLayers: wholeNumber(0, 10_000)
        .optional()
        .apply(means, "leading layers whose experts follow from a table of token ids; if unset: none"),
    })
    .check(
      rule<{ count: number; topK: number }>(
        ["topK"],
        ({ count, topK }) => topK > count,
        ({ count }) => `at most ${count}, the number of experts`,
      ),
    ),
);

export const modelSchema = presettable(
  "model",
  z
    .strictObject({
      layers: wholeNumber(1, 10_000).describe("transformer layers, including dense ones"),
      hiddenSize: size.describe("width of a token's activations"),
      attention: attentionSchema.optional().apply(means, "the attention of every layer; required, unless layerKinds are given"),
      layerKinds: late(() => z.record(z.string().min(1).max(100), layerKindSchema)).apply(
        means,
        "kinds of layers by name, in place of attention and dense; with layerPattern",
      ),
      layerPattern: z
        .array(z.string().min(1).max(100))
        .min(1)
        .max(10_000)
        .optional()
        .apply(means, "kinds of the layers, from the first on; repeated up to the number of layers; required with layerKinds"),
      residualStreams: wholeNumber(1, 64)
        .optional()
        .apply(means, "streams that the residual has, which hyper-connections mix before and after each half of a layer; if unset: 1"),
      experts: expertsSchema.describe("the mixture of experts; if unset: the model is dense"),
      dense: late(() =>
        z.strictObject({
          layers: wholeNumber(1, 10_000)
            .optional()
            .apply(
              means,
              "number of leading dense layers; required in a model with experts, unless every is given; if unset: all layers of a model without experts",
            ),
          every: wholeNumber(2, 10_000)
            .optional()
            .apply(means, "alternative to layers in a model with experts: every n-th layer has experts, the others are dense"),
          hiddenSize: size.describe("hidden size of a dense layer"),
          matrices: matrices(),
        }),
      ).apply(means, "dense layers: the leading ones, or alternating ones; all layers in a model without experts"),
      vocabulary: wholeNumber(1, 1e8).optional().apply(means, "size of the vocabulary; if unset: no embedding and no head"),
      tiedEmbedding: z
        .boolean()
        .optional()
        .apply(means, "the output head shares the weights of the embedding, which are stored once; if unset: it has its own"),
      windowedCache: quantity("%", { positive: true, max: 1 })
        .optional()
        .apply(
          means,
          "cache that layers with a window set aside for each token of a request, by what one takes; 100 %: they cache all tokens; if unset: those inside the window",
        ),
      precision: precisionSchema.prefault({}).apply(means, "number formats of weights, activations, traffic and cache"),
      declaredParameters: boundedNumber(1, 1e18)
        .optional()
        .apply(means, "the plan's parameter count, which is compared with the sum of the sizes"),
    })
    .check(
      rule<{ layers: number; dense?: { layers?: number | undefined } | undefined }>(
        ["dense", "layers"],
        ({ layers, dense }) => dense?.layers !== undefined && dense.layers > layers,
        ({ layers }) => `at most ${layers}, the number of layers`,
      ),
      ...LAYER_RULES,
    ),
).apply(means, "the model that is served");

export type GroupedQuerySpec = z.output<typeof groupedQuerySchema>;
export type LatentSpec = z.output<ReturnType<typeof latentSchema>>;
export type { LayerKindSpec } from "./layers/layer-kinds.ts";
export type { MixerOf, MixerSpec } from "./layers/mixers.ts";
export type ModelSpec = z.output<typeof modelSchema>;

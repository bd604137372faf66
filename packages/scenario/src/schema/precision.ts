import * as z from "zod";
import { means } from "./language/means.ts";
import { rule } from "./language/rule.ts";
import { withTrait } from "./language/trait.ts";

export const PRECISIONS = ["fp32", "fp16", "bf16", "fp8", "int8", "int4", "nvfp4", "mxfp4"] as const;
export type Precision = (typeof PRECISIONS)[number];

const BITS: Readonly<Record<Precision, number>> = { fp32: 32, fp16: 16, bf16: 16, fp8: 8, int8: 8, int4: 4, nvfp4: 4, mxfp4: 4 };

/** Bits of one number as it is multiplied, without its share of a scale. */
export function bitsOf(precision: Precision): number {
  return BITS[precision];
}

/** Parts of a model whose weights may have a format of their own. */
export const WEIGHT_PARTS = [
  "attention",
  "attentionOutput",
  "indexer",
  "linear",
  "dense",
  "shared",
  "latentProjections",
  "routed",
] as const;
export type WeightPart = (typeof WEIGHT_PARTS)[number];

const precision = z.enum(PRECISIONS);
const physical = { physical: true } as const;

const HINT =
  "kernels hand on 16 bits even where they multiply in fewer: fp8 for products is compute, for a cache kvCache, for exchanges dispatch and combine";

/** Number formats, place by place. Source of the defaults: docs/models/parameters.md#precisions. */
export const precisionSchema = z
  .strictObject({
    weights: withTrait(precision.default("fp16"), physical).apply(
      means,
      "stored weights of attention, shared experts and dense layers, and of experts, if they have no format of their own",
    ),
    experts: precision.optional().apply(means, "stored weights of the routed experts; if unset: as weights"),
    attention: precision.optional().apply(means, "stored weights of the attention; if unset: as weights"),
    attentionOutput: precision.optional().apply(means, "stored weights of the attention's output matrix; if unset: as attention"),
    indexer: precision.optional().apply(means, "stored weights of what chooses the tokens that an attention sees; if unset: as attention"),
    linear: precision.optional().apply(means, "stored weights of mixers with a state; if unset: as attention"),
    shared: precision.optional().apply(means, "stored weights of shared experts; if unset: as weights"),
    latentProjections: precision
      .optional()
      .apply(means, "stored weights of projections to and from the width of the experts; if unset: as weights"),
    dense: precision.optional().apply(means, "stored weights of dense layers; if unset: as weights"),
    head: precision.optional().apply(means, "stored weights of the output head; if unset: as activations"),
    weightOnly: z
      .array(z.enum(WEIGHT_PARTS))
      .min(1)
      .max(WEIGHT_PARTS.length)
      .optional()
      .apply(means, "parts of which weights alone are quantised, so that they multiply as activations; if unset: none"),
    activations: withTrait(z.enum(["fp32", "fp16", "bf16"]), { ...physical, hint: HINT })
      .optional()
      .apply(
        means,
        "outputs of kernels, and weights of gate, embedding and head; if unset: as weights if those have one of these formats, else bf16",
      ),
    compute: precision
      .optional()
      .apply(means, "format in which matrices multiply, unless their own is wider; if unset: follows from their formats and the GPU"),
    collectives: precision.optional().apply(means, "traffic of all-reduces and of sends between stages; if unset: as activations"),
    dispatch: precision
      .optional()
      .apply(means, "tokens sent to experts; if unset: fp8 in an all-to-all to experts that multiply in fp8, otherwise as collectives"),
    combine: precision.optional().apply(means, "results returned by experts; if unset: as collectives"),
    kvCache: precision.optional().apply(means, "cached keys and values; if unset: as activations"),
  })
  .check(
    rule<Stored & { compute?: Precision | undefined }>(
      ["compute"],
      ({ compute, ...stored }) => compute !== undefined && BITS[compute] < leastBits(stored),
      (stored) => `a format of at least ${leastBits(stored)} bits, as no matrix has fewer: ${storedText(stored)}`,
    ),
  );

const OWN = ["experts", "attention", "attentionOutput", "indexer", "linear", "shared", "latentProjections", "dense"] as const;
type Stored = { weights: Precision } & { readonly [part in (typeof OWN)[number]]?: Precision | undefined };

/** Bits of the narrowest format that any matrix may have. */
function leastBits(stored: Stored): number {
  return Math.min(BITS[stored.weights], ...OWN.flatMap((part) => (stored[part] === undefined ? [] : [BITS[stored[part]]])));
}

/** `weights are fp8, experts nvfp4` */
function storedText(stored: Stored): string {
  const others = OWN.flatMap((part) =>
    stored[part] === undefined || stored[part] === stored.weights ? [] : [`, ${part} ${stored[part]}`],
  );
  return `weights are ${stored.weights}${others.join("")}`;
}

export type PrecisionSpec = z.output<typeof precisionSchema>;

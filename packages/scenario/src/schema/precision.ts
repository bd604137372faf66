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

const precision = z.enum(PRECISIONS);
const physical = { physical: true } as const;

const HINT =
  "kernels hand on 16 bits even where they multiply in fewer: fp8 for products is compute, for a cache kvCache, for exchanges dispatch and combine";

/** Number formats, place by place. Source of the defaults: docs/models.md#precisions. */
export const precisionSchema = z
  .strictObject({
    weights: withTrait(precision.default("fp16"), physical).apply(means, "stored weights of attention, shared experts and dense layers"),
    experts: precision.optional().apply(means, "stored weights of the routed experts; if unset: as weights"),
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
    rule<{ compute?: Precision | undefined; weights: Precision; experts?: Precision | undefined }>(
      ["compute"],
      ({ compute, weights, experts = weights }) => compute !== undefined && BITS[compute] < Math.min(BITS[weights], BITS[experts]),
      ({ weights, experts = weights }) =>
        `a format of at least ${Math.min(BITS[weights], BITS[experts])} bits, as no matrix has fewer: weights are ${weights}${experts === weights ? "" : `, experts ${experts}`}`,
    ),
  );

export type PrecisionSpec = z.output<typeof precisionSchema>;

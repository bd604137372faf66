import * as z from "zod";
import { rule } from "./rule.ts";
import { withTrait } from "./trait.ts";

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
    weights: withTrait(precision.default("fp16"), physical).describe(
      "of the weights of attention, shared experts and dense layers, as stored",
    ),
    experts: precision.optional().describe("of the routed experts' weights, as stored; none: as weights"),
    activations: withTrait(z.enum(["fp32", "fp16", "bf16"]), { ...physical, hint: HINT })
      .optional()
      .describe("of what kernels hand on, and of gate, embedding and head; none: as weights, if those are in one of these, else bf16"),
    compute: precision
      .optional()
      .describe("in which matrices multiply, or in their own where that is wider; none: what their formats and the GPU imply"),
    collectives: precision.optional().describe("of what all-reduces and sends between stages carry; none: as activations"),
    dispatch: precision.optional().describe("of tokens on their way to experts; none: as collectives"),
    combine: precision.optional().describe("of experts' results on their way back; none: as collectives"),
    kvCache: precision.optional().describe("of cached keys and values; none: as activations"),
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

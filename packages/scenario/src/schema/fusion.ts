import * as z from "zod";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { rule } from "./language/rule.ts";

const normsToTakeAlong = rule<{ allReduce?: boolean | undefined; norms: boolean }>(
  ["allReduce"],
  ({ allReduce, norms }) => allReduce === true && norms,
  () => "beside `norms: false`: else norms cost nothing, and no all-reduce can take one along",
);

export const fusionSchema = late(() =>
  z
    .strictObject({
      feedForward: z
        .boolean()
        .default(true)
        .apply(
          means,
          "gate, up, activation and down in one kernel, as measured; false: separate kernels, with intermediate results in memory",
        ),
      norms: z
        .boolean()
        .default(true)
        .apply(means, "norms and residuals are part of adjacent kernels and all-reduces, at no cost; false: separate kernels"),
      allReduce: z
        .boolean()
        .optional()
        .apply(
          means,
          "with `norms: false`, a norm that follows an all-reduce is part of it: no launch, and the result is not read again; if unset: false",
        ),
      quantise: z
        .boolean()
        .optional()
        .apply(
          means,
          "activations for products in fewer bits are quantised by the previous kernel, at no cost; false: by separate kernels; if unset: as the products were measured",
        ),
    })
    .check(normsToTakeAlong),
).apply(means, "which kernels are one launch and keep intermediate results on the chip; if unset: all of these");

export type FusionSpec = NonNullable<z.output<typeof fusionSchema>>;

/** Fusion of such a scenario. */
export function fusionOf({ fusion }: { readonly fusion?: FusionSpec | undefined }): FusionSpec {
  return fusion ?? { feedForward: true, norms: true };
}

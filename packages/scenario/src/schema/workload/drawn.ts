import * as z from "zod";
import { choice, variant } from "../language/choice.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { rule } from "../language/rule.ts";
import { withTrait } from "../language/trait.ts";

const count = wholeNumber(1, 1e9);
const mean = boundedNumber(1e-6, 1e9).describe("mean before rounding and bounds");
const from = count.describe("smallest value");
const to = count.describe("largest value");

const ordered = rule<{ from?: number | undefined; to?: number | undefined }>(
  ["to"],
  ({ from, to }) => from !== undefined && to !== undefined && from > to,
  ({ from }) => `at least ${from}, the value of from`,
);

/** Draws beyond the bounds are moved to them: a mean out there says something else than is drawn. */
const meanWithin = rule<{ mean?: number | undefined; from?: number | undefined; to?: number | undefined }>(
  ["mean"],
  ({ mean, from = 0, to = Number.POSITIVE_INFINITY }) => mean !== undefined && from <= to && (mean < from || mean > to),
  ({ from, to }) =>
    `a mean ${[...(from === undefined ? [] : [`from ${from}`]), ...(to === undefined ? [] : [`to ${to}`])].join(" ")}, as draws are moved there`,
);

const kinds = {
  fixed: () => ({ value: count.describe("the same for every request") }),
  uniform: () => variant("uniform", { from, to }).check(ordered),
  exponential: () => variant("exponential", { mean, from: from.optional(), to: to.optional() }).check(ordered).check(meanWithin),
  lognormal: () =>
    variant("lognormal", {
      mean,
      sigma: boundedNumber(0, 10).describe("standard deviation of the logarithm"),
      from: from.optional(),
      to: to.optional(),
    })
      .check(ordered)
      .check(meanWithin),
  zipf: () => variant("zipf", { exponent: boundedNumber(0, 100).describe("exponent; 0 is uniform"), from, to }).check(ordered),
  empirical: () =>
    variant("empirical", {
      values: z.array(count).min(1).apply(means, "observed values"),
      weights: z.array(boundedNumber(0, 1e12)).min(1).optional().apply(means, "relative weights, one for each value; if unset: equal"),
    })
      .check(
        rule<{ values: number[]; weights?: number[] | undefined }>(
          ["weights"],
          ({ values, weights }) => Array.isArray(values) && Array.isArray(weights) && values.length !== weights.length,
          ({ values }) => `${values.length} weights, one for each value`,
        ),
      )
      .check(
        rule<{ weights?: number[] | undefined }>(
          ["weights"],
          ({ weights }) => Array.isArray(weights) && weights.length > 0 && weights.every((weight) => weight === 0),
          () => "at least one weight over 0",
        ),
      ),
};

function fixed(bare: unknown): object | undefined {
  return typeof bare === "number" ? { kind: "fixed", value: bare } : undefined;
}

/** A whole number drawn for each request: a bare value, or a distribution; draws are rounded and kept within [1, 1e9]. */
export const drawnCount = withTrait(choice(kinds, fixed), { drawn: count }).meta({ id: "drawnCount" });

export type DrawnCount = z.output<typeof drawnCount>;

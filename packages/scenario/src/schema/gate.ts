import * as z from "zod";
import { choice, variant } from "./language/choice.ts";
import { means } from "./language/means.ts";
import { boundedNumber, wholeNumber } from "./language/number.ts";
import { quantity } from "./language/quantity.ts";
import { rule } from "./language/rule.ts";
import { withTrait } from "./language/trait.ts";

const shared = z.boolean().default(false).apply(means, "the same popularity in every layer");

function recordedCopies() {
  return withTrait(
    z.strictObject({
      path: z.string().min(1).max(1000).apply(means, "path of the file, as in the scenario"),
      sha256: z.string().min(1).max(64).apply(means, "SHA-256 of the file"),
      rows: z.array(z.array(boundedNumber(0, 1e15))).apply(means, "copies of each expert; a row for each layer that has experts"),
    }),
    { table: true },
  );
}

/** A gate that drifts does so by walking, by a shift, or by both. */
const moves = rule<{ timeConstant?: unknown; shiftAt?: unknown }>(
  ["timeConstant"],
  ({ timeConstant, shiftAt }) => timeConstant === undefined && shiftAt === undefined,
  () => "a time, as 30 s; or shiftAt, an instant at which popularity changes at once",
);

/** How popular experts are. */
export const gateSchema = withTrait(
  choice({
    balanced: {},
    uniform: {},
    zipf: () => ({
      exponent: boundedNumber(0, 100).describe("skew of the experts' popularity; 0 is uniform"),
      shared,
    }),
    lognormal: () => ({
      sigma: boundedNumber(0, 10).describe("standard deviation of the logarithm of an expert's popularity; 0 is uniform"),
      shared,
    }),
    dirichlet: () => ({
      concentration: boundedNumber(1e-6, 1e9).describe("small: few popular experts; large: nearly uniform"),
      shared,
    }),
    drifting: () =>
      variant("drifting", {
        sigma: boundedNumber(0, 10).describe("standard deviation of the logarithm of an expert's popularity; 0 is uniform"),
        timeConstant: quantity("s", { positive: true })
          .optional()
          .apply(means, "time after which the correlation with the earlier popularity is 1/e; if unset: no drift"),
        shiftAt: quantity("s").optional().apply(means, "time at which popularity is drawn again; if unset: never"),
        shared,
      }).check(moves),
    grouped: () => ({
      groups: wholeNumber(1, 1e6).describe("groups of consecutive experts"),
      limit: wholeNumber(1, 1e6).describe("number of groups from which a token's experts are chosen"),
      sigma: boundedNumber(0, 10)
        .optional()
        .apply(means, "standard deviation of the logarithm of an expert's popularity; if unset: 0, uniform"),
      shared,
    }),
    correlated: () => ({
      sigma: boundedNumber(0, 10).describe("standard deviation of the logarithm of an expert's popularity; 0 is uniform"),
      mixes: wholeNumber(1, 10_000)
        .default(16)
        .apply(means, "number of mixes of experts, one for each kind of text; each sequence chooses experts by one of them"),
      by: z
        .enum(["request", "class"])
        .optional()
        .apply(
          means,
          "how the mix is chosen: drawn for each request, or by its class in the workload, classes taking the mixes in turn; if unset: request",
        ),
      common: quantity("%", { max: 1 }).prefault("50 %").apply(means, "share of the variance that all mixes have in common"),
      repeat: quantity("%", { max: 1 })
        .prefault("10 %")
        .apply(means, "probability that an expert of a token is also an expert of the next token of its sequence"),
      shared,
    }),
    recorded: () => ({
      file: recordedCopies().describe("copies that each expert got: a row for each layer that has experts"),
      later: z
        .array(
          z.strictObject({
            at: quantity("s", { positive: true }).describe("time from which on it applies"),
            file: recordedCopies().describe("a table like the first"),
          }),
        )
        .min(1)
        .max(1000)
        .optional()
        .apply(means, "further tables for later times, in any order; if unset: the first applies to all times"),
    }),
  }).prefault("uniform"),
  { physical: true },
);

export type GateSpec = z.output<typeof gateSchema>;

import * as z from "zod";
import { anyQuantity } from "../../quantities/any-quantity.ts";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { quantity } from "../language/quantity.ts";
import { rule } from "../language/rule.ts";
import { settings } from "../language/settings.ts";

const WORD = /^[A-Za-z_]\w*(?:[-.]\w+)*$/;
/** Claims of a plan. */
export const claimsSchema = late(() => {
  const formula = z.string().min(1).max(1000);

  const claimedValue = z.union([z.number(), z.string()]).refine((given) => typeof given === "number" || anyQuantity(given) !== undefined, {
    error: "a number, or a quantity with its unit, such as 100 tokens/ms",
  });

  const claimSchema = z
    .strictObject({
      id: z
        .string()
        .max(64)
        .refine((id) => WORD.test(id), { error: "a word of letters, digits, - and _, such as weights-per-gpu" })
        .apply(means, "name of the claim, also usable in other claims' formulas"),
      text: z.string().min(1).max(1000).apply(means, "what the plan says"),
      section: z.string().min(1).max(200).optional().apply(means, "the section of the plan"),
      claimed: claimedValue.describe("the claimed value, with its unit"),
      comparison: z.enum(["=", "<=", ">="]).default("=").apply(means, "how the true value must compare to the claimed one"),
      tolerance: quantity("%", { max: 0.99 }).optional().apply(means, "tolerance of `=`, as a share of the claimed value; if unset: 1 %"),
      better: z
        .enum(["less", "more"])
        .optional()
        .apply(means, "for an estimate with `=`: the side on which the plan is better than claimed; if unset: both sides are wrong"),
      root: z.string().max(64).optional().apply(means, "id of the claim whose error causes this one"),
      metric: z
        .union([formula, z.record(z.string().min(1).max(64), formula)])
        .optional()
        .apply(means, "what decides: a metric, a path of the report, or a formula; a map gives several that are judged separately"),
      from: z
        .union([formula, z.array(formula).min(1)])
        .optional()
        .apply(means, "how the plan calculates the value: formulas of inputs, or of other claims by their ids"),
      inputs: z.record(z.string().min(1).max(64), claimedValue).optional().apply(means, "names for formulas, with the plan's values"),
      given: settings.optional().apply(means, "paths of the scenario with the values under which the claim is judged"),
      against: settings
        .optional()
        .apply(
          means,
          "values of the scenario for the divisor: the claim is about the ratio of the metric to the metric under these, over the same seeds",
        ),
      over: z
        .record(z.string(), z.union([z.string(), z.array(z.union([z.number(), z.string()])).min(1)]))
        .optional()
        .apply(means, "one path with values, such as 1..1024*2: the claim must hold at each"),
    })
    .check(
      rule<{ comparison: string; tolerance?: number | undefined }>(
        ["tolerance"],
        ({ comparison, tolerance }) => tolerance !== undefined && (comparison === "<=" || comparison === ">="),
        ({ comparison }) => `none beside ${comparison}: a bound has no tolerance`,
      ),
    )
    .check(
      rule<{ comparison: string; better?: string | undefined }>(
        ["better"],
        ({ comparison, better }) => better !== undefined && (comparison === "<=" || comparison === ">="),
        ({ comparison }) => `none beside ${comparison}: a bound says itself which side is good`,
      ),
    )
    .check(
      rule<{ metric?: unknown; against?: unknown }>(
        ["against"],
        ({ metric, against }) => against !== undefined && metric === undefined,
        () => "a metric beside it, of which the ratio is taken",
      ),
    )
    .check(
      rule<{ metric?: unknown; from?: unknown }>(
        ["metric"],
        ({ metric, from }) => metric === undefined && from === undefined,
        () => "a metric or `from`, to hold the claim against",
      ),
    );

  return z
    .array(claimSchema)
    .max(1000)
    .superRefine(
      (claims: readonly unknown[], context) => {
        const known = new Set<unknown>();
        for (const [i, claim] of claims.entries()) {
          const id = idOf(claim);
          if (known.has(id))
            context.addIssue({ code: "custom", path: [i, "id"], message: "an id of its own: another claim has it", input: id });
          if (typeof id === "string") known.add(id);
        }
        for (const [i, claim] of claims.entries()) {
          const root = textOf(claim, "root");
          if (typeof root === "string" && (!known.has(root) || root === idOf(claim)))
            context.addIssue({ code: "custom", path: [i, "root"], message: "the id of another claim", input: root });
        }
      },
      { when: ({ value }) => Array.isArray(value) }, // even when a claim is wrong in itself
    );
});

function idOf(claim: unknown): unknown {
  return textOf(claim, "id");
}

function textOf(claim: unknown, key: "id" | "root"): unknown {
  return typeof claim === "object" && claim !== null ? (claim as { id?: unknown; root?: unknown })[key] : undefined;
}

export type ClaimSpec = NonNullable<z.output<typeof claimsSchema>>[number];

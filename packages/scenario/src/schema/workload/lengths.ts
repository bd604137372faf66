import * as z from "zod";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { rule } from "../language/rule.ts";
import { drawnCount } from "./drawn.ts";

const pairs = late(() => {
  const tokens = wholeNumber(1, 1e9);
  const pair = z.strictObject({
    promptTokens: tokens.describe("tokens of the prompt"),
    outputTokens: tokens.describe("output tokens, including the first"),
    weight: boundedNumber(0, 1e12).default(1).apply(means, "relative frequency"),
  });
  return z.array(pair).min(1).meta({ id: "pairs" });
});

/** Keys of the lengths of requests: prompts and outputs separately, or `pairs` of both. */
export const lengths = {
  promptTokens: drawnCount.optional().apply(means, "tokens of each prompt"),
  outputTokens: drawnCount.optional().apply(means, "output tokens of each request, including the first"),
  correlation: boundedNumber(-1, 1)
    .optional()
    .apply(means, "correlation of the logarithms of prompt and output tokens, both lognormal; if unset: independent"),
  pairs: pairs.describe("pairs of prompt and output lengths, instead of promptTokens and outputTokens"),
};

/** Values under the keys of `lengths`, as far as they are written. */
export interface Lengths {
  promptTokens?: { kind?: string } | undefined;
  outputTokens?: { kind?: string } | undefined;
  correlation?: number | undefined;
  pairs?: { weight?: number }[] | undefined;
}

const ALONE = ["promptTokens", "outputTokens", "correlation"] as const;

/** Rules of a map with `lengths`; `unless` it has lengths elsewhere, it must have them itself. */
export function lengthRules<T extends Lengths>(unless: (map: T) => boolean = () => false) {
  const wantsApart = (map: T) => map.pairs === undefined && !unless(map);
  return [
    ...(["promptTokens", "outputTokens"] as const).map((key) =>
      rule<T>(
        [key],
        (map) => wantsApart(map) && map[key] === undefined,
        () => "a whole number from 1 to 1e9, or drawn, or pairs of prompts and outputs",
      ),
    ),
    rule<T>(
      ["pairs"],
      (map) => map.pairs !== undefined && ALONE.some((key) => map[key] !== undefined),
      () => "no pairs beside promptTokens, outputTokens or correlation",
    ),
    rule<T>(
      ["pairs"],
      ({ pairs }) => Array.isArray(pairs) && pairs.length > 0 && pairs.every((each) => each?.weight === 0),
      () => "at least one weight over 0",
    ),
    rule<T>(
      ["correlation"],
      (map) => map.correlation !== undefined && map.pairs === undefined && ![map.promptTokens, map.outputTokens].every(isLognormal),
      () => "lognormal promptTokens and outputTokens beside it",
    ),
  ];
}

function isLognormal(drawn: { kind?: string } | undefined): boolean {
  return drawn?.kind === "lognormal";
}

export type LengthsSpec = Readonly<z.output<z.ZodObject<typeof lengths>>>;

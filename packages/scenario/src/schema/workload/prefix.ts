import * as z from "zod";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { rule } from "../language/rule.ts";

const MOST_TOKENS = 1e9;

/** Tokens with which prompts begin alike. */
export const prefix = late(() =>
  z
    .strictObject({
      tokens: wholeNumber(1, MOST_TOKENS).describe("tokens of each system prompt, in addition to promptTokens"),
      groups: wholeNumber(1, 1_000_000).default(1).apply(means, "number of different prefixes; each request has one of them"),
      exponent: boundedNumber(0, 100).default(0).apply(means, "Zipf exponent of their frequency; 0: equal"),
    })
    .check(
      rule<{ tokens?: number; groups?: number }>(
        ["groups"],
        ({ tokens, groups }) => typeof tokens === "number" && typeof groups === "number" && tokens * groups > MOST_TOKENS,
        ({ tokens }) => `at most ${Math.floor(MOST_TOKENS / Math.max(1, tokens ?? 1))}, for 1e9 tokens in all`,
      ),
    )
    .meta({ id: "prefix" }),
).apply(means, "system prompts that requests share");

export type PrefixSpec = NonNullable<z.output<typeof prefix>>;

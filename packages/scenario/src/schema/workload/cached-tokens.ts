import * as z from "zod";
import { means } from "../language/means.ts";
import { rule } from "../language/rule.ts";
import { drawnCount } from "./drawn.ts";

/** Context that is there when a request comes. Source: docs/models/workloads.md#cached-context. */
export const cachedTokens = z
  .preprocess((given) => (isNone(given) ? undefined : given), drawnCount.optional())
  .optional()
  .apply(
    means,
    "leading tokens of each prompt that are in the cache of its replica when it arrives; all but the last at most; with pools, in that of the decoding one; if unset or 0: none",
  );

function isNone(given: unknown): boolean {
  const { kind, value } = (given ?? {}) as { readonly kind?: unknown; readonly value?: unknown };
  return given === 0 || (kind === "fixed" && value === 0);
}

interface Cached {
  cachedTokens?: object | undefined;
  prefix?: object | undefined;
  classes?: ({ cachedTokens?: object | undefined } | undefined)[] | undefined;
}

/** A class, or a load without classes, states by one key how much of its prompts is cached. */
export const cachedOrShared = rule<Cached>(
  ["cachedTokens"],
  ({ cachedTokens, prefix }) => cachedTokens !== undefined && prefix !== undefined,
  () => "no cachedTokens beside prefix, of which kv: { prefixCache: true } finds what is cached",
);

/** Rules of a load with classes. */
export const cachedRules = [
  cachedOrShared,
  rule<Cached>(
    ["cachedTokens"],
    ({ cachedTokens, classes }) => cachedTokens !== undefined && classes !== undefined,
    () => "cachedTokens in the classes only",
  ),
];

/** In sessions the cache itself decides what is there. */
export const uncachedClasses = rule<Cached>(
  ["classes"],
  ({ classes }) => Array.isArray(classes) && classes.some((each) => each?.cachedTokens !== undefined),
  () => "no cachedTokens in classes of sessions, whose turns find with kv: { prefixCache: true } what is cached",
);

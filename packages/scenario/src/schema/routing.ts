import * as z from "zod";
import { gateSchema } from "./gate.ts";
import { choice } from "./language/choice.ts";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { boundedNumber, wholeNumber } from "./language/number.ts";
import { quantity } from "./language/quantity.ts";
import { rule } from "./language/rule.ts";

function groups() {
  return wholeNumber(1, 1e6)
    .optional()
    .apply(
      means,
      "groups of experts that stay together on a node, as for gates limited to some nodes; if unset: any expert may be on any node",
    );
}

function split() {
  return z
    .enum(["even", "by-load"])
    .optional()
    .apply(
      means,
      "how the slots of an expert share its copies of tokens: evenly, or by load, so that ranks with less to do take more; if unset: even",
    );
}

/** Padding fills experts up to a capacity, so there must be one. */
const paddedToCapacity = rule<{ pad?: unknown; capacityFactor?: unknown; overflow?: { readonly kind?: unknown } }>(
  ["pad"],
  ({ pad, capacityFactor, overflow }) => pad === true && (capacityFactor === undefined || overflow?.kind === "none"),
  () => "false, or a capacityFactor and an overflow that is not none, which give experts a capacity to be filled up to",
);

/** A factor that is moved begins at one, and has somewhere to go. */
const controlled = rule<{
  capacityControl?: { readonly to?: unknown } | undefined;
  capacityFactor?: unknown;
  overflow?: { readonly kind?: unknown };
}>(
  ["capacityControl"],
  ({ capacityControl, capacityFactor, overflow }) =>
    capacityControl !== undefined &&
    (capacityFactor === undefined || overflow?.kind === "none" || Number(capacityControl.to) < Number(capacityFactor)),
  () => "a capacityFactor at which it begins, no larger than `to`, and an overflow that is not none",
);

/** Choice of experts for tokens, and placement of experts. */
export const routingSchema = z
  .strictObject({
    gate: gateSchema.apply(means, "popularity of the experts"),
    capacityFactor: boundedNumber(1e-6, 1e6)
      .optional()
      .apply(means, "capacity of an expert relative to its even share; if unset: no capacity limit"),
    minCapacity: wholeNumber(0, 1e9).default(1).apply(means, "minimum capacity of an expert, in copies"),
    capacityControl: late(() =>
      z.strictObject({
        to: boundedNumber(1e-6, 1e6).describe("largest capacity factor"),
        dropped: quantity("%", { positive: true, max: 1 }).prefault("1 %").apply(means, "share of a layer's copies that may be lost"),
        step: boundedNumber(1e-6, 1e6).default(0.05).apply(means, "change of the factor from one micro-batch to the next"),
      }),
    ).apply(
      means,
      "raises the factor of each layer above capacityFactor when many copies are dropped, and lowers it when few are; if unset: constant",
    ),
    capacityPer: z
      .enum(["group", "source-rank"])
      .optional()
      .apply(
        means,
        "scope of an expert's capacity: all data groups of a micro-batch together, or each source separately, a data group or a rank that exchanges a part of its tokens; if unset: group",
      ),
    capacityRounding: late(() =>
      choice({
        up: {},
        down: {},
        aligned: () => ({ multiple: wholeNumber(1, 1e6).describe("the capacity is rounded up to a multiple of this") }),
      }),
    ).apply(means, "rounding of the capacity; if unset: up"),
    pad: z.boolean().optional().apply(means, "experts compute as many rows as their capacity, padded with zeros; if unset: false"),
    exchange: z
      .enum(["all-reduce", "all-gather", "all-to-all"])
      .optional()
      .apply(
        means,
        "how tokens reach experts on other ranks; if unset: all-reduce of the results for one data group in a layer, all-to-all of the copies for several. Of two pools, one that it does not suit has the latter",
      ),
    dispatch: z
      .enum(["by-phase", "per-token", "per-copy"])
      .optional()
      .apply(
        means,
        "what an all-to-all sends; per-token: a token once to a rank, and over the fabric once to a node; per-copy: each of its copies; by-phase: per-token in passes with prompts, per-copy in passes that only decode; if unset: by-phase",
      ),
    sequenceParallel: z
      .enum(["reduce-scatter", "slice", "none"])
      .optional()
      .apply(
        means,
        "whether each attention.tensor rank exchanges a part of its data group's tokens, and gathers all of them afterwards; reduce-scatter: the attention ends with one, in place of its all-reduce; slice: each takes its part of what was all-reduced; none: every rank exchanges for all tokens; if unset: reduce-scatter for tensor 1, none otherwise. Without effect where a data group has one rank, and where only results are all-reduced. If stated, an all-to-all may be that of one data group",
      ),
    resolution: z
      .enum(["exact", "law", "sampled"])
      .optional()
      .apply(
        means,
        "how experts are drawn: exact: for all tokens of each pass; law: what they take in the mean, plus noise, from tables made of such draws; sampled: an earlier name, read as law; if unset: exact for a run that is expected to take at most 2 s of one core so, or where the law does not hold; otherwise law. Points of a study draw alike: by the law where that is expected to take less for its base",
      ),
    placement: late(() =>
      choice({
        contiguous: {},
        "round-robin": {},
        map: () => ({
          layers: z
            .array(
              z
                .array(z.array(wholeNumber(0, 1e6)).max(1e5))
                .min(1)
                .max(1e5),
            )
            .min(1)
            .max(1e4)
            .apply(means, "experts on each expert rank: one list of ranks for all MoE layers, or one for each layer"),
          split: split(),
        }),
        packed: () => ({ groups: groups() }),
        redundant: () => ({
          spareSlots: wholeNumber(1, 1e6).describe(
            "additional slots of a layer, beyond one for each expert, for copies of the most popular",
          ),
          groups: groups(),
          split: split(),
        }),
      }),
    ).apply(means, "which experts are on which ranks; if unset: contiguous"),
    expertReduce: z
      .enum(["before-combine", "after-combine"])
      .optional()
      .apply(
        means,
        "when the ranks that share an expert add up their results, under all-to-all: each copy before it returns, or each token's sum afterwards; if unset: before-combine",
      ),
    overflow: choice({
      drop: () => ({
        by: z
          .enum(["score", "position"])
          .optional()
          .apply(
            means,
            "which copies are dropped: those with the lowest score (all equally likely), or those of later data groups; if unset: score",
          ),
      }),
      reroute: () => ({
        within: z
          .enum(["rank", "node", "any"])
          .optional()
          .apply(means, "where a token's next choice may be: on the same rank, the same node or anywhere; if unset: any"),
      }),
      dropout: () => ({
        slope: boundedNumber(0, 1e6)
          .optional()
          .apply(means, "share of an overloaded expert's copies that are masked, over its share of copies above the capacity; if unset: 1"),
      }),
      none: {},
    })
      .prefault("drop")
      .apply(means, "what happens to copies over the capacity"),
  })
  .check(paddedToCapacity, controlled);

export type RoutingSpec = z.output<typeof routingSchema>;

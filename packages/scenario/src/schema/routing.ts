import * as z from "zod";
import { choice, variant } from "./language/choice.ts";
import { late } from "./language/late.ts";
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

/** A gate that drifts does so by walking, by a shift, or by both. */
const moves = rule<{ timeConstant?: unknown; shiftAt?: unknown }>(
  ["timeConstant"],
  ({ timeConstant, shiftAt }) => timeConstant === undefined && shiftAt === undefined,
  () => "a time, as 30 s; or shiftAt, an instant at which popularity changes at once",
);

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

/** Which tokens go to which experts, and where these are. */
export const routingSchema = z
  .strictObject({
    gate: withTrait(
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
    ).apply(means, "popularity of the experts"),
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
      .enum(["exact", "sampled"])
      .optional()
      .apply(
        means,
        "how experts are drawn: exact: for all tokens of each pass; sampled: faster, by reusing draws of passes with the same rows per data group; if unset: exact",
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
export type GateSpec = RoutingSpec["gate"];

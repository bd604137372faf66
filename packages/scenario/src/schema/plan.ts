import * as z from "zod";
import { choice, variant } from "./choice.ts";
import { quantity } from "./quantity.ts";
import { rule } from "./rule.ts";
import { withTrait } from "./trait.ts";

const degree = z.int().min(1).max(1_000_000);
const shared = z.boolean().default(false).describe("the same popularity in every layer");

export const parallelismSchema = z.strictObject({
  layers: z
    .enum(["own-ranks", "shared-ranks"])
    .default("shared-ranks")
    .describe("own-ranks: each layer has ranks of its own; shared-ranks: a stage's ranks hold all its layers"),
  pipeline: degree.default(1).describe("pipeline stages; under own-ranks it only groups the count, and is at most the layers"),
  interleave: degree
    .optional()
    .describe("slices of layers per pipeline stage (virtual stages); a micro-batch goes round the stages once per slice; none: 1"),
  expert: degree.default(1).describe("ranks that share the experts of a layer"),
  tensor: degree.default(1).describe("ranks that share each expert"),
  data: degree.default(1).describe("replicas of the whole model"),
  attention: z
    .strictObject({
      tensor: degree.describe("ranks that share the heads; none: as tensor above"),
      data: degree.describe("groups with tokens of their own; none: as many as the ranks of a layer allow"),
    })
    .partial()
    .optional()
    .describe("degrees of the attention: tensor × data = expert × tensor of the layer"),
});

const recordedCopies = withTrait(
  z.strictObject({
    path: z.string().min(1).max(1000).describe("of the file, as the scenario names it"),
    sha256: z.string().min(1).max(64).describe("of the file"),
    rows: z.array(z.array(z.number().min(0).max(1e15))).describe("copies of each expert; a row for each layer that has experts"),
  }),
  { table: true },
);

const groups = z
  .int()
  .min(1)
  .max(1e6)
  .optional()
  .describe(
    "groups of experts that are kept together on a node, as gates that are limited to some nodes choose them; none: any expert may lie on any node",
  );

const split = z
  .enum(["even", "by-load"])
  .optional()
  .describe("how the slots of an expert share its copies of tokens: evenly, or so that ranks with less to do take more; none: even");

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

export const routingSchema = z
  .strictObject({
    gate: withTrait(
      choice({
        balanced: {},
        uniform: {},
        zipf: {
          exponent: z.number().min(0).max(100).describe("skew of the experts' popularity; 0 is uniform"),
          shared,
        },
        lognormal: {
          sigma: z.number().min(0).max(10).describe("standard deviation of the logarithm of an expert's popularity; 0 is uniform"),
          shared,
        },
        dirichlet: {
          concentration: z.number().min(1e-6).max(1e9).describe("small: few popular experts; large: nearly uniform"),
          shared,
        },
        drifting: variant("drifting", {
          sigma: z.number().min(0).max(10).describe("standard deviation of the logarithm of an expert's popularity; 0 is uniform"),
          timeConstant: quantity("s", { positive: true })
            .optional()
            .describe("time after which popularity still depends on what it was by a share of 1/e; none: it does not walk"),
          shiftAt: quantity("s").optional().describe("instant at which all popularity is drawn anew; none: never"),
          shared,
        }).check(moves),
        grouped: {
          groups: z.int().min(1).max(1e6).describe("groups of experts, in rows"),
          limit: z.int().min(1).max(1e6).describe("groups that a token's experts may be of"),
          sigma: z
            .number()
            .min(0)
            .max(10)
            .optional()
            .describe("standard deviation of the logarithm of an expert's popularity; none: 0, uniform"),
          shared,
        },
        correlated: {
          sigma: z.number().min(0).max(10).describe("standard deviation of the logarithm of an expert's popularity; 0 is uniform"),
          mixes: z
            .int()
            .min(1)
            .max(10_000)
            .default(16)
            .describe("number of mixes of experts, one for each kind of text; each sequence chooses experts by one of them"),
          by: z
            .enum(["request", "class"])
            .optional()
            .describe("whose mix it is: one that a request draws, or that of its class in the workload, the mixes in turn; none: request"),
          common: quantity("%", { max: 1 }).prefault("50 %").describe("share of the variance that all mixes have in common"),
          repeat: quantity("%", { max: 1 })
            .prefault("10 %")
            .describe("chance that an expert of a token is one of the next token of its sequence, too"),
          shared,
        },
        recorded: {
          file: recordedCopies.describe("copies that each expert got: a row for each layer that has experts"),
          later: z
            .array(
              z.strictObject({
                at: quantity("s", { positive: true }).describe("from which on it counts"),
                file: recordedCopies.describe("as the first"),
              }),
            )
            .min(1)
            .max(1000)
            .optional()
            .describe("further tables for later times, in any order; none: the first stays"),
        },
      }).prefault("uniform"),
      { physical: true },
    ).describe("how popular the experts are"),
    capacityFactor: z
      .number()
      .min(1e-6)
      .max(1e6)
      .optional()
      .describe("capacity of an expert relative to its even share; none: experts take all copies"),
    minCapacity: z.int().min(0).max(1e9).default(1).describe("minimum capacity of an expert, in copies"),
    capacityControl: z
      .strictObject({
        to: z.number().min(1e-6).max(1e6).describe("largest factor"),
        dropped: quantity("%", { positive: true, max: 1 }).prefault("1 %").describe("share of a layer's copies that may be lost"),
        step: z.number().min(1e-6).max(1e6).default(0.05).describe("change of the factor from one micro-batch to the next"),
      })
      .optional()
      .describe(
        "moves the factor of each layer up from capacityFactor where many copies are dropped, and down where few are; none: it stays",
      ),
    capacityPer: z
      .enum(["group", "source-rank"])
      .optional()
      .describe("whose copies share an expert's capacity: of all data groups of a micro-batch, or of each for itself; none: group"),
    capacityRounding: choice({
      up: {},
      down: {},
      aligned: { multiple: z.int().min(1).max(1e6).describe("a capacity is a multiple of it, as kernels want their rows") },
    })
      .optional()
      .describe("how a capacity becomes whole; none: up"),
    pad: z.boolean().optional().describe("experts compute as many rows as their capacity, filled up with zeros; none: false"),
    exchange: z
      .enum(["all-reduce", "all-gather", "all-to-all"])
      .optional()
      .describe(
        "how tokens reach experts on other ranks; none: all-reduce of the results where a layer has one data group, all-to-all of the copies where it has several",
      ),
    dispatch: z
      .enum(["by-phase", "per-token", "per-copy"])
      .optional()
      .describe(
        "what an all-to-all sends: a token once to a rank, and over the fabric once to a node, or each of its copies, or by phase: the one in passes with prompts, the other in those that only decode; none: by-phase",
      ),
    resolution: z
      .enum(["exact", "sampled"])
      .optional()
      .describe(
        "how experts are drawn: all tokens anew, or, for less time, by passes with the same rows of each data group that were drawn before; none: exact",
      ),
    placement: choice({
      contiguous: {},
      "round-robin": {},
      map: {
        layers: z
          .array(
            z
              .array(z.array(z.int().min(0).max(1e6)).max(1e5))
              .min(1)
              .max(1e5),
          )
          .min(1)
          .max(1e4)
          .describe("experts that each experts' rank holds: one list of ranks for all layers with experts, or one for each layer"),
        split,
      },
      packed: { groups },
      redundant: {
        spareSlots: z.int().min(1).max(1e6).describe("slots of a layer beyond one for each expert, for copies of the most popular"),
        groups,
        split,
      },
    })
      .optional()
      .describe("which experts lie on which ranks; none: contiguous, in rows"),
    expertReduce: z
      .enum(["before-combine", "after-combine"])
      .optional()
      .describe(
        "when the ranks that share an expert add up, under all-to-all: each copy before it goes back, or each token's sum once it is back; none: before-combine",
      ),
    overflow: choice({
      drop: {
        by: z
          .enum(["score", "position"])
          .optional()
          .describe("which: those of the lowest score, any alike, or those of later data groups first; none: score"),
      },
      reroute: {
        within: z
          .enum(["rank", "node", "any"])
          .optional()
          .describe("where a token's next choice may lie: on the same rank, the same node or anywhere; none: any"),
      },
      dropout: {
        slope: z
          .number()
          .min(0)
          .max(1e6)
          .optional()
          .describe("share of an overloaded expert's copies that are masked, over its share of copies above the capacity; none: 1"),
      },
      none: {},
    })
      .prefault("drop")
      .describe("what happens to copies over the capacity"),
  })
  .check(paddedToCapacity, controlled);

export type ParallelismSpec = z.output<typeof parallelismSchema>;
export type RoutingSpec = z.output<typeof routingSchema>;
export type GateSpec = RoutingSpec["gate"];

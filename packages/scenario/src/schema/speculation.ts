import * as z from "zod";
import { choice } from "./language/choice.ts";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { wholeNumber } from "./language/number.ts";
import { quantity } from "./language/quantity.ts";
import { rule } from "./language/rule.ts";
import { modelSchema } from "./model.ts";

/** Most drafts of a step; vLLM and SGLang are usually run with at most eight. */
export const MOST_DRAFTS = 16;

const share = () => quantity("%", { max: 1 });
const shares = () => z.union([share(), z.array(share()).min(1).max(MOST_DRAFTS)]);

interface ByPosition {
  readonly survival?: unknown;
  readonly conditional?: unknown;
}

interface Drafting {
  readonly tokens?: unknown;
  readonly drafting?: unknown;
  readonly tree?: { readonly width?: unknown; readonly verified?: unknown } | undefined;
  readonly depths?: readonly { readonly tokens?: unknown }[] | undefined;
  readonly acceptance?: ByPosition | undefined;
  readonly classes?: Readonly<Record<string, ByPosition>> | undefined;
}

const oneConvention = rule<ByPosition>(
  [],
  ({ survival, conditional }) => (survival === undefined) === (conditional === undefined),
  () => "either survival or conditional",
);

const fallingSurvival = rule<ByPosition>(
  ["survival"],
  ({ survival }) => Array.isArray(survival) && survival.some((each, i) => i > 0 && each > survival[i - 1]),
  () => "shares that do not rise: a draft survives only if those before it do; shares given the one before are conditional",
);

function acceptance() {
  return z
    .strictObject({
      survival: z
        .array(share())
        .min(1)
        .max(MOST_DRAFTS)
        .optional()
        .apply(means, "share of steps in which the draft at each position is accepted, and so all before it; as vLLM logs it"),
      conditional: shares()
        .optional()
        .apply(means, "share of drafts at each position that are accepted once those before are; one value: at every position"),
    })
    .check(oneConvention, fallingSurvival);
}

function mostOf({ tokens, depths }: Drafting): number {
  const all = Array.isArray(depths) ? depths.map((each) => each?.tokens) : [tokens];
  return Math.max(0, ...all.map(Number).filter((each) => each > 0));
}

/** A value for each position. */
function enough(key: "acceptance" | "classes") {
  return rule<Drafting>(
    [key],
    (spec) => {
      const given = key === "acceptance" ? [spec.acceptance] : Object.values(spec.classes ?? {});
      return given.some((each) => {
        const list = each?.survival ?? each?.conditional;
        return Array.isArray(list) && list.length < mostOf(spec);
      });
    },
    (spec) => `a share for each of ${mostOf(spec)} drafts, or one conditional share for all`,
  );
}

/** Candidates of a tree that is `depth` deep: the first pass finds `width` of them, each further one `width` after each of `width`. */
const candidates = (depth: number, width: number) => width + (depth - 1) * width * width;

/** A tree that its passes can fill, and as deep as its drafts. Source: SGLang, select_top_k_tokens and organize_draft_results. */
const fullTree = rule<Drafting>(
  ["tree", "verified"],
  ({ tokens, tree }) => {
    const verified = Number(tree?.verified);
    return (
      Number(tokens) > 0 &&
      tree !== undefined &&
      !(verified > Number(tokens) && verified <= 1 + candidates(Number(tokens), Number(tree.width)))
    );
  },
  ({ tokens, tree }) =>
    `from ${Number(tokens) + 1}, as drafts are ${String(tokens)} deep, to ${1 + candidates(Number(tokens), Number(tree!.width))}, as many as ${String(tokens)} passes find`,
);

const fixedTree = rule<Drafting>(
  ["tree"],
  ({ tree, depths, drafting }) => tree !== undefined && (depths !== undefined || drafting === "parallel"),
  ({ depths }) => (depths === undefined ? "no tree beside drafting: parallel" : "no tree beside depths: its depth is tokens, always"),
);

const stated = (kind: string) =>
  rule<Drafting>(
    ["acceptance"],
    (spec) => spec.acceptance === undefined && mostOf(spec) > 0,
    () => `acceptance: { conditional: 60 % }, or survival by position, as measured: no published value fits every ${kind}`,
  );

function drafted() {
  return {
    tokens: wholeNumber(0, MOST_DRAFTS).default(3).apply(means, "drafts that a step verifies for each sequence; 0: no speculation"),
    acceptance: late(acceptance).apply(means, "how many drafts are accepted; if unset: a published value for mtp and eagle"),
    classes: late(() => z.record(z.string().min(1).max(100), acceptance())).apply(
      means,
      "acceptance of requests of single classes, by their names; if unset: that of all",
    ),
    depths: late(() =>
      z
        .array(
          z.strictObject({
            upTo: wholeNumber(1, 1_000_000).apply(means, "decoding sequences of a data group, at most"),
            tokens: wholeNumber(0, MOST_DRAFTS).apply(means, "drafts of a step with so many"),
          }),
        )
        .min(1)
        .max(100),
    ).apply(means, "drafts by the batch: of the first entry with so many sequences; beyond the last, none; if unset: tokens always"),
  };
}

const tree = () =>
  z
    .strictObject({
      width: wholeNumber(1, 64).apply(means, "candidates that each pass of the draft after the first extends (SGLang's eagle-topk)"),
      verified: wholeNumber(2, 1024).apply(
        means,
        "tokens that a step verifies for each sequence: the likeliest candidates, and the one before them",
      ),
    })
    .optional()
    .apply(means, "drafts as a tree, tokens deep; if unset: one after another");

const drafting = () =>
  z
    .enum(["sequential", "parallel"])
    .default("sequential")
    .apply(means, "whether the draft computes a token in each pass, or all of them in one");

const rules = () => [enough("acceptance"), enough("classes"), fullTree, fixedTree] as const;

/** Drafts that a step verifies beside the next token. Source: docs/models/scheduling.md#speculative-decoding. */
export const speculationSchema = late(() =>
  choice({
    mtp: () => z.strictObject({ kind: z.literal("mtp"), ...drafted(), tree: tree() }).check(...rules()),
    eagle: () =>
      z
        .strictObject({
          kind: z.literal("eagle"),
          ...drafted(),
          drafting: drafting(),
          tree: tree(),
          draft: modelSchema.optional().apply(means, "the draft; if unset: one dense layer of the model's width"),
        })
        .check(...rules()),
    "draft-model": () =>
      z
        .strictObject({
          kind: z.literal("draft-model"),
          ...drafted(),
          drafting: drafting(),
          tree: tree(),
          draft: modelSchema.describe("the model that drafts"),
        })
        .check(...rules(), stated("draft model")),
    ngram: () => z.strictObject({ kind: z.literal("ngram"), ...drafted() }).check(...rules(), stated("text")),
    suffix: () => z.strictObject({ kind: z.literal("suffix"), ...drafted() }).check(...rules(), stated("text")),
  }),
).apply(means, "drafts of the next tokens that each decode step verifies; if unset: none");

export type SpeculationSpec = NonNullable<z.output<typeof speculationSchema>>;
export type TreeSpec = NonNullable<Extract<SpeculationSpec, { kind: "mtp" }>["tree"]>;
export type AcceptanceSpec = NonNullable<SpeculationSpec["acceptance"]>;

import { draftsInOnePass, type ModelSpec, type SpeculationSpec, speculationOf, type TreeSpec, treeOf } from "@tokenyard/scenario";
import { bytesOf } from "./bytes.ts";
import { type LinearShape, plainLinear } from "./kernel.ts";
import type { ShardDegrees } from "./layer-kernels.ts";
import { modelLayers } from "./model-layers.ts";
import { precisionsOf } from "./precision.ts";
import { shard } from "./shard.ts";

/** Model that drafts the tokens to verify. */
export interface Draft {
  readonly model: ModelSpec;
  /** Numbers of a row that a matrix of its own brings to the draft's width: hidden states of the model and an embedding; 0: there is none. */
  readonly inFeatures: number;
  /** Whether its head is that of the model, and its embedding. */
  readonly sharesHead: boolean;
  readonly sharesEmbedding: boolean;
  /** Whether one pass of it makes all drafts. */
  readonly isParallel: boolean;
  /** Tree of its drafts; undefined where they follow each other. */
  readonly tree?: DraftTree;
}

/** Drafts of each sequence in a step as a tree. */
export interface DraftTree extends TreeSpec {
  /** Drafts on a path, at most. */
  readonly depth: number;
}

/** Tokens that an EAGLE-3 draft can name: `draft_vocab_size` of the published drafts. */
const EAGLE_VOCABULARY = 32_000;

const known = new WeakMap<ModelSpec, Map<SpeculationSpec, Draft>>();

/** Draft of a scenario; undefined if there is none, or none that the GPU computes. Source: docs/models/scheduling.md#speculative-decoding. */
export function draftOf(model: ModelSpec, serving: Parameters<typeof speculationOf>[0]): Draft | undefined {
  const spec = speculationOf(serving);
  if (spec === undefined || spec.kind === "ngram" || spec.kind === "suffix") return undefined;
  const drafts = known.get(model) ?? new Map<SpeculationSpec, Draft>();
  known.set(model, drafts);
  const tree = treeOf(spec);
  const draft = drafts.get(spec) ?? { ...made(model, spec), ...(tree && { tree: { ...tree, depth: spec.tokens } }) };
  drafts.set(spec, draft);
  return draft;
}

function made(model: ModelSpec, spec: Exclude<SpeculationSpec, { kind: "ngram" | "suffix" }>): Draft {
  const { hiddenSize } = model;
  switch (spec.kind) {
    case "mtp":
      return { model: lastLayerOf(model), inFeatures: 2 * hiddenSize, sharesHead: true, sharesEmbedding: true, isParallel: false };
    case "eagle":
      return {
        model: spec.draft ?? eagleOf(model),
        inFeatures: 3 * hiddenSize + (spec.draft?.hiddenSize ?? hiddenSize),
        sharesHead: false,
        sharesEmbedding: true,
        isParallel: draftsInOnePass(spec),
      };
    case "draft-model":
      return {
        model: spec.draft,
        inFeatures: 0,
        sharesHead: false,
        sharesEmbedding: false,
        isParallel: draftsInOnePass(spec),
      };
  }
}

/** A model of the last layer of `model` that mixes tokens and has a feed-forward, as MTP modules are; or of the last two half layers that do. */
function lastLayerOf(model: ModelSpec): ModelSpec {
  const { layers } = modelLayers(model);
  if (model.layerKinds === undefined) {
    const { dense, ...rest } = withoutWindow(model);
    if (dense === undefined || rest.experts === undefined) return { ...rest, ...(dense === undefined ? {} : { dense }), layers: 1 };
    const isRouted = layers.at(-1)!.routed;
    return isRouted ? { ...rest, layers: 1 } : { ...rest, experts: undefined, dense: { ...dense, layers: 1, every: undefined }, layers: 1 };
  }
  const names = layers.map((_, layer) => model.layerPattern![layer % model.layerPattern!.length]!);
  const lastWith = (is: (layer: (typeof layers)[number]) => boolean) => names[layers.findLastIndex(is)];
  const whole = lastWith(({ mixer, dense, routed }) => mixer >= 0 && (dense >= 0 || routed));
  const pattern =
    whole === undefined ? [lastWith(({ mixer }) => mixer >= 0)!, lastWith(({ mixer }) => mixer < 0) ?? names.at(-1)!] : [whole];
  return { ...model, layers: pattern.length, layerPattern: pattern };
}

function withoutWindow(model: ModelSpec): ModelSpec {
  const { attention } = model;
  return attention === undefined || attention.kind === "latent" ? model : { ...model, attention: { ...attention, window: undefined } };
}

/** One dense layer of the width of `model`, with its attention and, of a model with experts, as wide as those of a token together. */
function eagleOf(model: ModelSpec): ModelSpec {
  const { layers: _, layerKinds: __, layerPattern: ___, experts, residualStreams: ____, ...rest } = lastLayerOf(model);
  const { denses } = modelLayers(model);
  const active = experts && experts.topK * experts.hiddenSize + (experts.sharedHiddenSize ?? experts.shared * experts.hiddenSize);
  const attention = rest.attention ?? attentionAmong(model);
  const { activations, kvCache, compute } = model.precision;
  const formats = { ...(activations && { activations }), ...(kvCache && { kvCache }), ...(compute && { compute }) };
  return {
    ...rest,
    ...(attention === undefined ? {} : { attention }),
    layers: 1,
    dense: { hiddenSize: denses[0]?.hiddenSize ?? active!, matrices: 3 },
    ...(model.vocabulary === undefined ? {} : { vocabulary: Math.min(model.vocabulary, EAGLE_VOCABULARY) }),
    precision: { ...formats, weights: "bf16" },
  };
}

/** Grouped-query heads of a hundred and twenty-eight numbers, for models whose layers have no attention of that form. */
function attentionAmong({ hiddenSize }: ModelSpec): ModelSpec["attention"] {
  const heads = Math.max(8, 8 * Math.round(hiddenSize / 128 / 8));
  return { heads, kvHeads: 8, headSize: 128 };
}

/** The matrix that brings rows to the width of `draft`, on one rank; undefined where it has none. */
export function draftInput({ model, inFeatures }: Draft, { attentionTensor }: ShardDegrees): LinearShape | undefined {
  if (inFeatures === 0) return undefined;
  const { weights, activations } = precisionsOf(model);
  const formats = { weightBytes: bytesOf(weights), activationBytes: bytesOf(activations), precision: activations };
  return plainLinear(inFeatures, shard(model.hiddenSize, attentionTensor), formats);
}

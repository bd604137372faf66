import * as z from "zod";
import { choice } from "../language/choice.ts";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { valueAt } from "../language/structure.ts";
import { PRECISIONS } from "../precision.ts";

const size = wholeNumber(1, 1e7);
const tokens = wholeNumber(1, 1e9);
const flag = () => z.boolean().optional();
const heads = size.describe("query heads");
const taps = () => wholeNumber(1, 1_000).default(4).apply(means, "tokens that the convolution before it reads, the new one included");
const state = () => z.enum(PRECISIONS).optional().apply(means, "number format of the recurrent state; if unset: as activations");
const outputGate = () => flag().apply(means, "a gate as wide as its outputs; if unset: none");
const entryBytes = () =>
  boundedNumber(1, 1e6)
    .optional()
    .apply(means, "bytes of one cached entry, where a kernel has a layout of its own; if unset: its numbers in the cache's format");

const groupedQuery = () => ({
  heads,
  kvHeads: size.describe("key and value heads; equal to heads without grouping"),
  headSize: size.describe("width of a head's query and key, and of its value unless that has its own"),
  valueSize: size.optional().apply(means, "width of a head's value; if unset: headSize"),
  window: tokens.optional().apply(means, "tokens that a token attends to, including itself; if unset: all"),
  sinks: flag().apply(means, "a learned sink for each head, which takes neither cache nor time; if unset: none"),
  sharedKeyValue: flag().apply(means, "one projection gives keys and values, which are cached as two; if unset: two projections"),
  outputGate: outputGate(),
});

const latent = () => ({
  heads,
  qLoraRank: size.optional().apply(means, "width of the compressed queries; if unset: queries are projected directly"),
  kvLoraRank: size.describe("width of the compressed keys and values, which are cached"),
  qkNopeHeadDim: size.describe("width of the part of a head's query and key without rotary embedding"),
  qkRopeHeadDim: size.describe("width of the part with rotary embedding, of a head's query and of the key that all heads share"),
  vHeadDim: size.describe("width of a head's value"),
  outputGate: outputGate(),
  entryBytes: entryBytes(),
  indexer: late(() =>
    z.strictObject({
      heads: size.describe("heads of the indexer"),
      headSize: size.describe("width of an index key, of which a token caches one"),
      topK: tokens.describe("tokens that it leaves to the attention"),
      shared: flag().apply(means, "the tokens that the indexer of a layer before it has chosen, without one of its own; if unset: its own"),
      keyBytes: entryBytes(),
    }),
  ).apply(means, "chooses the tokens that the attention sees; if unset: all of them"),
});

const compressed = () => ({
  heads,
  headSize: size.describe("width of a head's query and of an entry, which is key and value"),
  qLoraRank: size.describe("width of the compressed queries"),
  outputLoraRank: size.describe("width of what a group of heads gives to the output"),
  outputGroups: size.describe("groups of heads whose outputs are compressed apart"),
  window: tokens.describe("last tokens that a token attends to, including itself, each with an entry of its own"),
  ratio: wholeNumber(2, 1e6).optional().apply(means, "tokens that share one entry of the history; if unset: the window alone"),
  entryBytes: entryBytes(),
  indexer: late(() =>
    z.strictObject({
      heads: size.describe("heads of the indexer"),
      headSize: size.describe("width of an index key, of which an entry caches one"),
      topK: tokens.describe("entries of the history that it leaves to the attention"),
      keyBytes: entryBytes(),
    }),
  ).apply(means, "chooses the entries of the history that the attention sees; if unset: all of them"),
});

const blockSparse = () => ({
  heads,
  kvHeads: size.describe("key and value heads"),
  headSize: size.describe("width of a head"),
  indexHeads: size.describe("query heads of the index, which has one key for all of them"),
  indexSize: size.describe("width of an index key, of which a token caches one"),
  blockTokens: tokens.describe("tokens of a block"),
  topK: tokens.describe("blocks that a token attends to, its own included"),
});

const gatedDelta = () => ({
  keyHeads: size.describe("heads of queries and keys"),
  valueHeads: size.describe("heads of values"),
  keySize: size.describe("width of a head's key"),
  valueSize: size.describe("width of a head's value"),
  taps: taps(),
  state: state(),
});

const kda = () => ({
  heads,
  headSize: size.describe("width of a head's query, key and value"),
  gateRank: size.optional().apply(means, "width in the middle of its output gate; if unset: one matrix"),
  taps: taps(),
  state: state(),
});

const mamba = () => ({
  heads: size.describe("heads"),
  headSize: size.describe("channels of a head"),
  groups: size.describe("groups of heads that share B and C"),
  stateSize: size.describe("numbers of the state for each channel"),
  chunkTokens: tokens.default(256).apply(means, "tokens of a chunk of the scan of prompts"),
  taps: taps(),
  state: state(),
});

/** Mixers of tokens in a layer, by kind. Formulas: docs/models/mixers.md#mixers. */
export const mixerSchema = choice({
  "grouped-query": groupedQuery,
  latent,
  compressed,
  "block-sparse": blockSparse,
  "gated-delta": gatedDelta,
  kda,
  "mamba-2": mamba,
  none: {},
});

export type MixerSpec = z.output<typeof mixerSchema>;
/** The spec of one kind of mixer. */
export type MixerOf<K extends MixerSpec["kind"]> = Extract<MixerSpec, { kind: K }>;

/** Mixers that keep a state for each sequence. */
const RECURRENT: ReadonlySet<unknown> = new Set<MixerSpec["kind"]>(["gated-delta", "kda", "mamba-2"]);

/** State and windows that layers of a map of kinds, checked or not, keep beside the growing cache. */
export function keptBeside(kinds: unknown): { readonly states: boolean; readonly windows: boolean } {
  const mixers = mixersOf(kinds);
  return {
    states: mixers.some((mixer) => RECURRENT.has(valueAt(mixer, ["kind"]))),
    windows: mixers.some((mixer) => valueAt(mixer, ["window"]) !== undefined),
  };
}

/** Whether layers of a map of kinds, checked or not, have latent attention to tokens that an indexer chooses. */
export function isSparseLatent(kinds: unknown): boolean {
  return mixersOf(kinds).some((mixer) => valueAt(mixer, ["kind"]) === "latent" && valueAt(mixer, ["indexer"]) !== undefined);
}

/** Whether grouped-query attention has a window in some layers of a model, checked or not, and none in others. */
export function hasSomeWindows(model: unknown): boolean {
  const kinds = valueAt(model, ["layerKinds"]);
  if (kinds === undefined) return valueAt(model, ["attention", "window", "fullEvery"]) !== undefined;
  const attends = mixersOf(kinds).filter((mixer) => [undefined, "grouped-query"].includes(valueAt(mixer, ["kind"]) as string | undefined));
  const windowed = attends.filter((mixer) => valueAt(mixer, ["window"]) !== undefined);
  return windowed.length > 0 && windowed.length < attends.length;
}

function mixersOf(kinds: unknown): readonly unknown[] {
  return Object.values(typeof kinds === "object" && kinds !== null ? kinds : {}).map((kind) => valueAt(kind, ["mixer"]));
}

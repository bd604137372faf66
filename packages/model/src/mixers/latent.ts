import type { LatentSpec } from "@tokenyard/scenario";
import { type AttentionShape, type ElementwiseShape, type LinearShape, plainLinear } from "../layers/kernel.ts";
import { shard } from "../layers/shard.ts";
import { coreOf, sparseCore } from "./core.ts";
import { type Indexer, IndexerKernels } from "./indexer.ts";
import { ALL_TOKENS, type KeptBytes, type KeptFormats, type Mixer, type MixerFormats, type MixerKernels, type Split } from "./mixer.ts";

/** Numbers of a row in 8 bits that share a scale of 4 bytes. Source: vLLM's fp8_ds_mla, SGLang's sparse attention: csrc of FlashMLA. */
const SCALED = 128;

/** Sizes of latent attention. */
export interface LatentSizes extends Omit<LatentSpec, "kind"> {
  readonly outputGate?: boolean | undefined;
  /** Bytes of a cached row, where a kernel has a layout of its own; if unset: its numbers in the cache's format. */
  readonly entryBytes?: number | undefined;
  readonly indexer?: (Indexer & { readonly shared?: boolean | undefined }) | undefined;
}

/**
 * Multi-head latent attention: a token caches one compressed row, of which the keys and values of all heads are made, and one rotary key; every
 * rank of a data group caches all of it. Prompts make keys and values of the rows and attend to those; decoding sequences take the matrices that
 * would make them into their queries and results ("absorbed") and attend to the rows. With an indexer prompts do so, too. Source:
 * docs/models/attention.md#latent-attention.
 */
export class LatentAttention implements Mixer {
  readonly part = "attention";
  readonly splits: readonly Split[];
  readonly #hiddenSize: number;
  readonly #sizes: LatentSizes;
  readonly #cachedNumbers: number;
  readonly #index: IndexerKernels | undefined;

  constructor(hiddenSize: number, sizes: LatentSizes) {
    const { heads, kvLoraRank, qkRopeHeadDim, qLoraRank, indexer } = sizes;
    this.#hiddenSize = hiddenSize;
    this.#sizes = sizes;
    this.#cachedNumbers = kvLoraRank + qkRopeHeadDim;
    this.#index =
      indexer !== undefined && indexer.shared !== true ? new IndexerKernels(hiddenSize, qLoraRank ?? hiddenSize, indexer) : undefined;
    this.splits = [{ what: `${heads} heads`, size: heads }];
  }

  get isChoosing(): boolean {
    return this.#index !== undefined;
  }

  copies(tensor: number): number {
    return this.#sizes.indexer === undefined ? tensor : 0;
  }

  kernels(tensor: number, formats: MixerFormats, queriesOf = 1): MixerKernels {
    const { qLoraRank, kvLoraRank, qkNopeHeadDim, vHeadDim, indexer, outputGate = false } = this.#sizes;
    const heads = shard(this.#sizes.heads, tensor);
    const keySize = qkNopeHeadDim + this.#sizes.qkRopeHeadDim;
    const linear = (inFeatures: number, outFeatures: number, parts = 1): LinearShape => ({
      ...plainLinear(inFeatures, outFeatures, formats),
      parts,
    });
    const whole = linear(this.#hiddenSize, this.#cachedNumbers + (qLoraRank ?? 0)); // of no head: every rank computes it
    const queries = linear(qLoraRank ?? this.#hiddenSize, heads * queriesOf * keySize);
    const expansion = linear(kvLoraRank, heads * (qkNopeHeadDim + vHeadDim));
    const held = linear(kvLoraRank, heads * (queriesOf * qkNopeHeadDim + vHeadDim)); // for the keys of prompts, and taken into queries
    const gate = outputGate ? [linear(this.#hiddenSize, heads * vHeadDim)] : [];
    const output = plainLinear(heads * vHeadDim, this.#hiddenSize, formats.output ?? formats);
    const before = [linear(qkNopeHeadDim, heads * queriesOf * kvLoraRank, heads * queriesOf)];
    const after = [linear(kvLoraRank, heads * vHeadDim, heads)];
    const absorbed = {
      heads,
      kvHeads: 1,
      keySize: this.#cachedNumbers,
      valueSize: kvLoraRank,
      cachedSize: this.#rowBytes(formats.cacheBytes) / formats.cacheBytes,
    }; // values are part of the keys
    const expanded = { heads, kvHeads: heads, keySize, valueSize: vHeadDim, cachedSize: keySize + vHeadDim };
    const made = { ...formats, cacheBytes: formats.activationBytes }; // expanded rows are no cache
    const index = this.#index?.kernels(formats, "tokens", heads);
    const isSparse = indexer !== undefined;
    const most = indexer?.topK ?? Number.POSITIVE_INFINITY;
    const chosen = { block: "tokens", part: "core", most, products: formats.precision, heads } as const;
    const ofChosen = (kind: AttentionShape["kind"]) => sparseCore(kind, absorbed, formats, chosen);
    return {
      projections: [whole, queries, ...gate, ...(isSparse ? [...before, ...after] : []), ...(index?.projections ?? [])],
      compressedNorms: [...(qLoraRank === undefined ? [] : [qLoraRank]), kvLoraRank].map((features) =>
        plainNorm(features, formats.activationBytes),
      ),
      prefill: {
        expansions: isSparse ? [] : [expansion],
        core: isSparse ? ofChosen("attention-prefill") : coreOf("attention-prefill", expanded, made, true),
        beside: index?.beside("attention-prefill") ?? [],
        scans: [],
      },
      decode: {
        before: isSparse ? [] : before,
        core: isSparse ? ofChosen("attention-decode") : coreOf("attention-decode", absorbed, formats, true),
        beside: index?.beside("attention-decode") ?? [],
        scans: [],
        after: isSparse ? [] : after,
      },
      sight: indexer === undefined ? ALL_TOKENS : { most: indexer.topK, ratio: 1, readsAll: true },
      output,
      keysValues: [linear(this.#hiddenSize, this.#cachedNumbers), { ...expansion }],
      matrices: [whole, queries, held, output, ...gate, ...(index?.projections ?? [])],
    };
  }

  kept(_tensor: number, { cacheBytes }: KeptFormats): KeptBytes {
    return { token: this.#rowBytes(cacheBytes) + (this.#index?.keyBytes ?? 0), windows: [], state: 0, resumed: 0 };
  }

  /** Bytes of a cached row. With an indexer only compressed numbers are kept in 8 bits: each `SCALED` of them have a scale, and rotary keys keep 16 bits. */
  #rowBytes(cacheBytes: number): number {
    const { entryBytes, indexer, kvLoraRank, qkRopeHeadDim } = this.#sizes;
    if (entryBytes !== undefined) return entryBytes;
    if (indexer === undefined || cacheBytes !== 1) return this.#cachedNumbers * cacheBytes;
    return kvLoraRank + 4 * Math.ceil(kvLoraRank / SCALED) + 2 * qkRopeHeadDim;
  }
}

/** A norm without a residual: it reads and writes its rows. */
function plainNorm(features: number, activationBytes: number): ElementwiseShape {
  return { kind: "elementwise", rows: 0, features, reads: 1, writes: 1, activationBytes };
}

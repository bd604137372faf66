import type { MixerOf } from "@tokenyard/scenario";
import { plainLinear } from "../layers/kernel.ts";
import { coreOf } from "./core.ts";
import { GroupedQueryAttention } from "./grouped-query.ts";
import { ALL_TOKENS, type KeptBytes, type KeptFormats, type Mixer, type MixerFormats, type MixerKernels, type Split } from "./mixer.ts";

/**
 * Grouped-query attention to the blocks of tokens that an index chooses: a few query heads score one key of each token, which every rank caches in
 * the format of activations, and the best block counts by its best token. Source: docs/models.md#block-sparse-attention.
 */
export class BlockSparseAttention implements Mixer {
  readonly part = "attention";
  readonly isChoosing = true;
  readonly splits: readonly Split[];
  readonly #hiddenSize: number;
  readonly #spec: MixerOf<"block-sparse">;
  readonly #attention: GroupedQueryAttention;

  constructor(hiddenSize: number, spec: MixerOf<"block-sparse">) {
    this.#hiddenSize = hiddenSize;
    this.#spec = spec;
    this.#attention = new GroupedQueryAttention(hiddenSize, spec);
    this.splits = this.#attention.splits;
  }

  kernels(tensor: number, formats: MixerFormats): MixerKernels {
    const { indexHeads, indexSize, blockTokens, topK } = this.#spec;
    const plain = this.#attention.kernels(tensor, formats);
    const index = plainLinear(this.#hiddenSize, (indexHeads + 1) * indexSize, formats.indexer ?? formats);
    const sizes = { heads: indexHeads, kvHeads: 1, keySize: indexSize, valueSize: 0, cachedSize: indexSize };
    const score = { ...formats, cacheBytes: formats.activationBytes, corePrecision: formats.scorePrecision ?? formats.corePrecision };
    const beside = (kind: "attention-prefill" | "attention-decode") => [{ shape: coreOf(kind, sizes, score, true), sight: ALL_TOKENS }];
    return {
      ...plain,
      projections: [...plain.projections, index],
      prefill: { ...plain.prefill, beside: beside("attention-prefill") },
      decode: { ...plain.decode, beside: beside("attention-decode") },
      sight: { most: topK * blockTokens, ratio: 1, readsAll: true },
      matrices: [...plain.matrices, index],
    };
  }

  kept(tensor: number, formats: KeptFormats): KeptBytes {
    const kept = this.#attention.kept(tensor, formats);
    return { ...kept, token: kept.token + this.#spec.indexSize * formats.activationBytes };
  }
}

import type { MixerOf } from "@tokenyard/scenario";
import { type AttentionShape, plainLinear } from "../layers/kernel.ts";
import { sparseCore } from "./core.ts";
import { GroupedQueryAttention } from "./grouped-query.ts";
import { ALL_TOKENS, type KeptBytes, type KeptFormats, type Mixer, type MixerFormats, type MixerKernels, type Split } from "./mixer.ts";

/**
 * Grouped-query attention to the blocks of tokens that an index chooses: a few query heads score one key of each token, which every rank caches in
 * the format of activations, and the best block counts by its best token. Source: docs/models/mixers.md#block-sparse-attention.
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
    const most = topK * blockTokens;
    const chosen = { block: "blocks", most, products: formats.precision, heads: plain.decode.core.heads } as const;
    const beside = (kind: AttentionShape["kind"]) => [
      { shape: sparseCore(kind, sizes, score, { ...chosen, part: "scores" }), sight: ALL_TOKENS },
    ];
    const core = (of: AttentionShape): AttentionShape => ({ ...of, sparse: { ...chosen, part: "core" } });
    return {
      ...plain,
      projections: [...plain.projections, index],
      prefill: { ...plain.prefill, core: core(plain.prefill.core), beside: beside("attention-prefill") },
      decode: { ...plain.decode, core: core(plain.decode.core), beside: beside("attention-decode") },
      sight: { most, ratio: 1, readsAll: true },
      matrices: [...plain.matrices, index],
    };
  }

  kept(tensor: number, formats: KeptFormats): KeptBytes {
    const kept = this.#attention.kept(tensor, formats);
    return { ...kept, token: kept.token + this.#spec.indexSize * formats.activationBytes };
  }
}

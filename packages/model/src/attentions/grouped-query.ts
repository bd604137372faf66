import type { GroupedQuerySpec } from "@tokenyard/scenario";
import { type AttentionShape, plainLinear } from "../layers/kernel.ts";
import { shard } from "../layers/shard.ts";
import type { Attention, AttentionFormats, AttentionKernels } from "./attention.ts";

/** Query heads in groups that share a head of keys and values; as many as heads is plain multi-head attention. Source: docs/models.md#shards. */
export class GroupedQueryAttention implements Attention {
  readonly cachedHeads: number;
  readonly cachedNumbers: number;
  readonly #hiddenSize: number;
  readonly #spec: GroupedQuerySpec;

  constructor(hiddenSize: number, spec: GroupedQuerySpec) {
    this.#hiddenSize = hiddenSize;
    this.#spec = spec;
    this.cachedHeads = spec.kvHeads;
    this.cachedNumbers = 2 * spec.headSize; // a key and a value
  }

  kernels(tensor: number, formats: AttentionFormats): AttentionKernels {
    const { headSize } = this.#spec;
    const heads = shard(this.#spec.heads, tensor);
    const kvHeads = shard(this.#spec.kvHeads, tensor); // at least 1: more ranks than KV heads hold replicas of them
    const core = (kind: AttentionShape["kind"]): AttentionShape => ({
      kind,
      latent: false,
      heads,
      kvHeads,
      keySize: headSize,
      valueSize: headSize,
      cachedSize: this.cachedNumbers,
      sequences: 0,
      newTokens: 0,
      contextTokens: 0,
      pairs: 0,
      kvBytes: formats.cacheBytes,
      activationBytes: formats.activationBytes,
      precision: formats.corePrecision,
    });
    const qkv = plainLinear(this.#hiddenSize, (heads + 2 * kvHeads) * headSize, formats);
    const output = plainLinear(heads * headSize, this.#hiddenSize, formats.output ?? formats);
    return {
      projections: [qkv],
      compressedNorms: [],
      prefill: { expansions: [], core: core("attention-prefill") },
      decode: { before: [], core: core("attention-decode"), after: [] },
      output,
      keysValues: [plainLinear(this.#hiddenSize, 2 * kvHeads * headSize, formats)],
      matrices: [qkv, output],
    };
  }
}

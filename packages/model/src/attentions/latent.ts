import type { LatentSpec } from "@tokenyard/scenario";
import { type AttentionShape, type ElementwiseShape, type LinearShape, plainLinear } from "../layers/kernel.ts";
import { shard } from "../layers/shard.ts";
import type { Attention, AttentionFormats, AttentionKernels } from "./attention.ts";

/**
 * Multi-head latent attention: a token caches one compressed row, of which the keys and values of all heads are made, and one rotary key; every
 * rank of a data group caches all of it. Prompts make keys and values of the rows and attend to those; decoding sequences take the matrices that
 * would make them into their queries and results ("absorbed") and attend to the rows. Source: docs/models.md#latent-attention.
 */
export class LatentAttention implements Attention {
  readonly cachedHeads = 1;
  readonly cachedNumbers: number;
  readonly #hiddenSize: number;
  readonly #spec: LatentSpec;

  constructor(hiddenSize: number, spec: LatentSpec) {
    this.#hiddenSize = hiddenSize;
    this.#spec = spec;
    this.cachedNumbers = spec.kvLoraRank + spec.qkRopeHeadDim;
  }

  kernels(tensor: number, formats: AttentionFormats): AttentionKernels {
    const { qLoraRank, kvLoraRank, qkNopeHeadDim, vHeadDim } = this.#spec;
    const heads = shard(this.#spec.heads, tensor);
    const keySize = qkNopeHeadDim + this.#spec.qkRopeHeadDim;
    const linear = (inFeatures: number, outFeatures: number, parts = 1): LinearShape => ({
      ...plainLinear(inFeatures, outFeatures, formats),
      parts,
    });
    const whole = linear(this.#hiddenSize, this.cachedNumbers + (qLoraRank ?? 0)); // of no head: every rank computes it
    const queries = linear(qLoraRank ?? this.#hiddenSize, heads * keySize);
    const expansion = linear(kvLoraRank, heads * (qkNopeHeadDim + vHeadDim));
    const output = plainLinear(heads * vHeadDim, this.#hiddenSize, formats.output ?? formats);
    return {
      projections: [whole, queries],
      compressedNorms: [...(qLoraRank === undefined ? [] : [qLoraRank]), kvLoraRank].map((features) =>
        plainNorm(features, formats.activationBytes),
      ),
      prefill: {
        expansions: [expansion],
        core: this.#core("attention-prefill", formats, {
          heads,
          kvHeads: heads,
          keySize,
          valueSize: vHeadDim,
          cachedSize: keySize + vHeadDim,
        }),
      },
      decode: {
        before: [linear(qkNopeHeadDim, heads * kvLoraRank, heads)],
        core: this.#core("attention-decode", formats, {
          heads,
          kvHeads: 1,
          keySize: this.cachedNumbers,
          valueSize: kvLoraRank,
          cachedSize: this.cachedNumbers, // values are part of the keys
        }),
        after: [linear(kvLoraRank, heads * vHeadDim, heads)],
      },
      output,
      keysValues: [linear(this.#hiddenSize, this.cachedNumbers), { ...expansion }],
      matrices: [whole, queries, expansion, output],
    };
  }

  #core(
    kind: AttentionShape["kind"],
    { cacheBytes, activationBytes, corePrecision }: AttentionFormats,
    sizes: Pick<AttentionShape, "heads" | "kvHeads" | "keySize" | "valueSize" | "cachedSize">,
  ): AttentionShape {
    return {
      kind,
      latent: true,
      ...sizes,
      sequences: 0,
      newTokens: 0,
      contextTokens: 0,
      pairs: 0,
      kvBytes: kind === "attention-prefill" ? activationBytes : cacheBytes, // what was made of the cache is no cache
      activationBytes,
      precision: corePrecision,
    };
  }
}

/** A norm without a residual: it reads and writes its rows. */
function plainNorm(features: number, activationBytes: number): ElementwiseShape {
  return { kind: "elementwise", rows: 0, features, reads: 1, writes: 1, activationBytes };
}

import type { ModelSpec, Precision } from "@tokenyard/scenario";

/** Bytes of one number as stored; the block formats count the scale that a block shares. */
const BYTES: Readonly<Record<Precision, number>> = {
  fp32: 4,
  fp16: 2,
  bf16: 2,
  fp8: 1,
  int8: 1,
  int4: 0.5,
  nvfp4: 0.5625, // 4 bits, and an fp8 scale for every 16 numbers: 1/2 + 1/16
  mxfp4: 0.53125, // 4 bits, and a scale of one byte for every 32 numbers: 1/2 + 1/32
};

/** Bits of one number as it is multiplied, without its share of a scale. */
const BITS: Readonly<Record<Precision, number>> = { fp32: 32, fp16: 16, bf16: 16, fp8: 8, int8: 8, int4: 4, nvfp4: 4, mxfp4: 4 };

/** Bytes of one stored number. Source: docs/models.md#precisions. */
export function bytesOf(precision: Precision): number {
  return BYTES[precision];
}

/** The precision in which a kernel multiplies: the wider of its two inputs'; of two equally wide ones, the activations'. */
export function multiplyPrecision(weights: Precision, activations: Precision): Precision {
  return BITS[weights] > BITS[activations] ? weights : activations;
}

/** The precision of everything that a model stores. */
export interface ModelPrecisions {
  /** Attention, gate, dense layers, shared experts, embedding and head. */
  readonly weights: Precision;
  readonly activations: Precision;
  readonly kvCache: Precision;
  /** The routed experts. */
  readonly experts: Precision;
}

/** A model's precisions with the defaults filled in: the KV cache as the activations, the experts as the weights. */
export function precisionsOf(model: ModelSpec): ModelPrecisions {
  const { weights, activations, kvCache = activations, experts = weights } = model.precision;
  return { weights, activations, kvCache, experts };
}

/** The precisions in which a model multiplies, each once: what a GPU's compute must be known for. */
export function multiplyPrecisions(model: ModelSpec): readonly Precision[] {
  const { weights, activations, kvCache, experts } = precisionsOf(model);
  const stored = model.experts === undefined ? [weights, kvCache] : [weights, kvCache, experts];
  return [...new Set(stored.map((precision) => multiplyPrecision(precision, activations)))];
}

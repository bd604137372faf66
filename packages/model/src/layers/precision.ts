import { bitsOf, type GpuSpec, type ModelSpec, type Precision } from "@tokenyard/scenario";

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

/** Bytes of one stored number. Source: docs/models.md#precisions. */
export function bytesOf(precision: Precision): number {
  return BYTES[precision];
}

/** The format of every number of a model, place by place. */
export interface ModelPrecisions {
  /** Matrices of attention, dense layers and shared experts. */
  readonly weights: Precision;
  /** The routed experts. */
  readonly experts: Precision;
  /** Gate, embedding and head, which quantisation leaves alone. */
  readonly unquantised: Precision;
  /** What kernels read and write. */
  readonly activations: Precision;
  readonly kvCache: Precision;
  /** What all-reduces and sends carry. */
  readonly collectives: Precision;
  readonly dispatch: Precision;
  readonly combine: Precision;
}

/** A model's precisions with what follows filled in. Source: docs/models.md#precisions. */
export function precisionsOf({ precision }: ModelSpec): ModelPrecisions {
  const { weights, experts = weights } = precision;
  const activations = precision.activations ?? unquantisedBeside(weights);
  const { kvCache = activations, collectives = activations } = precision;
  const { dispatch = collectives, combine = collectives } = precision;
  return { weights, experts, unquantised: wider(activations, weights), activations, kvCache, collectives, dispatch, combine };
}

/** What the kernels of a model multiply in on one kind of GPU. */
export interface Products {
  readonly weights: Precision;
  readonly experts: Precision;
  readonly unquantised: Precision;
  /** The attention core. */
  readonly core: Precision;
}

/**
 * Matrices multiply in `compute`, or in their own format where that is wider. Where nobody says: fp8, int8 and nvfp4 as they are on a GPU
 * that gives compute for them; else, and int4 and mxfp4 everywhere, widened to the activations'. So does an fp8 cache; one in any other
 * quantised format is widened. Source: docs/models.md#precisions.
 */
export function productsOf(model: ModelSpec, gpu: Pick<GpuSpec, "compute">): Products {
  const { weights, experts, unquantised, activations, kvCache } = precisionsOf(model);
  const { compute } = model.precision;
  const product = (stored: Precision, multiplied: readonly Precision[]) => {
    if (compute !== undefined) return wider(compute, stored);
    return multiplied.includes(stored) && hasUnits(gpu, stored) ? stored : wider(activations, stored);
  };
  return {
    weights: product(weights, ["fp8", "int8", "nvfp4"]),
    experts: product(experts, ["fp8", "int8", "nvfp4"]),
    unquantised: wider(activations, unquantised),
    core: product(kvCache, ["fp8"]),
  };
}

/** The precisions in which a model multiplies, each once: what a GPU's compute must be known for. */
export function productPrecisions(model: ModelSpec, gpu: Pick<GpuSpec, "compute">): readonly Precision[] {
  const { weights, experts, unquantised, core } = productsOf(model, gpu);
  const routed = model.experts === undefined ? [] : [experts];
  const ends = model.experts === undefined && model.vocabulary === undefined ? [] : [unquantised];
  return [...new Set([weights, core, ...routed, ...ends])];
}

/** The wider of two formats; `first` of two equally wide ones. */
function wider(first: Precision, second: Precision): Precision {
  return bitsOf(second) > bitsOf(first) ? second : first;
}

/** What is handed on beside weights of a format: 16 or 32 bits. */
function unquantisedBeside(weights: Precision): Precision {
  return bitsOf(weights) >= 16 ? weights : "bf16";
}

/** One number for all formats says that they are equally fast, so no product needs to be widened. */
function hasUnits({ compute }: Pick<GpuSpec, "compute">, precision: Precision): boolean {
  return typeof compute === "number" || compute[precision] !== undefined;
}

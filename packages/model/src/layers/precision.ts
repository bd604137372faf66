import { bitsOf, type GpuSpec, type ModelSpec, type Precision } from "@tokenyard/scenario";
import { modelLayers } from "./model-layers.ts";

/** Matrices of a model that may be stored, and multiply, in a format of their own. */
export const MATRIX_PARTS = [
  "attention",
  "attentionOutput",
  "indexer",
  "linear",
  "dense",
  "shared",
  "latentProjections",
  "experts",
] as const;
export type MatrixPart = (typeof MATRIX_PARTS)[number];

/** The format of every number of a model, place by place. */
export interface ModelPrecisions extends Readonly<Record<MatrixPart, Precision>> {
  /** Format of matrices of attention, dense layers and shared experts, unless they have their own. */
  readonly weights: Precision;
  /** Gate and embedding, which quantisation leaves alone. */
  readonly unquantised: Precision;
  /** The output head. */
  readonly head: Precision;
  /** Format that kernels read and write. */
  readonly activations: Precision;
  readonly kvCache: Precision;
  /** Format of all-reduces and sends. */
  readonly collectives: Precision;
  readonly dispatch: Precision;
  readonly combine: Precision;
}

/** A model's formats with the defaults filled in. Source: docs/models/parameters.md#precisions. */
export function precisionsOf({ precision }: ModelSpec): ModelPrecisions {
  const { weights, experts = weights, attention = weights, shared = weights, dense = weights, latentProjections = weights } = precision;
  const { attentionOutput = attention, indexer = attention, linear = attention } = precision;
  const activations = precision.activations ?? unquantisedBeside(weights);
  const { kvCache = activations, collectives = activations } = precision;
  const { dispatch = collectives, combine = collectives } = precision;
  const unquantised = wider(activations, weights);
  const { head = unquantised } = precision;
  const parts = { attention, attentionOutput, indexer, linear, dense, shared, latentProjections, experts };
  return { weights, ...parts, unquantised, head, activations, kvCache, collectives, dispatch, combine };
}

/** What the kernels of a model multiply in on one kind of GPU. */
export interface Products extends Readonly<Record<MatrixPart, Precision>> {
  readonly unquantised: Precision;
  readonly head: Precision;
  /** The attention core. */
  readonly core: Precision;
  /** Scores of an indexer: fp8 where the GPU has it. */
  readonly score: Precision;
}

/**
 * Matrices multiply in `compute`, or in their own format where that is wider. If not stated: fp8, int8 and nvfp4 as they are on a GPU
 * that gives compute for them, unless weights alone are quantised; else, and int4 and mxfp4 everywhere, widened to the activations'. So does an
 * fp8 cache; one in any other quantised format is widened. Source: docs/models/parameters.md#precisions.
 */
export function productsOf(model: ModelSpec, gpu: Pick<GpuSpec, "compute">): Products {
  const stored = precisionsOf(model);
  const { unquantised, activations } = stored;
  const { compute, weightOnly = [] } = model.precision;
  const product = (format: Precision, multiplied: readonly Precision[]) => {
    if (compute !== undefined) return wider(compute, format);
    return multiplied.includes(format) && hasUnits(gpu, format) ? format : wider(activations, format);
  };
  const matrix = (part: MatrixPart) =>
    product(stored[part], weightOnly.includes(part === "experts" ? "routed" : part) ? [] : ["fp8", "int8", "nvfp4"]);
  return {
    attention: matrix("attention"),
    attentionOutput: matrix("attentionOutput"),
    indexer: matrix("indexer"),
    linear: matrix("linear"),
    dense: matrix("dense"),
    shared: matrix("shared"),
    latentProjections: matrix("latentProjections"),
    experts: matrix("experts"),
    unquantised: wider(activations, unquantised),
    head: wider(activations, stored.head),
    core: product(stored.kvCache, ["fp8"]),
    score: product("fp8", ["fp8"]),
  };
}

/** Distinct formats in which a model multiplies: the GPU's compute must be known for each. */
export function productPrecisions(model: ModelSpec, gpu: Pick<GpuSpec, "compute">): readonly Precision[] {
  const products = productsOf(model, gpu);
  const { mixers, denses } = modelLayers(model);
  const { experts } = model;
  const has = (part: "attention" | "linear") => mixers.some((mixer) => mixer.part === part);
  const found: Precision[] = [];
  if (has("attention")) found.push(products.attention, products.core, products.attentionOutput);
  if (has("linear")) found.push(products.linear);
  if (mixers.some(({ isChoosing }) => isChoosing)) found.push(products.indexer, products.score);
  if (denses.length > 0) found.push(products.dense);
  if (experts?.shared) found.push(products.shared);
  if (experts !== undefined) found.push(products.experts);
  if (experts?.inputSize !== undefined) found.push(products.latentProjections);
  if (experts !== undefined) found.push(products.unquantised);
  if (model.vocabulary !== undefined) found.push(products.head);
  return [...new Set(found)];
}

/** The wider of two formats; `first` of two equally wide ones. */
function wider(first: Precision, second: Precision): Precision {
  return bitsOf(second) > bitsOf(first) ? second : first;
}

/** Format of activations beside weights of a format: 16 or 32 bits. */
function unquantisedBeside(weights: Precision): Precision {
  return bitsOf(weights) >= 16 ? weights : "bf16";
}

/** One number for all formats says that they are equally fast, so no product needs to be widened. */
function hasUnits({ compute }: Pick<GpuSpec, "compute">, precision: Precision): boolean {
  return typeof compute === "number" || compute[precision] !== undefined;
}

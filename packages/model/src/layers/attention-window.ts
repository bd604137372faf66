import type { ModelSpec } from "@tokenyard/scenario";
import { ANY_GPU, layerKernels } from "./layer-kernels.ts";
import { modelLayers } from "./model-layers.ts";

// In a windowed layer a token attends to itself and the `window − 1` tokens before it. Source: docs/models/attention.md#windows.

/** Tokens that windowed layers, or layers that choose, see; Infinity in a model without such layers. Of several numbers the largest. */
export function attentionWindow(model: ModelSpec): number {
  const { attention } = model;
  if (attention !== undefined)
    return attention.kind === "latent" ? Number.POSITIVE_INFINITY : (attention.window?.tokens ?? Number.POSITIVE_INFINITY);
  const caps = sightsOf(model).filter((most) => most < Number.POSITIVE_INFINITY);
  return caps.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...caps);
}

/** Tokens that any kernel of a model with kinds of layers sees at most. */
function sightsOf(model: ModelSpec): number[] {
  return layerKernels(model, { tensor: 1, attentionTensor: 1 }, ANY_GPU).mixers.flatMap(({ sight, decode }) => [
    sight.most,
    ...decode.beside.map((each) => each.sight.most),
  ]);
}

/** Whether each layer is windowed by the window of `attention` [layers]: all but the last of every `fullEvery`. */
export function windowedLayers(model: ModelSpec): readonly boolean[] {
  const { windowed, layers } = modelLayers(model);
  return layers.map(({ mixer }) => windowed[mixer] === true);
}

/** Pairs that a sequence of `past` cached and `fresh` new tokens scores: Σ min(i, window), i from past + 1 to past + fresh. */
export function attendedPairs(past: number, fresh: number, window: number): number {
  const near = Math.min(fresh, Math.max(0, window - past)); // new tokens that see everything before them
  const pairs = near * past + (near * (near + 1)) / 2;
  return near === fresh ? pairs : pairs + (fresh - near) * window;
}

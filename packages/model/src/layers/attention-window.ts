import type { ModelSpec } from "@tokenyard/scenario";

// In a windowed layer a token attends to itself and the `window − 1` tokens before it. Source: docs/models.md#windows.

function windowOf({ attention }: ModelSpec) {
  return attention.kind === "latent" ? undefined : attention.window;
}

/** Tokens that the attention of windowed layers sees; Infinity in a model without such layers. */
export function attentionWindow(model: ModelSpec): number {
  return windowOf(model)?.tokens ?? Number.POSITIVE_INFINITY;
}

/** Whether each layer is windowed [layers]: all but the last of every `fullEvery`. */
export function windowedLayers(model: ModelSpec): readonly boolean[] {
  const window = windowOf(model);
  const fullEvery = window?.fullEvery ?? Number.POSITIVE_INFINITY;
  const windowed: boolean[] = [];
  for (let layer = 0; layer < model.layers; layer++) windowed.push(window !== undefined && (layer + 1) % fullEvery !== 0);
  return windowed;
}

/** Pairs that a sequence of `past` cached and `fresh` new tokens scores: Σ min(i, window), i from past + 1 to past + fresh. */
export function attendedPairs(past: number, fresh: number, window: number): number {
  const near = Math.min(fresh, Math.max(0, window - past)); // new tokens that see everything before them
  const pairs = near * past + (near * (near + 1)) / 2;
  return near === fresh ? pairs : pairs + (fresh - near) * window;
}

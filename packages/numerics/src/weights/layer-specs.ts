import { windowedLayers } from "@tokenyard/model";
import type { LatentSpec, MixerOf, MixerSpec, ModelSpec } from "@tokenyard/scenario";

/** Definition of one layer, in whichever form the model is written. */
export interface LayerSpec {
  readonly mixer: MixerSpec;
  readonly dense: { readonly hiddenSize: number; readonly matrices: 2 | 3 } | undefined;
  readonly routed: boolean;
}

/** The layers of `model` [layers]. */
export function layerSpecs(model: ModelSpec): readonly LayerSpec[] {
  return model.layerKinds === undefined ? shortForm(model) : byKind(model);
}

function shortForm(model: ModelSpec): LayerSpec[] {
  const { layers, attention, experts, dense } = model;
  const windowed = windowedLayers(model);
  return Array.from({ length: layers }, (_, layer) => {
    const isDense = experts === undefined || (dense?.every === undefined ? layer < (dense?.layers ?? 0) : (layer + 1) % dense.every !== 0);
    return { mixer: mixerOf(attention!, windowed[layer]!), dense: isDense ? dense : undefined, routed: !isDense };
  });
}

function mixerOf(attention: NonNullable<ModelSpec["attention"]>, isWindowed: boolean): MixerSpec {
  if (attention.kind === "latent") return attention as LatentSpec as MixerOf<"latent">;
  const { heads, kvHeads, headSize, window } = attention;
  return { kind: "grouped-query", heads, kvHeads, headSize, ...(isWindowed ? { window: window!.tokens } : {}) } as MixerOf<"grouped-query">;
}

function byKind({ layers, layerKinds, layerPattern }: ModelSpec): LayerSpec[] {
  return Array.from({ length: layers }, (_, layer) => {
    const { mixer, feedForward } = layerKinds![layerPattern![layer % layerPattern!.length]!]!;
    const hasDense = feedForward.kind === "dense" || feedForward.kind === "dense-and-experts";
    return { mixer, dense: hasDense ? feedForward : undefined, routed: feedForward.kind.endsWith("experts") };
  });
}

/** Whether the ops of a mixer are executed; others add nothing. */
export function isExecuted(mixer: MixerSpec): boolean {
  return mixer.kind === "grouped-query" || (mixer.kind === "latent" && mixer.indexer === undefined);
}

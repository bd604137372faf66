import type { PartLayers } from "./precision.ts";

/** Which layers of a model with experts are dense, as a scenario has it. */
export interface DensePlaces {
  readonly hiddenSize?: number;
  readonly matrices?: number;
  readonly layers?: number;
  readonly every?: number;
}

export interface FeedForward {
  readonly experts?: { readonly shared?: number } & object;
  readonly dense?: DensePlaces;
}

/** Which layers are dense, and which have experts. */
export function partLayers(layers: number, { experts, dense }: FeedForward): PartLayers[] {
  const all = Array.from({ length: layers }, (_, layer) => layer);
  const isDense = (layer: number) =>
    experts === undefined ||
    (dense !== undefined && (dense.every === undefined ? layer < (dense.layers ?? 0) : (layer + 1) % dense.every !== 0));
  const routed = all.filter((layer) => !isDense(layer));
  return [
    { part: "attention" as const, layers: all },
    { part: "attentionOutput" as const, layers: all },
    { part: "dense" as const, layers: all.filter(isDense) },
    { part: "routed" as const, layers: routed },
    { part: "shared" as const, layers: (experts?.shared ?? 0) > 0 ? routed : [] },
  ].filter((each) => each.layers.length > 0);
}

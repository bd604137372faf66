import type { ModelSpec } from "@tokenyard/scenario";
import type { Mixer } from "../mixers/mixer.ts";
import { attentionOf, mixerOf } from "../mixers/mixer-of.ts";

/** A dense feed-forward. */
export interface DenseSizes {
  readonly hiddenSize: number;
  readonly matrices: 2 | 3;
}

/** Parts of one layer. */
export interface Layer {
  /** Place of its mixer among those of the model; −1: it has none. */
  readonly mixer: number;
  /** Place of its dense feed-forward among those of the model; −1: it has none. */
  readonly dense: number;
  /** Whether it has the experts of the model. */
  readonly routed: boolean;
}

/** The layers of a model; equal ones are stored once. */
export interface ModelLayers {
  readonly mixers: readonly Mixer[];
  /** [mixers] paths in the scenario that define them */
  readonly mixerPaths: readonly (readonly string[])[];
  /** [mixers] whether attention sees a window in them that the short form of a model gives */
  readonly windowed: readonly boolean[];
  readonly denses: readonly DenseSizes[];
  /** [layers] */
  readonly layers: readonly Layer[];
}

const known = new WeakMap<ModelSpec, ModelLayers>();

/** Layers of `model`, which states them by `attention` and `dense` or by `layerKinds`; computed once for each model. */
export function modelLayers(model: ModelSpec): ModelLayers {
  const before = known.get(model);
  if (before !== undefined) return before;
  const layers = model.layerKinds === undefined ? shortForm(model) : byKind(model);
  known.set(model, layers);
  return layers;
}

function shortForm({ layers: count, hiddenSize, attention, experts, dense }: ModelSpec): ModelLayers {
  const window = attention!.kind === "latent" ? undefined : attention!.window;
  const { fullEvery = Number.POSITIVE_INFINITY } = window ?? {};
  const leading = experts === undefined ? count : (dense?.layers ?? 0);
  const every = dense?.every;
  const layers: Layer[] = [];
  for (let layer = 0; layer < count; layer++) {
    const isDense = every === undefined ? layer < leading : (layer + 1) % every !== 0;
    layers.push({
      mixer: window !== undefined && (layer + 1) % fullEvery !== 0 ? 1 : 0,
      dense: isDense ? 0 : -1,
      routed: !isDense,
    });
  }
  const full = attentionOf(hiddenSize, attention!);
  const path = ["attention"];
  return {
    mixers: window === undefined ? [full] : [full, attentionOf(hiddenSize, attention!, true)],
    mixerPaths: [path, path],
    windowed: [false, true],
    denses: dense === undefined ? [] : [dense],
    layers,
  };
}

function byKind({ layers: count, hiddenSize, layerKinds, layerPattern }: ModelSpec): ModelLayers {
  const mixers: Mixer[] = [];
  const mixerPaths: string[][] = [];
  const denses: DenseSizes[] = [];
  const places = new Map<string, number>();
  const placeOf = (key: string, make: () => number) => {
    const place = places.get(key) ?? make();
    places.set(key, place);
    return place;
  };
  const kinds = new Map<string, Layer>();
  const names = Array.from({ length: count }, (_, layer) => layerPattern![layer % layerPattern!.length]!);
  for (const name of new Set(names)) {
    const { mixer, feedForward } = layerKinds![name]!;
    const mixerPlace = placeOf(JSON.stringify(mixer), () => {
      const made = mixerOf(hiddenSize, mixer);
      if (made === undefined) return -1;
      mixerPaths.push(["layerKinds", name, "mixer"]);
      return mixers.push(made) - 1;
    });
    const hasDense = feedForward.kind === "dense" || feedForward.kind === "dense-and-experts";
    const dense = hasDense ? placeOf(`${feedForward.hiddenSize} × ${feedForward.matrices}`, () => denses.push({ ...feedForward }) - 1) : -1;
    kinds.set(name, { mixer: mixerPlace, dense, routed: feedForward.kind.endsWith("experts") });
  }
  const layers = names.map((name) => kinds.get(name)!);
  return { mixers, mixerPaths, windowed: mixers.map(() => false), denses, layers };
}

import type { PlannedDense, PlannedLayer, PlannedMixer } from "./planned-layer.ts";

/** Layers in the words of a scenario: `attention` and `dense` where they can say it, else kinds of layers and their pattern. */
export function layersInWords(layers: readonly PlannedLayer[], hasExperts: boolean): object {
  const attention = shortAttention(layers.map(({ mixer }) => mixer));
  const dense = shortDense(layers, hasExperts);
  if (attention !== undefined && dense !== undefined) return { attention, ...dense };
  return inKinds(layers);
}

const PLAIN: ReadonlySet<string> = new Set(["kind", "heads", "kvHeads", "headSize", "window"]);
const LATENT: ReadonlySet<string> = new Set(["kind", "heads", "qLoraRank", "kvLoraRank", "qkNopeHeadDim", "qkRopeHeadDim", "vHeadDim"]);

/** The attention of all layers, with a window in all but every n-th; undefined where that cannot say it. */
function shortAttention(mixers: readonly PlannedMixer[]): object | undefined {
  const [first] = mixers;
  if (first === undefined) return undefined;
  const { window: _, ...sizes } = first;
  const isAlike = mixers.every(({ window: __, ...other }) => JSON.stringify(other) === JSON.stringify(sizes));
  if (!isAlike) return undefined;
  const keys = Object.keys(sizes);
  if (first.kind === "latent") return keys.every((key) => LATENT.has(key)) ? sizes : undefined;
  if (first.kind !== "grouped-query" || !keys.every((key) => PLAIN.has(key))) return undefined;
  const { kind: ___, ...plain } = sizes;
  const windows = mixers.map(({ window }) => window as number | undefined);
  const tokens = windows.find((window) => window !== undefined);
  if (tokens === undefined) return plain;
  if (windows.some((window) => window !== undefined && window !== tokens)) return undefined;
  const firstFull = windows.indexOf(undefined);
  if (firstFull < 0) return { ...plain, window: { tokens } };
  const fullEvery = firstFull + 1;
  const isRegular = fullEvery > 1 && windows.every((window, layer) => (window === undefined) === ((layer + 1) % fullEvery === 0));
  return isRegular ? { ...plain, window: { tokens, fullEvery } } : undefined;
}

/** Dense layers in the words of a scenario; undefined if these cannot express them. */
function shortDense(layers: readonly PlannedLayer[], hasExperts: boolean): object | undefined {
  const all = layers.map(({ feedForward }) => feedForward);
  const widths = all.filter((each): each is PlannedDense => typeof each === "object");
  if (all.includes("none") || widths.some(({ kind }) => kind !== "dense")) return undefined;
  const [dense] = widths;
  if (dense === undefined) return {};
  const { hiddenSize, matrices } = dense;
  if (widths.some((other) => other.hiddenSize !== hiddenSize || other.matrices !== matrices)) return undefined;
  if (!hasExperts) return { dense: { hiddenSize, matrices } };
  const routed = all.map((each) => each === "experts");
  const leading = routed.indexOf(true);
  if (leading < 0) return { dense: { layers: layers.length, hiddenSize, matrices } };
  if (routed.every((isRouted, layer) => isRouted === layer >= leading)) return { dense: { layers: leading, hiddenSize, matrices } };
  const every = leading + 1;
  return routed.every((isRouted, layer) => isRouted === ((layer + 1) % every === 0))
    ? { dense: { every, hiddenSize, matrices } }
    : undefined;
}

/** Kinds of layers by name, and the pattern of them. */
function inKinds(layers: readonly PlannedLayer[]): object {
  const names = new Map<string, string>();
  const layerKinds: Record<string, PlannedLayer> = {};
  const pattern = layers.map((layer) => {
    const key = JSON.stringify(layer);
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = freeName(nameOf(layer), layerKinds);
    names.set(key, name);
    layerKinds[name] = layer;
    return name;
  });
  return { layerKinds, layerPattern: shortest(pattern) };
}

/** `gated-delta`, `window-dense`, `experts`, … */
function nameOf({ mixer, feedForward }: PlannedLayer): string {
  const mixing = mixer["window"] === undefined ? mixer.kind : "window";
  const following = typeof feedForward === "object" ? feedForward.kind : feedForward;
  if (mixer.kind === "none") return following;
  return following === "none" ? mixing : `${mixing}-${following}`;
}

function freeName(name: string, taken: Readonly<Record<string, unknown>>): string {
  let free = name;
  for (let number = 2; Object.hasOwn(taken, free); number++) free = `${name}-${number}`;
  return free;
}

/** The shortest list that gives `pattern` when it is repeated. */
function shortest(pattern: readonly string[]): readonly string[] {
  for (let length = 1; length <= pattern.length / 2; length++)
    if (pattern.every((name, i) => name === pattern[i % length])) return pattern.slice(0, length);
  return pattern;
}

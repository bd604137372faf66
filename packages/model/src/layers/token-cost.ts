import type { ModelSpec } from "@tokenyard/scenario";
import { contextRanksOf } from "../mixers/context.ts";
import type { KeptBytes, MixerKernels, Sight } from "../mixers/mixer.ts";
import { attendedPairs } from "./attention-window.ts";
import { bytesOf } from "./bytes.ts";
import { kernelFlops, type LinearShape } from "./kernel.ts";
import { ANY_GPU, type FeedForward, layerKernels } from "./layer-kernels.ts";
import { modelLayers } from "./model-layers.ts";
import { precisionsOf } from "./precision.ts";

/**
 * [layers] bytes that each layer keeps of a request on one of `tensor` ranks that share its mixer, and of `context` that share its cache;
 * undefined if it keeps none
 */
export function keptByLayer(model: ModelSpec, tensor: number, context = 1): readonly (KeptBytes | undefined)[] {
  const { kvCache, activations } = precisionsOf(model);
  const formats = { cacheBytes: bytesOf(kvCache), activationBytes: bytesOf(activations) };
  const { mixers, layers } = modelLayers(model);
  const kept = mixers.map((mixer) => {
    const whole = withoutWindows(mixer.kept(tensor, formats), model.windowedCache);
    return { ...whole, token: whole.token / contextRanksOf(mixer, tensor, context) };
  });
  return layers.map(({ mixer }) => kept[mixer]);
}

/** What a layer keeps of a request if its window sets `share` of its cache aside for each token. Source: docs/models/attention.md#cache-set-aside-for-windows. */
function withoutWindows(kept: KeptBytes, share: number | undefined): KeptBytes {
  const [window] = kept.windows;
  return share === undefined || window === undefined || kept.token > 0 ? kept : { ...kept, token: share * window.token, windows: [] };
}

/** Bytes that all layers together keep of a request. */
export function keptOf(model: ModelSpec, tensor: number, context = 1): KeptBytes {
  return keptTogether(keptByLayer(model, tensor, context));
}

/** Bytes that some layers together keep of a request; undefined entries keep nothing. */
export function keptTogether(layers: readonly (KeptBytes | undefined)[]): KeptBytes {
  let token = 0;
  let state = 0;
  let resumed = 0;
  const byTokens = new Map<number, number>();
  for (const kept of layers) {
    if (kept === undefined) continue;
    token += kept.token;
    state += kept.state;
    resumed += kept.resumed;
    for (const window of kept.windows) byTokens.set(window.tokens, (byTokens.get(window.tokens) ?? 0) + window.token);
  }
  return { token, windows: Array.from(byTokens, ([tokens, each]) => ({ tokens, token: each })), state, resumed };
}

/**
 * Whether layers differ in what they keep of a request: their windows and states are then kept beside the blocks of its tokens. Where all have the window of
 * `attention`, blocks hold the tokens of all.
 */
export function keepsByKind(model: ModelSpec): boolean {
  const { windowed, layers } = modelLayers(model);
  return model.layerKinds !== undefined || new Set(layers.map(({ mixer }) => windowed[mixer])).size > 1;
}

/** Bytes of KV cache that each token adds, over all layers; those inside windows are in `pinnedBytes`, unless all layers have the window of `attention`. */
export function kvBytesPerToken(model: ModelSpec): number {
  const { token, windows } = keptOf(model, 1);
  return keepsByKind(model) ? token : windows.reduce((sum, window) => sum + window.token, token);
}

/** Bytes of states and full windows that a request keeps beside its tokens, over all layers. */
export function pinnedBytes(model: ModelSpec): number {
  return keepsByKind(model) ? pinnedOf(keptOf(model, 1)) : 0;
}

/** Bytes that a request of `tokens` tokens pins: its states, and its tokens inside windows. */
export function pinnedOf({ windows, state }: Pick<KeptBytes, "windows" | "state">, tokens = Number.POSITIVE_INFINITY): number {
  return windows.reduce((sum, window) => sum + Math.min(tokens, window.tokens) * window.token, state);
}

/** Bytes that all layers have in the cache of a request by its cached tokens: with its states and windows, once it has any. */
export function cachedBytes(model: ModelSpec): (tokens: number) => number {
  const ofToken = kvBytesPerToken(model);
  const kept = keptOf(model, 1);
  const pinned = keepsByKind(model) ? (tokens: number) => pinnedOf(kept, tokens) : () => 0;
  return (tokens) => (tokens > 0 ? tokens * ofToken + pinned(tokens) : 0);
}

/** Bytes that all layers keep of a request of `tokens` tokens on one of `tensor` ranks. */
export function keptBytes(kept: Pick<KeptBytes, "token" | "windows" | "state">, tokens: number): number {
  return kept.token * tokens + pinnedOf(kept, tokens);
}

/** FLOPs of one new token by how many tokens it has before it: the sum over the kernels it meets, the head included if there is one. */
export function flopsPerToken(model: ModelSpec): (context: number) => number {
  const kernels = layerKernels(model, { tensor: 1, attentionTensor: 1 }, ANY_GPU);
  const { gate, latent, experts, shared, sharedGate, denses, streams, head } = kernels;
  const copies = { rowsPerExpert: [model.experts?.topK ?? 0], first: 0, experts: 1 };
  const routedFlops = experts ? kernelFlops({ ...experts.up, ...copies }) + kernelFlops({ ...experts.down, ...copies }) : 0;
  const moeFlops = ofOneRow(gate) + ofBoth(latent) + routedFlops + ofBoth(shared) + ofOneRow(sharedGate);
  const byDense = denses.map(ofBoth);
  const byMixer = kernels.mixers.map(mixerFlops);
  const { layers } = modelLayers(model);
  return (context) => {
    const ofMixers = byMixer.map((flops) => flops(context));
    let flops = ofOneRow(head);
    for (const { mixer, dense, routed } of layers) {
      flops += (ofMixers[mixer] ?? 0) + ofOneRow(streams);
      if (routed) flops += moeFlops + (byDense[dense] ?? 0);
      else flops += byDense[dense] ?? 0;
    }
    return flops;
  };
}

/** FLOPs of a token that decodes, by tokens before it. */
function mixerFlops({ projections, decode, output, sight }: MixerKernels): (context: number) => number {
  const fixed = [...projections, ...decode.before, ...decode.after, output].reduce((sum, shape) => sum + ofOneRow(shape), 0);
  const scans = decode.scans.reduce((sum, shape) => sum + kernelFlops({ ...shape, newTokens: 1 }), 0);
  const seeing = [{ shape: decode.core, sight }, ...decode.beside];
  return (context) =>
    seeing.reduce((sum, { shape, sight: of }) => sum + kernelFlops({ ...shape, pairs: seenBy(of, context) }), fixed + scans);
}

/** Entries that the token after `context` others scores. */
function seenBy({ most, ratio }: Sight, context: number): number {
  return attendedPairs(context, 1, most) / ratio;
}

function ofOneRow(shape: LinearShape | undefined): number {
  return shape === undefined ? 0 : kernelFlops({ ...shape, rows: 1 });
}

function ofBoth(pair: FeedForward<LinearShape> | undefined): number {
  return ofOneRow(pair?.up) + ofOneRow(pair?.down);
}

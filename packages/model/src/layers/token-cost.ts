import type { ModelSpec } from "@tokenyard/scenario";
import { attentionOf } from "../attentions/attention-of.ts";
import { attendedPairs, attentionWindow, windowedLayers } from "./attention-window.ts";
import { kernelFlops, type LinearShape } from "./kernel.ts";
import { layerKinds } from "./layer.ts";
import { ANY_GPU, type FeedForward, layerKernels } from "./layer-kernels.ts";
import { bytesOf, precisionsOf } from "./precision.ts";
import { shard } from "./shard.ts";

/** Bytes that one token leaves in the cache of one KV head of one layer: a key and a value, or what both are made of. */
export function kvBytesPerHead(model: ModelSpec): number {
  return attentionOf(model).cachedNumbers * bytesOf(precisionsOf(model).kvCache);
}

/** KV heads that one of `attentionTensor` ranks caches; at least 1. */
export function cachedHeadsOf(model: ModelSpec, attentionTensor: number): number {
  return shard(attentionOf(model).cachedHeads, attentionTensor);
}

/** Bytes of KV cache that one token leaves behind, over all layers. Windowed layers forget it later. */
export function kvBytesPerToken(model: ModelSpec): number {
  return model.layers * cachedHeadsOf(model, 1) * kvBytesPerHead(model);
}

/** FLOPs of one new token by how many tokens it has before it: the sum over the kernels it meets, the head included if there is one. */
export function flopsPerToken(model: ModelSpec): (context: number) => number {
  const { attention, gate, experts, shared, dense, head } = layerKernels(model, { tensor: 1, attentionTensor: 1 }, ANY_GPU);
  const { projections, decode, output } = attention;
  const coreFlops = (pairs: number) => kernelFlops({ ...decode.core, pairs });
  const projectionFlops = [...projections, ...decode.before, ...decode.after, output].reduce((sum, shape) => sum + ofOneRow(shape), 0);
  const copies = { rowsPerExpert: [model.experts?.topK ?? 0], first: 0, experts: 1 };
  const routedFlops = experts ? kernelFlops({ ...experts.up, ...copies }) + kernelFlops({ ...experts.down, ...copies }) : 0;
  const moeFlops = ofOneRow(gate) + routedFlops + ofBoth(shared);

  const denseFlops = ofBoth(dense);
  const headFlops = ofOneRow(head);
  const kinds = layerKinds(model);
  const windowed = windowedLayers(model);
  const window = attentionWindow(model);
  return (context) => {
    const fullFlops = projectionFlops + coreFlops(context + 1);
    const windowedFlops = projectionFlops + coreFlops(attendedPairs(context, 1, window));
    let flops = headFlops;
    for (let layer = 0; layer < kinds.length; layer++)
      flops += (windowed[layer] ? windowedFlops : fullFlops) + (kinds[layer] === "moe" ? moeFlops : denseFlops);
    return flops;
  };
}

function ofOneRow(shape: LinearShape | undefined): number {
  return shape === undefined ? 0 : kernelFlops({ ...shape, rows: 1 });
}

function ofBoth(pair: FeedForward<LinearShape> | undefined): number {
  return ofOneRow(pair?.up) + ofOneRow(pair?.down);
}

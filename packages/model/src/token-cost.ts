import type { ModelSpec } from "@tokenyard/scenario";
import { kernelFlops, type LinearShape } from "./kernel.ts";
import { layerKinds } from "./layer.ts";
import { type FeedForward, layerKernels } from "./layer-kernels.ts";
import { bytesOf, precisionsOf } from "./precision.ts";

/** Bytes of KV cache that one token leaves behind, over all layers: a key and a value for each KV head. */
export function kvBytesPerToken(model: ModelSpec): number {
  const { kvHeads, headSize } = model.attention;
  return model.layers * 2 * kvHeads * headSize * bytesOf(precisionsOf(model).kvCache);
}

/** FLOPs of one new token that has `context` tokens before it: the sum over the kernels it meets, the head included if there is one. */
export function flopsPerToken(model: ModelSpec, context: number): number {
  const { attention, gate, experts, shared, dense, head } = layerKernels(model, { tensor: 1, attentionTensor: 1 });
  const core = { ...attention.coreDecode, sequences: 1, newTokens: 1, contextTokens: context + 1, pairs: context + 1 };
  const attentionFlops = ofOneRow(attention.qkv) + kernelFlops(core) + ofOneRow(attention.output);

  const copies = { rowsPerExpert: [model.experts?.topK ?? 0], first: 0, experts: 1 };
  const routedFlops = experts ? kernelFlops({ ...experts.up, ...copies }) + kernelFlops({ ...experts.down, ...copies }) : 0;
  const moeFlops = ofOneRow(gate) + routedFlops + ofBoth(shared);

  let flops = ofOneRow(head);
  for (const kind of layerKinds(model)) flops += attentionFlops + (kind === "moe" ? moeFlops : ofBoth(dense));
  return flops;
}

function ofOneRow(shape: LinearShape | undefined): number {
  return shape === undefined ? 0 : kernelFlops({ ...shape, rows: 1 });
}

function ofBoth(pair: FeedForward<LinearShape> | undefined): number {
  return ofOneRow(pair?.up) + ofOneRow(pair?.down);
}

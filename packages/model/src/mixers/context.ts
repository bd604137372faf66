import type { Mixer, MixerKernels } from "./mixer.ts";

/**
 * Number of ranks that share the contexts of `mixer`: `context`, or 1 where fewer of its `tensor` ranks cache the same. Source:
 * docs/models/attention.md#context-parallelism.
 */
export function contextRanksOf(mixer: Mixer, tensor: number, context = 1): number {
  const copies = mixer.copies?.(tensor) ?? 0;
  return copies > 0 && copies % context === 0 ? context : 1;
}

/** The kernels of a mixer where `ranks` ranks share contexts: the core of decoding sequences has the heads of all of them. */
export function sharingContexts(kernels: MixerKernels, ranks: number): MixerKernels {
  if (ranks === 1) return kernels;
  const { decode } = kernels;
  return { ...kernels, contextRanks: ranks, decode: { ...decode, core: { ...decode.core, heads: decode.core.heads * ranks } } };
}

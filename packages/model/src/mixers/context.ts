import type { Mixer, MixerKernels } from "./mixer.ts";

/**
 * Number of ranks that share the contexts of `mixer`: `context`, or 1 where fewer of its `tensor` ranks cache the same. Source:
 * docs/models/attention.md#context-parallelism.
 */
export function contextRanksOf(mixer: Mixer, tensor: number, context = 1): number {
  const copies = mixer.copies?.(tensor) ?? 0;
  return copies > 0 && copies % context === 0 ? context : 1;
}

/**
 * The kernels of a mixer where `ranks` ranks share contexts: the core of decoding sequences has the heads of all of them, whose queries are
 * gathered unless each rank computes those of `queriesOf` ranks.
 */
export function sharingContexts(kernels: MixerKernels, ranks: number, queriesOf: number): MixerKernels {
  if (ranks === 1) return kernels;
  const { decode } = kernels;
  const core = { ...decode.core, heads: decode.core.heads * ranks };
  return { ...kernels, contextRanks: ranks, gathersQueries: queriesOf < ranks, decode: { ...decode, core } };
}

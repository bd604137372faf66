import { keptByLayer, modelLayers } from "@tokenyard/model";
import type { ModelSpec, Problem } from "@tokenyard/scenario";
import { divisorsOf, listed, nearest } from "./listing.ts";

/** Ranks of a data group, and those of them that share the cache of each sequence. */
interface ShareDegrees {
  readonly attentionTensor: number;
  readonly context: number;
}

/**
 * Problems of ranks that share the caches of sequences: they must hold the same KV heads. Layers with windows or states, whose caches do
 * not grow, keep them whole; layers that choose the tokens they see are refused. `degrees` are otherwise legal. Source:
 * docs/models/attention.md#context-parallelism.
 */
export function contextProblems(model: ModelSpec, { attentionTensor, context }: ShareDegrees): Problem[] {
  if (context === 1) return [];
  const problem = (wanted: string, suggestion: number): Problem => {
    return { path: ["parallelism", "context"], given: String(context), wanted, suggestion: String(suggestion) };
  };
  const { mixers, mixerPaths, layers } = modelLayers(model);
  const kept = keptByLayer(model, attentionTensor);
  const growing = mixers.flatMap((mixer, i) => (kept[layers.findIndex(({ mixer: of }) => of === i)]?.token ? [{ mixer, i }] : []));
  if (growing.length === 0) return [problem("1: no layer keeps a cache that grows with the context", 1)];
  const choosing = growing.find(({ mixer }) => (mixer.copies?.(attentionTensor) ?? 0) === 0);
  if (choosing !== undefined)
    return [problem(`1: how ranks would share what model.${mixerPaths[choosing.i]!.join(".")} chooses of a context is not simulated`, 1)];
  const copies = growing.map(({ mixer }) => mixer.copies!(attentionTensor));
  const works = divisorsOf(copies[0]!).filter((degree) => isPowerOfTwo(degree) && copies.every((each) => each % degree === 0));
  if (works.includes(context)) return [];
  const least = Math.min(...copies);
  if (least === 1)
    return [
      problem(`1: each of the attention.tensor ${attentionTensor} ranks caches KV heads of its own, so that none can share contexts`, 1),
    ];
  const ofHeads = least === attentionTensor ? "" : ", which hold copies of the same KV heads";
  const subject = `a power of two of the ${least} of attention.tensor ${attentionTensor} ranks that cache the same${ofHeads}`;
  return [problem(`${subject}: ${listed(works, context)}`, nearest(works, context) ?? 1)];
}

/** Shares of numbers of tokens are then exact, so that sums of them are the same in any order. */
function isPowerOfTwo(degree: number): boolean {
  return (degree & (degree - 1)) === 0;
}

import type { MixerOf } from "@tokenyard/scenario";
import { shard } from "../layers/shard.ts";
import { RecurrentMixer } from "./recurrent.ts";

const FP32 = 4;

/** A Mamba-2 state-space layer. Source: docs/models/mixers.md#recurrent-mixers. */
export function mamba(hiddenSize: number, spec: MixerOf<"mamba-2">): RecurrentMixer {
  const { headSize, stateSize, chunkTokens, taps, state } = spec;
  return new RecurrentMixer(hiddenSize, {
    rule: "mamba-2",
    heads: spec.heads,
    what: "heads",
    taps,
    stateFormat: state,
    chunkTokens,
    chunkStateBytes: FP32,
    sizes: (tensor) => {
      const heads = shard(spec.heads, tensor);
      const groups = shard(spec.groups, tensor); // at least 1: more ranks than groups hold replicas of them
      const inner = heads * headSize;
      const shared = groups * stateSize; // of B, and of C
      const all = inner * stateSize;
      return {
        inputs: [2 * inner + 2 * shared + heads],
        inner: [],
        outputs: inner,
        channels: inner + 2 * shared,
        heads,
        state: all,
        decodeFlops: 6 * all,
        promptFlops: 2 * chunkTokens * (shared + inner) + 4 * all,
      };
    },
  });
}

import type { MixerOf } from "@tokenyard/scenario";
import { shard } from "../layers/shard.ts";
import { DELTA_CHUNK, deltaFlops } from "./gated-delta.ts";
import { RecurrentMixer } from "./recurrent.ts";

const FP32 = 4;

/** Kimi delta attention: a decay for each channel of a key, by a matrix of low rank, and an output gate. */
export function kda(hiddenSize: number, spec: MixerOf<"kda">): RecurrentMixer {
  const { headSize, gateRank, taps, state } = spec;
  return new RecurrentMixer(hiddenSize, {
    rule: "kda",
    heads: spec.heads,
    what: "heads",
    taps,
    stateFormat: state,
    chunkTokens: DELTA_CHUNK,
    chunkStateBytes: FP32,
    sizes: (tensor) => {
      const heads = shard(spec.heads, tensor);
      const width = heads * headSize;
      const flops = deltaFlops(headSize, headSize);
      const decay: [number, number] = [headSize, width];
      return {
        inputs: [3 * width, heads, headSize, gateRank ?? width],
        inner: gateRank === undefined ? [decay] : [decay, [gateRank, width]],
        outputs: width,
        channels: 3 * width,
        heads,
        state: heads * headSize * headSize,
        decodeFlops: heads * flops.decode,
        promptFlops: heads * flops.prompt,
      };
    },
  });
}

import type { MixerOf } from "@tokenyard/scenario";
import { shard } from "../layers/shard.ts";
import { type RecurrentKind, RecurrentMixer } from "./recurrent.ts";

/** Tokens of a chunk of the kernels of prompts (flash-linear-attention). */
export const DELTA_CHUNK = 64;

/** FLOPs of one head: of a token that decodes, and of one of a prompt in chunks (WY form). Source: docs/models/mixers.md#recurrent-mixers. */
export function deltaFlops(keySize: number, valueSize: number): { readonly decode: number; readonly prompt: number } {
  const outer = keySize * valueSize;
  return { decode: 7 * outer, prompt: 2 * DELTA_CHUNK * (3 * keySize + 2 * valueSize) + 6 * outer };
}

/** A gated delta net, as of Qwen3-Next. */
export function gatedDelta(hiddenSize: number, spec: MixerOf<"gated-delta">): RecurrentMixer {
  const { keySize, valueSize, taps, state } = spec;
  const kind: RecurrentKind = {
    rule: "gated-delta",
    heads: spec.keyHeads,
    what: "key heads",
    taps,
    stateFormat: state,
    chunkTokens: DELTA_CHUNK,
    chunkStateBytes: 2,
    sizes: (tensor) => {
      const keys = shard(spec.keyHeads, tensor) * keySize;
      const heads = shard(spec.valueHeads, tensor);
      const values = heads * valueSize;
      const flops = deltaFlops(keySize, valueSize);
      return {
        inputs: [2 * keys + values, values, 2 * heads],
        inner: [],
        outputs: values,
        channels: 2 * keys + values,
        heads,
        state: heads * keySize * valueSize,
        decodeFlops: heads * flops.decode,
        promptFlops: heads * flops.prompt,
      };
    },
  };
  return new RecurrentMixer(hiddenSize, kind);
}

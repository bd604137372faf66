import { plainLinear } from "../layers/kernel.ts";
import { shard } from "../layers/shard.ts";
import { coreOf } from "./core.ts";
import { ALL_TOKENS, type KeptBytes, type KeptFormats, type Mixer, type MixerFormats, type MixerKernels, type Split } from "./mixer.ts";

/** Sizes of grouped-query attention. */
export interface GroupedQuerySizes {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  /** Width of a head's value; if unset: headSize. */
  readonly valueSize?: number | undefined;
  /** Tokens that a token attends to, including itself; if unset: all. */
  readonly window?: number | undefined;
  /** Whether one projection gives both keys and values. */
  readonly sharedKeyValue?: boolean | undefined;
  readonly outputGate?: boolean | undefined;
}

/** Query heads in groups that share a head of keys and values; as many as heads is plain multi-head attention. Source: docs/models/parameters.md#shards. */
export class GroupedQueryAttention implements Mixer {
  readonly part = "attention";
  readonly splits: readonly Split[];
  readonly #hiddenSize: number;
  readonly #sizes: GroupedQuerySizes;
  readonly #valueSize: number;

  constructor(hiddenSize: number, sizes: GroupedQuerySizes) {
    const { heads, kvHeads, headSize, valueSize = headSize } = sizes;
    this.#hiddenSize = hiddenSize;
    this.#sizes = sizes;
    this.#valueSize = valueSize;
    const shared = { what: `${kvHeads} KV heads`, size: kvHeads, replicated: true };
    this.splits = [{ what: `${heads} heads`, size: heads }, ...(kvHeads === heads ? [] : [shared])];
  }

  copies(tensor: number): number {
    const { kvHeads, window } = this.#sizes;
    return window === undefined && tensor % kvHeads === 0 ? tensor / kvHeads : 1;
  }

  kernels(tensor: number, formats: MixerFormats, queriesOf = 1): MixerKernels {
    const { headSize: keySize, window, sharedKeyValue = false, outputGate = false } = this.#sizes;
    const valueSize = this.#valueSize;
    const heads = shard(this.#sizes.heads, tensor);
    const kvHeads = shard(this.#sizes.kvHeads, tensor); // at least 1: more ranks than KV heads hold replicas of them
    const core = { heads, kvHeads, keySize, valueSize, cachedSize: keySize + valueSize };
    const projected = kvHeads * (keySize + (sharedKeyValue ? 0 : valueSize));
    const gate = outputGate ? heads * valueSize : 0;
    const qkv = plainLinear(this.#hiddenSize, heads * queriesOf * keySize + projected + gate, formats);
    const output = plainLinear(heads * valueSize, this.#hiddenSize, formats.output ?? formats);
    return {
      projections: [qkv],
      compressedNorms: [],
      prefill: { expansions: [], core: coreOf("attention-prefill", core, formats), beside: [], scans: [] },
      decode: { before: [], core: coreOf("attention-decode", core, formats), beside: [], scans: [], after: [] },
      sight: window === undefined ? ALL_TOKENS : { most: window, ratio: 1, readsAll: false },
      output,
      keysValues: [plainLinear(this.#hiddenSize, projected, formats)],
      matrices: [qkv, output],
    };
  }

  kept(tensor: number, { cacheBytes }: KeptFormats): KeptBytes {
    const { headSize, kvHeads, window } = this.#sizes;
    const token = shard(kvHeads, tensor) * (headSize + this.#valueSize) * cacheBytes; // K = V is cached twice: keys are rotated
    const stateless = { state: 0, resumed: 0 };
    return window === undefined ? { token, windows: [], ...stateless } : { token: 0, windows: [{ tokens: window, token }], ...stateless };
  }
}

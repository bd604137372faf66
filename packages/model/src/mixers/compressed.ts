import type { MixerOf } from "@tokenyard/scenario";
import { type AttentionShape, plainLinear } from "../layers/kernel.ts";
import { shard } from "../layers/shard.ts";
import type { SparsePart } from "../layers/sparse-part.ts";
import { sparseCore } from "./core.ts";
import { IndexerKernels } from "./indexer.ts";
import type { KeptBytes, KeptFormats, Mixer, MixerFormats, MixerKernels, SeeingKernel, Split } from "./mixer.ts";

const FP32 = 4;

/**
 * Attention to the last tokens and to a history in which several share an entry, key and value in one, chosen by an indexer where there is one. Every rank
 * caches all of it; queries and groups of outputs are split. Source: docs/models/mixers.md#compressed-history.
 */
export class CompressedAttention implements Mixer {
  readonly part = "attention";
  readonly splits: readonly Split[];
  readonly #hiddenSize: number;
  readonly #spec: MixerOf<"compressed">;
  /** Entries that a compressor makes of one token: two where they overlap, which those of an indexer do. */
  readonly #overlap: number;
  readonly #index: IndexerKernels | undefined;

  constructor(hiddenSize: number, spec: MixerOf<"compressed">) {
    const { heads, outputGroups, qLoraRank, ratio, indexer } = spec;
    this.#hiddenSize = hiddenSize;
    this.#spec = spec;
    this.#overlap = indexer === undefined ? 1 : 2;
    if (ratio !== undefined && indexer !== undefined) {
      const { keyBytes = indexer.headSize / 2 } = indexer; // fp4
      this.#index = new IndexerKernels(hiddenSize, qLoraRank, { ...indexer, keyBytes }, ratio, 2 * this.#overlap * indexer.headSize);
    }
    this.splits = [
      { what: `${heads} heads`, size: heads },
      { what: `${outputGroups} groups of outputs`, size: outputGroups },
    ];
  }

  get isChoosing(): boolean {
    return this.#index !== undefined;
  }

  kernels(tensor: number, formats: MixerFormats): MixerKernels {
    const { headSize, qLoraRank, outputLoraRank, window, ratio, indexer } = this.#spec;
    const heads = shard(this.#spec.heads, tensor);
    const groups = shard(this.#spec.outputGroups, tensor);
    const d = this.#hiddenSize;
    const sizes = {
      heads,
      kvHeads: 1,
      keySize: headSize,
      valueSize: headSize,
      cachedSize: this.#entryBytes(formats.cacheBytes) / formats.cacheBytes,
    };
    const output = plainLinear(groups * outputLoraRank, d, formats.output ?? formats);
    const grouped = { ...plainLinear((heads * headSize) / groups, groups * outputLoraRank, formats.output ?? formats), parts: groups };
    const whole = plainLinear(d, qLoraRank + headSize, formats);
    const queries = plainLinear(qLoraRank, heads * headSize, formats);
    const compressor = ratio === undefined ? [] : [plainLinear(d, 2 * this.#overlap * headSize, formats)];
    const block = this.#index === undefined ? "history" : "entries";
    const index = this.#index?.kernels(formats, block, heads);
    const projections = [whole, queries, ...compressor, ...(index?.projections ?? []), grouped];
    const most = indexer?.topK ?? Number.POSITIVE_INFINITY;
    const core = (kind: AttentionShape["kind"], part: SparsePart["part"]) =>
      sparseCore(kind, sizes, formats, { block, part, most, products: formats.precision, heads });
    const history = (kind: AttentionShape["kind"]): readonly SeeingKernel[] => {
      if (ratio === undefined) return [];
      return [{ shape: core(kind, "history"), sight: { most: most * ratio, ratio, readsAll: true } }, ...(index?.beside(kind) ?? [])];
    };
    return {
      projections,
      compressedNorms: [],
      prefill: {
        expansions: [],
        core: core("attention-prefill", "core"),
        beside: history("attention-prefill"),
        scans: [],
      },
      decode: {
        before: [],
        core: core("attention-decode", "core"),
        beside: history("attention-decode"),
        scans: [],
        after: [],
      },
      sight: { most: window, ratio: 1, readsAll: false },
      output,
      keysValues: [plainLinear(d, headSize, formats)],
      matrices: [...projections, output],
    };
  }

  kept(_tensor: number, { cacheBytes }: KeptFormats): KeptBytes {
    const { headSize, window, ratio, indexer } = this.#spec;
    const entry = this.#entryBytes(cacheBytes);
    const windows = [{ tokens: window, token: entry }];
    if (ratio === undefined) return { token: 0, windows, state: 0, resumed: 0 };
    const compressor = 2 * ratio * this.#overlap * FP32; // numbers that wait for their entry to be full
    const state = compressor * headSize + (indexer === undefined ? 0 : compressor * indexer.headSize);
    return { token: (entry + (this.#index?.keyBytes ?? 0)) / ratio, windows, state, resumed: 0 };
  }

  #entryBytes(cacheBytes: number): number {
    return this.#spec.entryBytes ?? this.#spec.headSize * cacheBytes;
  }
}

import { type AttentionShape, type LinearShape, plainLinear } from "../layers/kernel.ts";
import type { SparseBlock } from "../layers/sparse-part.ts";
import { sparseCore } from "./core.ts";
import { ALL_TOKENS, type MixerFormats, type SeeingKernel } from "./mixer.ts";

/** Sizes of the indexer, which chooses the tokens, or entries of a history, that an attention sees. */
export interface Indexer {
  readonly heads: number;
  readonly headSize: number;
  readonly topK: number;
  /** Bytes of an index key; if unset: fp8 numbers with a scale of 4 bytes for every 128, as engines cache them. */
  readonly keyBytes?: number | undefined;
}

const SCALE_BYTES = 4;
const SCALED = 128;

/** The kernels of an indexer, which every rank runs whole. Leaves out its top-k and its norms. Source: docs/models/mixers.md#indexers. */
export class IndexerKernels {
  /** Bytes of one index key. */
  readonly keyBytes: number;
  readonly #hiddenSize: number;
  readonly #querySize: number;
  readonly #indexer: Indexer;
  readonly #ratio: number;
  /** Matrices that make its keys, of `hiddenSize` inputs. */
  readonly #keySizes: number;

  /**
   * `querySize`: width of the inputs of its queries. `ratio`: tokens that share a key; if more than one, a key is computed from `keySizes`
   * numbers.
   */
  constructor(hiddenSize: number, querySize: number, indexer: Indexer, ratio = 1, keySizes = indexer.headSize) {
    const { headSize } = indexer;
    this.keyBytes = indexer.keyBytes ?? headSize + SCALE_BYTES * Math.ceil(headSize / SCALED);
    this.#hiddenSize = hiddenSize;
    this.#querySize = querySize;
    this.#indexer = indexer;
    this.#ratio = ratio;
    this.#keySizes = keySizes;
  }

  /** Kernels that run beside the core of `block`, which has `coreHeads` heads. */
  kernels(
    formats: MixerFormats,
    block: SparseBlock,
    coreHeads: number,
  ): {
    readonly projections: readonly LinearShape[];
    beside(kind: AttentionShape["kind"]): readonly SeeingKernel[];
  } {
    const { heads, headSize, topK } = this.#indexer;
    const own = formats.indexer ?? formats;
    const { scorePrecision = formats.corePrecision } = formats;
    const score = { ...formats, cacheBytes: 1, corePrecision: scorePrecision };
    const sizes = { heads, kvHeads: 1, keySize: headSize, valueSize: 0, cachedSize: this.keyBytes };
    const scores = { block, part: "scores", most: topK, products: formats.precision, heads: coreHeads } as const;
    return {
      projections: [
        plainLinear(this.#querySize, heads * headSize, own),
        plainLinear(this.#hiddenSize, this.#keySizes, own),
        plainLinear(this.#hiddenSize, heads, own),
      ],
      beside: (kind) => [{ shape: sparseCore(kind, sizes, score, scores), sight: { ...ALL_TOKENS, ratio: this.#ratio } }],
    };
  }
}

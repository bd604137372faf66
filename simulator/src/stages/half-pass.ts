import type { BatchSizes, Decoding, Pass, Phase } from "@tokenyard/serving";

/**
 * One of the two micro-batches that a step is split into under two-batch overlap: of each data group half of the decoding sequences and
 * half of the prompts' tokens, the odd ones in the first half, with as large a share of what they attend to. Columns are [data groups].
 * Source: docs/models.md#two-batch-overlap.
 */
export class HalfPass implements Pass {
  readonly replica: number;
  readonly microBatch: number;
  index = 0;
  phase: Phase = 0;
  readonly sequences: Float64Array;
  readonly newTokens: Float64Array;
  readonly rows: Float64Array;
  readonly contextTokens: Float64Array;
  readonly pairs: Float64Array;
  readonly windowedContextTokens: Float64Array;
  readonly windowedPairs: Float64Array;
  readonly reprojectedTokens: Float64Array;
  readonly outputs: Float64Array;
  readonly decoding: Decoding;
  readonly #half: 0 | 1;

  readonly #batchSizes: BatchSizes | undefined;

  constructor(replica: number, microBatch: number, dataGroups: number, half: 0 | 1, batchSizes?: BatchSizes) {
    this.replica = replica;
    this.microBatch = microBatch;
    this.#half = half;
    const column = () => new Float64Array(dataGroups);
    this.sequences = column();
    this.newTokens = column();
    this.#batchSizes = batchSizes;
    this.rows = batchSizes === undefined ? this.newTokens : column();
    this.contextTokens = column();
    this.pairs = column();
    this.windowedContextTokens = column();
    this.windowedPairs = column();
    this.reprojectedTokens = column();
    this.outputs = column();
    this.decoding = { sequences: column(), contextTokens: column(), windowedContextTokens: column() };
  }

  /** Becomes its half of `whole`, a pass that tells its decodes apart. Returns its tokens, of all data groups. */
  take(whole: Pass, { sequences, contextTokens, windowedContextTokens }: Decoding): number {
    this.index = whole.index;
    this.phase = whole.phase;
    let tokens = 0;
    for (let g = 0; g < this.newTokens.length; g++) {
      const decodes = sequences[g]!;
      const prompts = whole.sequences[g]! - decodes;
      const promptTokens = whole.newTokens[g]! - decodes;
      const ownDecodes = this.#part(decodes);
      const ownTokens = this.#part(promptTokens);
      const ownPrompts = Math.min(ownTokens, Math.ceil(prompts / 2)); // a prompt that is cut is in both
      const context = this.#share(contextTokens[g]!, decodes);
      const windowed = this.#share(windowedContextTokens[g]!, decodes);
      this.decoding.sequences[g] = ownDecodes;
      this.decoding.contextTokens[g] = context;
      this.decoding.windowedContextTokens[g] = windowed;
      this.sequences[g] = ownDecodes + ownPrompts;
      this.newTokens[g] = ownDecodes + ownTokens;
      this.contextTokens[g] = context + this.#share(whole.contextTokens[g]! - contextTokens[g]!, promptTokens);
      this.pairs[g] = context + this.#share(whole.pairs[g]! - contextTokens[g]!, promptTokens);
      this.windowedContextTokens[g] = windowed + this.#share(whole.windowedContextTokens[g]! - windowedContextTokens[g]!, promptTokens);
      this.windowedPairs[g] = windowed + this.#share(whole.windowedPairs[g]! - windowedContextTokens[g]!, promptTokens);
      this.reprojectedTokens[g] = this.#share(whole.reprojectedTokens?.[g] ?? 0, promptTokens);
      this.outputs[g] = ownDecodes + this.#part(whole.outputs[g]! - decodes);
      tokens += ownDecodes + ownTokens;
    }
    if (this.#batchSizes !== undefined && this.phase === 1) this.#batchSizes.fill(this.newTokens, this.rows);
    else if (this.rows !== this.newTokens) this.rows.set(this.newTokens);
    return tokens;
  }

  #part(count: number): number {
    return this.#half === 0 ? Math.ceil(count / 2) : Math.floor(count / 2);
  }

  /** What goes with this half's part of `count` things that have `amount` in all. */
  #share(amount: number, count: number): number {
    if (count === 0) return 0;
    const first = Math.round((amount * Math.ceil(count / 2)) / count);
    return this.#half === 0 ? first : amount - first;
  }
}

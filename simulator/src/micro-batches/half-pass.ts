import { type ByClass, createByClass, type Decoding, Pass } from "@tokenyard/model";
import type { BatchSizes } from "@tokenyard/serving";

/**
 * One of the two halves of a pass under two-batch overlap: for each data group half of the decoding sequences and half of the prompts'
 * tokens, the odd ones in the first half, with a proportional share of their contexts. Columns are [data groups]. Source:
 * docs/models/pipelines.md#two-batch-overlap.
 */
export class HalfPass extends Pass {
  declare readonly reprojectedTokens: Float64Array;
  declare readonly decoding: Decoding;
  readonly #half: 0 | 1;
  readonly #batchSizes: BatchSizes | undefined;
  /** Decoding part of a pass with prompts that does not separate it. */
  readonly #nothing: Decoding;

  constructor(replica: number, microBatch: number, dataGroups: number, half: 0 | 1, batchSizes?: BatchSizes) {
    super(replica, microBatch, dataGroups);
    this.#half = half;
    const none = new Float64Array(dataGroups);
    this.#nothing = {
      sequences: none,
      newTokens: none,
      contextTokens: none,
      pairs: none,
      windowedContextTokens: none,
      windowedPairs: none,
    };
    this.#batchSizes = batchSizes;
    if (batchSizes !== undefined) this.rows = new Float64Array(dataGroups);
  }

  /** Becomes its half of `whole`. */
  take(whole: Pass): void {
    const { sequences, contextTokens, windowedContextTokens } = whole.phase === 1 ? whole : (whole.decoding ?? this.#nothing);
    this.index = whole.index;
    this.phase = whole.phase;
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
    }
    if (whole.byClass !== undefined) this.#takeClasses(whole.byClass);
    if (this.#batchSizes !== undefined && this.phase === 1) this.#batchSizes.fill(this.newTokens, this.rows);
    else if (this.rows !== this.newTokens) this.rows.set(this.newTokens);
  }

  /** Splits classes in turn, so that together they have half of all: an odd sequence goes to the first half, the next one to the second. */
  #takeClasses({ classes, sequences, tokens, decoding }: ByClass): void {
    const groups = this.newTokens.length;
    if (this.byClass?.classes !== classes) this.byClass = createByClass(groups, classes);
    const own = this.byClass;
    for (let g = 0; g < groups; g++) {
      let decodes = 0;
      let promptTokens = 0;
      for (let at = g * classes; at < (g + 1) * classes; at++) {
        const prompts = sequences[at]! - decoding[at]!;
        const ofPrompts = tokens[at]! - decoding[at]!;
        const ownTokens = this.#part(promptTokens + ofPrompts) - this.#part(promptTokens);
        own.decoding[at] = this.#part(decodes + decoding[at]!) - this.#part(decodes);
        own.tokens[at] = own.decoding[at]! + ownTokens;
        own.sequences[at] = own.decoding[at]! + Math.min(ownTokens, Math.ceil(prompts / 2));
        decodes += decoding[at]!;
        promptTokens += ofPrompts;
      }
    }
  }

  #part(count: number): number {
    return this.#half === 0 ? Math.ceil(count / 2) : Math.floor(count / 2);
  }

  /** Share of `amount` for this half's part of `count` things. */
  #share(amount: number, count: number): number {
    if (count === 0) return 0;
    const first = Math.round((amount * Math.ceil(count / 2)) / count);
    return this.#half === 0 ? first : amount - first;
  }
}

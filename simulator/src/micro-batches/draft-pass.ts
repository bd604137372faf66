import { Pass } from "@tokenyard/model";
import type { BatchSizes } from "@tokenyard/serving";

/**
 * The first pass of a draft after a pass: over all of its tokens, so that its cache has them too; with logits for the tokens that each
 * sequence drafts.
 */
export class FirstDraftPass extends Pass {
  /** Whether it makes all drafts at once. */
  readonly #isParallel: boolean;

  constructor(replica: number, microBatch: number, dataGroups: number, isParallel: boolean) {
    super(replica, microBatch, dataGroups);
    this.#isParallel = isParallel;
    this.outputs = new Float64Array(dataGroups);
    this.rows = new Float64Array(dataGroups);
  }

  /** Becomes that of `whole`. */
  take(whole: Pass): void {
    this.index = whole.index;
    this.phase = whole.phase;
    this.sequences = whole.sequences;
    this.newTokens = whole.newTokens;
    this.contextTokens = whole.contextTokens;
    this.pairs = whole.pairs;
    this.windowedContextTokens = whole.windowedContextTokens;
    this.windowedPairs = whole.windowedPairs;
    this.reprojectedTokens = whole.reprojectedTokens;
    this.decoding = whole.decoding;
    this.byClass = whole.byClass;
    for (let g = 0; g < this.outputs.length; g++) {
      const yields = yieldsOf(whole, g);
      const drafts = whole.drafts![g]!;
      this.outputs[g] = this.#isParallel ? yields * drafts : drafts > 0 ? yields : 0;
      this.rows[g] = whole.rows[g]! + (this.#isParallel ? yields * Math.max(0, drafts - 1) : 0);
    }
  }
}

/** A further pass of a draft: `width` tokens of each sequence that drafts, after half of the drafts in the mean. */
export class NextDraftsPass extends Pass {
  readonly #batchSizes: BatchSizes | undefined;
  readonly #window: number;
  readonly #width: number;

  constructor(replica: number, microBatch: number, dataGroups: number, window: number, batchSizes: BatchSizes | undefined, width: number) {
    super(replica, microBatch, dataGroups);
    this.#batchSizes = batchSizes;
    this.#window = window;
    this.#width = width;
    this.phase = 1;
    this.decoding = undefined;
    this.reprojectedTokens = undefined;
    if (width === 1) {
      this.newTokens = this.sequences;
      this.pairs = this.contextTokens;
      this.windowedPairs = this.windowedContextTokens;
    }
    this.rows = batchSizes === undefined ? this.newTokens : new Float64Array(dataGroups);
    this.outputs = this.newTokens;
  }

  /** Becomes that of `whole`. */
  take(whole: Pass): void {
    const decoding = whole.decoding!;
    this.index = whole.index;
    for (let g = 0; g < this.sequences.length; g++) {
      const drafts = whole.drafts![g]!;
      const yields = drafts > 1 ? yieldsOf(whole, g) : 0;
      const decodes = decoding.sequences[g]!;
      const prompts = whole.sequences[g]! - decodes;
      const ended = Math.max(0, yields - decodes);
      const ofPrompts = prompts === 0 ? 0 : ((whole.contextTokens[g]! - decoding.contextTokens[g]!) * ended) / prompts;
      this.sequences[g] = yields;
      this.contextTokens[g] = yields === 0 ? 0 : Math.round(decoding.contextTokens[g]! + ofPrompts + (yields * drafts) / 2);
      this.windowedContextTokens[g] = Math.min(this.contextTokens[g]!, yields * this.#window);
      this.newTokens[g] = yields * this.#width;
      this.pairs[g] = this.contextTokens[g]! * this.#width;
      this.windowedPairs[g] = this.windowedContextTokens[g]! * this.#width;
    }
    if (this.rows !== this.newTokens) this.#batchSizes!.fill(this.newTokens, this.rows, this.sequences);
  }
}

/** Sequences of data group `group` whose next token comes out of `pass`. */
function yieldsOf({ outputs, decoding }: Pass, group: number): number {
  return outputs[group]! - decoding!.newTokens[group]! + decoding!.sequences[group]!;
}

import { createByClass, createDecoding, Pass } from "@tokenyard/model";

/**
 * A pass that verifies trees, as the draft sees it: of each tree it has the tokens of one path alone, since no others stay. Source:
 * docs/models/scheduling.md#trees.
 */
export class PathPass extends Pass {
  readonly #verified: number;
  readonly #kept: number;

  /** `verified`: tokens of a tree, the one before it included; `kept`: those of a path. */
  constructor(replica: number, microBatch: number, dataGroups: number, verified: number, kept: number) {
    super(replica, microBatch, dataGroups);
    this.#verified = verified;
    this.#kept = kept;
    this.rows = new Float64Array(dataGroups);
    this.decoding = createDecoding(dataGroups, true);
  }

  /** Becomes that of `whole`. */
  take(whole: Pass): this {
    this.index = whole.index;
    this.phase = whole.phase;
    this.drafts = whole.drafts;
    this.sequences = whole.sequences;
    this.reprojectedTokens = whole.reprojectedTokens;
    for (let g = 0; g < whole.sequences.length; g++) this.#narrow(whole, g);
    if (whole.byClass !== undefined) this.#narrowClasses(whole.byClass);
    return this;
  }

  #narrow(whole: Pass, g: number): void {
    const kept = this.#kept;
    const { sequences, newTokens, contextTokens, pairs, windowedContextTokens, windowedPairs } = whole.decoding!;
    const own = this.decoding!;
    const count = sequences[g]!;
    const past = contextTokens[g]! - newTokens[g]!;
    const less = newTokens[g]! - count * kept;
    own.sequences[g] = count;
    own.newTokens[g] = count * kept;
    own.contextTokens[g] = past + count * kept;
    own.pairs[g] = kept * past + (count * kept * (kept + 1)) / 2;
    own.windowedContextTokens[g] = windowedContextTokens[g]! - less;
    own.windowedPairs[g] = Math.min(own.pairs[g]!, (windowedPairs[g]! * kept) / this.#verified);
    const padding = whole.rows[g]! - whole.newTokens[g]!;
    this.newTokens[g] = whole.newTokens[g]! - less;
    this.rows[g] = this.newTokens[g]! + (padding * kept) / this.#verified;
    this.outputs[g] = whole.outputs[g]! - less;
    this.contextTokens[g] = whole.contextTokens[g]! - less;
    this.pairs[g] = whole.pairs[g]! - pairs[g]! + own.pairs[g]!;
    this.windowedContextTokens[g] = whole.windowedContextTokens[g]! - less;
    this.windowedPairs[g] = whole.windowedPairs[g]! - windowedPairs[g]! + own.windowedPairs[g]!;
  }

  #narrowClasses({ classes, sequences, tokens, decoding }: NonNullable<Pass["byClass"]>): void {
    if (this.byClass?.classes !== classes) this.byClass = createByClass(this.newTokens.length, classes);
    const own = this.byClass;
    own.sequences.set(sequences);
    own.decoding.set(decoding);
    for (let at = 0; at < tokens.length; at++) own.tokens[at] = tokens[at]! - decoding[at]! * (this.#verified - this.#kept);
  }
}

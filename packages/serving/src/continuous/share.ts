import type { ByClass, Decoding, Pass } from "@tokenyard/model";
import { attendedPairs, reprojectedTokens } from "@tokenyard/model";
import type { Limits } from "./data-group.ts";

/** A pass with all its columns. */
export interface WholePass extends Pass {
  readonly reprojectedTokens: Float64Array;
  readonly decoding: Decoding;
}

/** A step that verifies drafts, as sums over its sequences. */
export interface VerifyingStep {
  /** Sequences, and tokens that each computes. */
  readonly size: number;
  readonly each: number;
  readonly contextTokens: number;
  readonly pairs: number;
  readonly windowedTokens: number;
  readonly windowedPairs: number;
  readonly ofClass: Int32Array | undefined;
}

/** Work of one data group in a pass: its place in the columns of the pass, overwritten for each. */
export class Share {
  /** Sequences that decode, and tokens that they compute. */
  decoding = 0;
  decodingTokens = 0;
  readonly #pass: WholePass;
  readonly #group: number;
  readonly #limits: Pick<Limits, "window" | "attentionChunk">;

  constructor(pass: WholePass, group: number, limits: Pick<Limits, "window" | "attentionChunk">) {
    this.#pass = pass;
    this.#group = group;
    this.#limits = limits;
  }

  /** Sequences that take part. */
  get sequences(): number {
    return this.#pass.sequences[this.#group]!;
  }

  /** Begins with `decoding` sequences of one token each, and `contextTokens` in all; `ofClass` [classes]: the number of each class. */
  begin(decoding: number, contextTokens: number, windowedTokens: number, ofClass?: Int32Array): void {
    const pass = this.#pass;
    const group = this.#group;
    this.decoding = decoding;
    this.decodingTokens = decoding;
    pass.sequences[group] = decoding;
    pass.newTokens[group] = decoding;
    pass.contextTokens[group] = contextTokens;
    pass.pairs[group] = contextTokens;
    pass.windowedContextTokens[group] = windowedTokens;
    pass.windowedPairs[group] = windowedTokens;
    pass.reprojectedTokens[group] = 0;
    pass.outputs[group] = decoding;
    pass.decoding.sequences[group] = decoding;
    pass.decoding.contextTokens[group] = contextTokens;
    pass.decoding.windowedContextTokens[group] = windowedTokens;
    pass.decoding.newTokens[group] = decoding;
    pass.decoding.pairs[group] = contextTokens;
    pass.decoding.windowedPairs[group] = windowedTokens;
    if (pass.byClass !== undefined) this.#beginByClass(pass.byClass, ofClass);
  }

  /** Begins a step that verifies drafts. */
  beginVerifying({ size, each, contextTokens, pairs, windowedTokens, windowedPairs, ofClass }: VerifyingStep): void {
    const pass = this.#pass;
    const group = this.#group;
    const { decoding } = pass;
    this.begin(size, contextTokens, windowedTokens, ofClass);
    this.decodingTokens = size * each;
    pass.newTokens[group] = size * each;
    pass.pairs[group] = pairs;
    pass.windowedPairs[group] = windowedPairs;
    pass.outputs[group] = size * each;
    decoding.newTokens[group] = size * each;
    decoding.pairs[group] = pairs;
    decoding.windowedPairs[group] = windowedPairs;
    if (pass.byClass === undefined) return;
    const { classes, tokens } = pass.byClass;
    for (let at = group * classes; at < (group + 1) * classes; at++) tokens[at] = tokens[at]! * each;
  }

  /** Removes a sequence that would have verified `each` tokens after `past` cached ones. */
  forgetVerified(past: number, each: number, classIndex: number): void {
    const { window } = this.#limits;
    const pass = this.#pass;
    const group = this.#group;
    const pairs = attendedPairs(past, each, Number.POSITIVE_INFINITY);
    const windowedTokens = Math.min(past + each, each + window - 1);
    const windowedPairs = window === Number.POSITIVE_INFINITY ? pairs : attendedPairs(past, each, window);
    this.decoding--;
    this.decodingTokens -= each;
    pass.outputs[group]! -= each;
    for (const columns of [pass, pass.decoding]) {
      columns.sequences[group]! -= 1;
      columns.newTokens[group]! -= each;
      columns.contextTokens[group]! -= past + each;
      columns.pairs[group]! -= pairs;
      columns.windowedContextTokens[group]! -= windowedTokens;
      columns.windowedPairs[group]! -= windowedPairs;
    }
    if (pass.byClass === undefined) return;
    const { classes, sequences, tokens, decoding } = pass.byClass;
    const at = group * classes + classIndex;
    sequences[at]! -= 1;
    tokens[at]! -= each;
    decoding[at]! -= 1;
  }

  /** Takes back one of class number `classIndex` that was to decode with so much context. */
  forgetDecode(contextTokens: number, classIndex: number): void {
    const windowedTokens = Math.min(contextTokens, this.#limits.window);
    const pass = this.#pass;
    const group = this.#group;
    this.decoding--;
    this.decodingTokens--;
    pass.sequences[group]! -= 1;
    pass.newTokens[group]! -= 1;
    pass.contextTokens[group]! -= contextTokens;
    pass.pairs[group]! -= contextTokens;
    pass.windowedContextTokens[group]! -= windowedTokens;
    pass.windowedPairs[group]! -= windowedTokens;
    pass.outputs[group]! -= 1;
    pass.decoding.sequences[group]! -= 1;
    pass.decoding.contextTokens[group]! -= contextTokens;
    pass.decoding.windowedContextTokens[group]! -= windowedTokens;
    if (pass.byClass === undefined) return;
    const { classes, sequences, tokens, decoding } = pass.byClass;
    const at = group * classes + classIndex;
    sequences[at]! -= 1;
    tokens[at]! -= 1;
    decoding[at]! -= 1;
  }

  /**
   * Adds a prompt of class number `classIndex` with `past` cached tokens that computes `chunk` more, its last ones if it `yields` a token;
   * with `times` −1, removes it.
   */
  addPrompt(past: number, chunk: number, yields: boolean, times: 1 | -1, classIndex: number): void {
    const { window, attentionChunk } = this.#limits;
    const pass = this.#pass;
    const group = this.#group;
    const pairs = attendedPairs(past, chunk, Number.POSITIVE_INFINITY);
    pass.sequences[group]! += times;
    pass.newTokens[group]! += times * chunk;
    pass.contextTokens[group]! += times * (past + chunk);
    pass.pairs[group]! += times * pairs;
    pass.windowedContextTokens[group]! += times * Math.min(past + chunk, chunk + window - 1);
    pass.windowedPairs[group]! += times * (window === Number.POSITIVE_INFINITY ? pairs : attendedPairs(past, chunk, window));
    pass.reprojectedTokens[group]! += times * reprojectedTokens(chunk, attentionChunk);
    if (yields) pass.outputs[group]! += times;
    if (pass.byClass === undefined) return;
    const { classes, sequences, tokens } = pass.byClass;
    sequences[group * classes + classIndex]! += times;
    tokens[group * classes + classIndex]! += times * chunk;
  }

  #beginByClass({ classes, sequences, tokens, decoding }: ByClass, ofClass: Int32Array | undefined): void {
    for (let c = 0; c < classes; c++) {
      const at = this.#group * classes + c;
      decoding[at] = ofClass?.[c] ?? 0;
      tokens[at] = decoding[at]!;
      sequences[at] = decoding[at]!;
    }
  }
}

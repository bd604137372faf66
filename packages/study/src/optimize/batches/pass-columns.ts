import { attendedPairs, reprojectedTokens as reprojected } from "@tokenyard/model";
import type { SequenceColumns } from "@tokenyard/program";
import type { Deal, Requests } from "@tokenyard/serving";

/** Origin of passes: those of one kind are alike wherever a data group has only the same sequence in them. */
export type PassKind = "prefill" | "first-half" | "second-half" | "at-once" | "decode";

/**
 * Work of consecutive passes of one micro-batch, by data group: the mean over the passes in which the group has a sequence. One row for
 * each such micro-batch and span of passes. A thinly dealt batch leaves most groups without a sequence: each row holds only the others.
 */
export interface PassColumns extends SequenceColumns {
  readonly kind: PassKind;
  /** [rows + 1] index of the first data group of each row */
  readonly starts: Int32Array;
  /** [rows] how many passes these are, and the fewest and most tokens of one of them. */
  readonly passes: Float64Array;
  readonly leastTokens: Float64Array;
  readonly mostTokens: Float64Array;
  /** [data groups of the rows] their numbers. */
  readonly group: Int32Array;
  /** Number of passes in which each has a sequence: the other columns are means over these. */
  readonly busy: Float64Array;
  /** The sequence of a data group that is alone in all its passes of this kind; else −1. */
  readonly lone: Int32Array;
}

/** Inputs from which the rows of a batch follow. */
export interface Dealing {
  readonly requests: Requests;
  readonly deal: Deal;
  readonly dataGroups: number;
  /** Tokens that a layer with a window looks back on. */
  readonly window: number;
  /** Rows of a chunk of attention under recomputation. */
  readonly attentionChunk: number;
}

/** Writer of consecutive rows. */
export class PassRows {
  readonly columns: PassColumns;
  readonly #dealing: Dealing;
  /** [data groups] its place in the row that is being written, of those that have one. */
  readonly #places: Int32Array;
  #rows = 0;
  #end = 0;

  /** Makes room for `rows` rows with at most `sequences` sequences, each counted in each row. */
  constructor(kind: "prefill" | "decode", dealing: Dealing, rows: number, sequences: number) {
    const column = () => new Float64Array(sequences);
    const isPrefill = kind === "prefill";
    const isWindowed = dealing.window !== Number.POSITIVE_INFINITY;
    const counts = column();
    const contextTokens = column();
    const pairs = isPrefill ? column() : contextTokens; // a decoding sequence pairs with its context
    const windowedContextTokens = isPrefill || !isWindowed ? contextTokens : column();
    const newTokens = isPrefill ? contextTokens : counts; // nothing is cached yet; then each sequence has one
    this.columns = {
      kind,
      phase: isPrefill ? 0 : 1,
      starts: new Int32Array(rows + 1),
      passes: new Float64Array(rows),
      leastTokens: new Float64Array(rows),
      mostTokens: new Float64Array(rows),
      group: new Int32Array(sequences),
      busy: column(),
      sequences: counts,
      newTokens,
      rows: newTokens,
      contextTokens,
      pairs,
      windowedContextTokens,
      windowedPairs: isPrefill && isWindowed ? column() : isPrefill ? pairs : windowedContextTokens,
      reprojectedTokens: isPrefill ? column() : undefined,
      outputs: counts,
      decoding: undefined,
      lone: new Int32Array(sequences),
    };
    this.#dealing = dealing;
    this.#places = new Int32Array(dealing.dataGroups).fill(-1);
  }

  /** The pass that computes the prompts of `members`. */
  prefill(members: Int32Array): void {
    const { requests, window, attentionChunk } = this.#dealing;
    const { busy, sequences, newTokens, pairs, windowedPairs, reprojectedTokens } = this.columns;
    let tokens = 0;
    for (let i = 0; i < members.length; i++) {
      const request = members[i]!;
      const at = this.#placeOf(request, true);
      const prompt = requests.promptTokens[request]!;
      busy[at] = 1;
      sequences[at]! += 1;
      newTokens[at]! += prompt;
      pairs[at]! += attendedPairs(0, prompt, Number.POSITIVE_INFINITY);
      if (windowedPairs !== pairs) windowedPairs[at]! += attendedPairs(0, prompt, window);
      reprojectedTokens![at]! += reprojected(prompt, attentionChunk);
      tokens += prompt;
    }
    this.#close(1, tokens, tokens);
  }

  /** Passes `from` … `to` − 1: pass k gives a sequence with more than k outputs its token k + 1, and reads prompt + k cached ones. */
  decode(members: Int32Array, from: number, to: number): void {
    const { requests, window } = this.#dealing;
    const { busy, sequences, contextTokens, windowedContextTokens } = this.columns;
    const start = this.#end;
    let leastTokens = 0;
    let mostTokens = 0;
    for (let i = 0; i < members.length; i++) {
      const request = members[i]!;
      const outputs = requests.outputTokens[request]!;
      const passes = Math.min(to, outputs) - from;
      if (passes <= 0) continue;
      const at = this.#placeOf(request, from === 1 && outputs <= to);
      const past = requests.promptTokens[request]! + from - 1;
      busy[at] = Math.max(busy[at]!, passes);
      sequences[at]! += passes;
      contextTokens[at]! += attendedPairs(past, passes, Number.POSITIVE_INFINITY);
      if (windowedContextTokens !== contextTokens) windowedContextTokens[at]! += attendedPairs(past, passes, window);
      mostTokens++;
      if (passes === to - from) leastTokens++;
    }
    for (let at = start; at < this.#end; at++) {
      sequences[at]! /= busy[at]!;
      contextTokens[at]! /= busy[at]!;
      if (windowedContextTokens !== contextTokens) windowedContextTokens[at]! /= busy[at]!;
    }
    this.#close(to - from, leastTokens, mostTokens);
  }

  /** The place of the data group of `request` in the row; its lone sequence is that request, until another comes. */
  #placeOf(request: number, isWhole: boolean): number {
    const group = this.#dealing.deal.dataGroup[request]!;
    const known = this.#places[group]!;
    if (known >= 0) {
      this.columns.lone[known] = -1;
      return known;
    }
    const at = this.#end++;
    this.#places[group] = at;
    this.columns.group[at] = group;
    this.columns.lone[at] = isWhole ? request : -1;
    return at;
  }

  #close(passes: number, leastTokens: number, mostTokens: number): void {
    const { starts, group } = this.columns;
    const row = this.#rows++;
    for (let at = starts[row]!; at < this.#end; at++) this.#places[group[at]!] = -1;
    this.columns.passes[row] = passes;
    this.columns.leastTokens[row] = leastTokens;
    this.columns.mostTokens[row] = mostTokens;
    starts[row + 1] = this.#end;
  }
}

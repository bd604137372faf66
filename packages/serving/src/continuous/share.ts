import { attendedPairs, reprojectedTokens } from "@tokenyard/model";
import type { Limits } from "./data-group.ts";

/** What the members of one data group are about to compute in a pass. */
export class Share {
  sequences = 0;
  newTokens = 0;
  contextTokens = 0;
  pairs = 0;
  windowedContextTokens = 0;
  windowedPairs = 0;
  reprojectedTokens = 0;
  outputs = 0;
  /** Sequences that decode, and their contexts. */
  decoding = 0;
  decodingContext = 0;
  decodingWindowed = 0;
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  clear(): void {
    this.sequences = 0;
    this.newTokens = 0;
    this.contextTokens = 0;
    this.pairs = 0;
    this.windowedContextTokens = 0;
    this.windowedPairs = 0;
    this.reprojectedTokens = 0;
    this.outputs = 0;
    this.decoding = 0;
    this.decodingContext = 0;
    this.decodingWindowed = 0;
  }

  /** Adds `sequences` that decode a token each, with so much context in all; with negative numbers, takes them back. */
  addDecodes(sequences: number, contextTokens: number, windowedTokens: number): void {
    this.decoding += sequences;
    this.decodingContext += contextTokens;
    this.decodingWindowed += windowedTokens;
    this.sequences += sequences;
    this.newTokens += sequences;
    this.contextTokens += contextTokens;
    this.pairs += contextTokens;
    this.windowedContextTokens += windowedTokens;
    this.windowedPairs += windowedTokens;
    this.outputs += sequences;
  }

  /** Adds a prompt with `past` cached tokens that computes `chunk` more, its last ones where it `yields` a token; with `times` −1, takes it back. */
  addPrompt(past: number, chunk: number, yields: boolean, times: 1 | -1): void {
    const { window, attentionChunk } = this.#limits;
    const pairs = attendedPairs(past, chunk, Number.POSITIVE_INFINITY);
    this.sequences += times;
    this.newTokens += times * chunk;
    this.contextTokens += times * (past + chunk);
    this.pairs += times * pairs;
    this.windowedContextTokens += times * Math.min(past + chunk, chunk + window - 1);
    this.windowedPairs += times * (window === Number.POSITIVE_INFINITY ? pairs : attendedPairs(past, chunk, window));
    this.reprojectedTokens += times * reprojectedTokens(chunk, attentionChunk);
    if (yields) this.outputs += times;
  }
}

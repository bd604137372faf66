import { Pass } from "@tokenyard/model";
import type { BatchSizes } from "../batches/batch-sizes.ts";
import { Share, type WholePass } from "./share.ts";

/** Work of one data group in a pass that no scheduler has formed. */
export interface ComposedGroup {
  /** Sequences that decode one token each. */
  readonly decoding: number;
  /** Mean context of each, in tokens. */
  readonly contextTokens: number;
  /** Tokens of each whole prompt that is computed. */
  readonly prompts: readonly number[];
}

/** What a pass of such a model and engine is composed by. */
export interface Composition {
  /** Tokens that the attention of windowed layers sees; Infinity where there are none. */
  readonly window: number;
  /** Rows whose attention is computed at once. */
  readonly attentionChunk: number;
  readonly batchSizes: BatchSizes | undefined;
}

/** A pass of replica 0 that computes `groups` [data groups], with the columns that a continuous scheduler would give it. */
export function composedPass(groups: readonly ComposedGroup[], { window, attentionChunk, batchSizes }: Composition): Pass {
  const pass = new Pass(0, 0, groups.length) as WholePass;
  const share = { window, attentionChunk };
  const hasPrompts = groups.some(({ prompts }) => prompts.length > 0);
  for (const [g, { decoding, contextTokens, prompts }] of groups.entries()) {
    const column = new Share(pass, g, share);
    column.begin(decoding, decoding * contextTokens, decoding * Math.min(contextTokens, window));
    for (const tokens of prompts) column.addPrompt(0, tokens, true, 1, 0);
  }
  pass.phase = hasPrompts ? 0 : 1;
  if (batchSizes === undefined) return pass;
  pass.rows = pass.newTokens.slice();
  if (!hasPrompts) batchSizes.fill(pass.newTokens, pass.rows, pass.sequences);
  return pass;
}

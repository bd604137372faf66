import { attendedPairs, reprojectedTokens as reprojected } from "@tokenyard/model";
import type { Deal, Requests } from "@tokenyard/serving";

/** What some passes in a row of one micro-batch compute, by data group: the mean over the passes in which the group has a sequence. */
export interface PassColumns {
  readonly phase: "prefill" | "decode";
  /** How many passes these are. */
  readonly passes: number;
  /** In how many of them each data group has a sequence [data groups]; the columns below are their means. */
  readonly busy: Float64Array;
  readonly sequences: Float64Array;
  readonly newTokens: Float64Array;
  readonly contextTokens: Float64Array;
  readonly pairs: Float64Array;
  readonly windowedContextTokens: Float64Array;
  readonly windowedPairs: Float64Array;
  /** Tokens whose keys and values a prefill projects anew. */
  readonly reprojectedTokens?: Float64Array | undefined;
  /** New tokens of a pass, all data groups together: in the smallest of the passes, and in the largest. */
  readonly leastTokens: number;
  readonly mostTokens: number;
}

/** A batch and how it is dealt. */
export interface Dealing {
  readonly requests: Requests;
  readonly deal: Deal;
  readonly dataGroups: number;
  readonly window: number;
  readonly attentionChunk: number;
}

/** The pass that computes the prompts of `members`. */
export function prefillColumns(members: readonly number[], dealing: Dealing): PassColumns {
  const { requests, deal, dataGroups, window, attentionChunk } = dealing;
  const busy = new Float64Array(dataGroups);
  const sequences = new Float64Array(dataGroups);
  const newTokens = new Float64Array(dataGroups);
  const pairs = new Float64Array(dataGroups);
  const windowedPairs = window === Number.POSITIVE_INFINITY ? pairs : new Float64Array(dataGroups);
  const reprojectedTokens = new Float64Array(dataGroups);
  let tokens = 0;
  for (const request of members) {
    const group = deal.dataGroup[request]!;
    const prompt = requests.promptTokens[request]!;
    busy[group] = 1;
    sequences[group]! += 1;
    newTokens[group]! += prompt;
    pairs[group]! += attendedPairs(0, prompt, Number.POSITIVE_INFINITY);
    if (windowedPairs !== pairs) windowedPairs[group]! += attendedPairs(0, prompt, window);
    reprojectedTokens[group]! += reprojected(prompt, attentionChunk);
    tokens += prompt;
  }
  const context = { contextTokens: newTokens, windowedContextTokens: newTokens }; // nothing is cached yet
  return {
    phase: "prefill",
    passes: 1,
    busy,
    sequences,
    newTokens,
    ...context,
    pairs,
    windowedPairs,
    reprojectedTokens,
    leastTokens: tokens,
    mostTokens: tokens,
  };
}

/** Passes `from` … `to` − 1: pass k gives a sequence with more than k outputs its token k + 1, and reads prompt + k cached ones. */
export function decodeColumns(
  members: readonly number[],
  from: number,
  to: number,
  { requests, deal, dataGroups, window }: Dealing,
): PassColumns {
  const busy = new Float64Array(dataGroups);
  const sequences = new Float64Array(dataGroups);
  const contextTokens = new Float64Array(dataGroups);
  const windowedContextTokens = window === Number.POSITIVE_INFINITY ? contextTokens : new Float64Array(dataGroups);
  let leastTokens = 0;
  let mostTokens = 0;
  for (const request of members) {
    const passes = Math.min(to, requests.outputTokens[request]!) - from;
    if (passes <= 0) continue;
    const group = deal.dataGroup[request]!;
    const past = requests.promptTokens[request]! + from - 1;
    busy[group] = Math.max(busy[group]!, passes);
    sequences[group]! += passes;
    contextTokens[group]! += attendedPairs(past, passes, Number.POSITIVE_INFINITY);
    if (windowedContextTokens !== contextTokens) windowedContextTokens[group]! += attendedPairs(past, passes, window);
    mostTokens++;
    if (passes === to - from) leastTokens++;
  }
  for (const column of new Set([sequences, contextTokens, windowedContextTokens])) {
    for (let group = 0; group < dataGroups; group++) column[group]! /= Math.max(1, busy[group]!);
  }
  return {
    phase: "decode",
    passes: to - from,
    busy,
    sequences,
    newTokens: sequences, // one each
    contextTokens,
    pairs: contextTokens, // so each pairs with its context
    windowedContextTokens,
    windowedPairs: windowedContextTokens,
    leastTokens,
    mostTokens,
  };
}

import { attendedPairs, reprojectedTokens as reprojected } from "@tokenyard/model";
import type { Deal, Requests } from "@tokenyard/serving";

/** What some passes in a row of one micro-batch compute, by data group: the mean over the passes in which the group has a sequence. */
export interface PassColumns {
  readonly phase: "prefill" | "decode";
  /** How many passes these are. */
  readonly passes: number;
  /** In how many of them each data group has a sequence [data groups]; the columns below are their means. */
  readonly busy: readonly number[];
  readonly sequences: readonly number[];
  readonly newTokens: readonly number[];
  readonly contextTokens: readonly number[];
  readonly pairs: readonly number[];
  readonly windowedContextTokens: readonly number[];
  readonly windowedPairs: readonly number[];
  /** Tokens whose keys and values a prefill projects anew. */
  readonly reprojectedTokens?: readonly number[] | undefined;
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
  const busy = zeros(dataGroups);
  const sequences = zeros(dataGroups);
  const newTokens = zeros(dataGroups);
  const pairs = zeros(dataGroups);
  const windowedPairs = window === Number.POSITIVE_INFINITY ? pairs : zeros(dataGroups);
  const reprojectedTokens = zeros(dataGroups);
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
  const busy = zeros(dataGroups);
  const sequences = zeros(dataGroups);
  const contextTokens = zeros(dataGroups);
  const windowedContextTokens = window === Number.POSITIVE_INFINITY ? contextTokens : zeros(dataGroups);
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
  for (let group = 0; group < dataGroups; group++) {
    const passes = Math.max(1, busy[group]!);
    sequences[group]! /= passes;
    contextTokens[group]! /= passes;
    if (windowedContextTokens !== contextTokens) windowedContextTokens[group]! /= passes;
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

/** Plain, as batches that are dealt out thin have very many of one number each. */
function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

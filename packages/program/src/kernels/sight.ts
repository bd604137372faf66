import type { Sight } from "@tokenyard/model";

/** Part of contexts that a kernel sees: entries that are read, and pairs that are scored. */
export interface Seen {
  contextTokens: number;
  pairs: number;
}

/** Sums over sequences, in all and within the window of the pass. */
export interface Sums extends Seen {
  readonly sequences: number;
  readonly newTokens: number;
  readonly windowedContextTokens: number;
  readonly windowedPairs: number;
}

/**
 * Sets `out` to the part of `sums` that a kernel of this sight sees. A pass sums up one window; for another the largest possible sum of its
 * sequences is used, which is exact where all or none reach the window. Source: docs/models/mixers.md#mixers.
 */
export function seenAs({ most, ratio, readsAll }: Sight, sums: Sums, window: number, isPrompt: boolean, out: Seen): void {
  if (most === Number.POSITIVE_INFINITY) {
    out.contextTokens = sums.contextTokens;
    out.pairs = sums.pairs;
  } else if (most === window) {
    out.contextTokens = isPrompt && readsAll ? sums.contextTokens : sums.windowedContextTokens;
    out.pairs = sums.windowedPairs;
  } else {
    const { sequences, newTokens, contextTokens, pairs } = sums;
    out.pairs = Math.min(pairs, newTokens * most);
    out.contextTokens = isPrompt && readsAll ? contextTokens : Math.min(contextTokens, newTokens + sequences * (most - 1));
  }
  if (ratio === 1) return;
  out.contextTokens /= ratio;
  out.pairs /= ratio;
}

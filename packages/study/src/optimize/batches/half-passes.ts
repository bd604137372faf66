import type { PassColumns } from "./pass-columns.ts";

/**
 * The first or second halves of prefills: every second token of each data group, with the proportional work; recomputed projections are
 * left out.
 */
export function halfOf(columns: PassColumns, isFirst: boolean): PassColumns {
  const { starts, newTokens, sequences, pairs, windowedPairs, contextTokens, windowedContextTokens } = columns;
  const rows = starts.length - 1;
  const ownTokens = new Float64Array(newTokens.length);
  const ownSequences = new Float64Array(newTokens.length);
  const tokens = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const own = isFirst ? Math.ceil(newTokens[at]! / 2) : Math.floor(newTokens[at]! / 2);
      ownTokens[at] = own;
      ownSequences[at] = Math.min(own, Math.ceil(sequences[at]! / 2));
      tokens[row]! += own;
    }
  }
  const ownPairs = shareOf(pairs, newTokens, isFirst);
  const ownContext = shareOf(contextTokens, newTokens, isFirst);
  return {
    ...columns,
    kind: isFirst ? "first-half" : "second-half",
    reprojectedTokens: undefined,
    sequences: ownSequences,
    newTokens: ownTokens,
    rows: ownTokens,
    outputs: ownSequences,
    pairs: ownPairs,
    windowedPairs: windowedPairs === pairs ? ownPairs : shareOf(windowedPairs, newTokens, isFirst),
    contextTokens: ownContext,
    windowedContextTokens: windowedContextTokens === contextTokens ? ownContext : shareOf(windowedContextTokens, newTokens, isFirst),
    leastTokens: tokens,
    mostTokens: tokens,
  };
}

/** Prefills as if nothing was projected again. */
export function atOnce(columns: PassColumns): PassColumns {
  return { ...columns, kind: "at-once", reprojectedTokens: undefined };
}

/** Part of `column` for the tokens of a half. */
function shareOf(column: Float64Array, newTokens: Float64Array, isFirst: boolean): Float64Array {
  const share = new Float64Array(column.length);
  for (let at = 0; at < column.length; at++) {
    const tokens = newTokens[at]!;
    if (tokens === 0) continue;
    const first = Math.round((column[at]! * Math.ceil(tokens / 2)) / tokens);
    share[at] = isFirst ? first : column[at]! - first;
  }
  return share;
}

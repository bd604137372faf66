import type { CheckpointColumns } from "@tokenyard/report";

/** Copies of all pools together, of `each` its own. */
export function checkpointColumns(each: readonly CheckpointColumns[]): CheckpointColumns {
  const sum = (of: (columns: CheckpointColumns) => number) => each.reduce((total, columns) => total + of(columns), 0);
  return {
    copiedTokens: sum(({ copiedTokens }) => copiedTokens),
    copiedBytes: sum(({ copiedBytes }) => copiedBytes),
    fabricBytes: sum(({ fabricBytes }) => fabricBytes),
    nodeBytes: sum(({ nodeBytes }) => nodeBytes),
    busiestLinkNs: Math.max(...each.map(({ busiestLinkNs }) => busiestLinkNs)),
    restored: {
      requests: sum(({ restored }) => restored.requests),
      tokens: sum(({ restored }) => restored.tokens),
      ns: sum(({ restored }) => restored.ns),
    },
  };
}

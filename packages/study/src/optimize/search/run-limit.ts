import type { RunLimit } from "@tokenyard/simulator";
import type { Elapsed } from "../bounds/lower-bounds.ts";

/** Limit of runs that no result can beat: simulated time ends before it. */
const NEVER_NS = Number.MAX_SAFE_INTEGER;
const NS = 1e-9;
/** Limit of a run that stops when `mayWin` is false at its progress, as it then stays false. */
export function runLimit(mayWin: (elapsed: Elapsed) => boolean): RunLimit {
  return {
    firstTokensNs: lastNs((ns) => mayWin({ firstTokens: ns * NS, end: 0 })),
    endNs: lastNs((ns) => mayWin({ firstTokens: 0, end: ns * NS })),
  };
}

/** The last instant at which it may still win: plans that differ in little more than the order of their sums are less than a thousandth apart. */
function lastNs(mayWin: (ns: number) => boolean): number {
  let low = 0;
  let high = 1000;
  while (mayWin(high)) {
    if (high >= NEVER_NS / 2) return NEVER_NS;
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (mayWin(middle)) low = middle;
    else high = middle;
  }
  return low;
}

import type { Setup } from "../../inputs/setup.ts";

/** Requests whose latencies count: those with numbers from `from` up to, and without, `to`. */
export interface CountedRequests {
  readonly from: number;
  readonly to: number;
}

/** Requests between warm-up and cool-down, if their number is known; else all. */
export function countedOf({ scenario, source }: Setup): CountedRequests {
  const { total } = source;
  const { warmUp = 0, coolDown = 0 } = scenario.measure ?? {};
  if (total === undefined) return { from: 0, to: Number.POSITIVE_INFINITY };
  return { from: Math.floor(total * warmUp), to: total - Math.floor(total * coolDown) };
}

export const ALL: CountedRequests = { from: 0, to: Number.POSITIVE_INFINITY };

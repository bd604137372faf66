import type { RebalanceColumns } from "./balance-columns.ts";

/** Two rebalances after four windows: 9 ms of experts where they lay at the start, 5 ms where they lay, 2 ms to move them. */
export const REBALANCES: RebalanceColumns = {
  windows: 4,
  rebalances: 2,
  moves: 10,
  bytes: 1e6,
  moveNs: 2e6,
  stillNs: 9e6,
  reachedNs: 5e6,
  bestNs: 4e6,
  still: 6,
  reached: 5,
  best: 4.5,
};

import { type ExpertSlots, maxOverMeanOf, rankLoads } from "@tokenyard/placement";
import type { RebalancedLayers } from "@tokenyard/report";

/** A layer with experts on a stage, and how even its ranks were in windows. */
export interface SeenLayer {
  readonly number: number;
  /** The fullest rank over the mean in the first window, in the last one, and in that with the placement of the start; undefined before the first has ended. */
  evenness: readonly [first: number, last: number, unmoved: number] | undefined;
}

/** Layers that had a window, by number: means over those of the same number. */
export function rebalancedLayers(all: readonly SeenLayer[]): RebalancedLayers {
  const seen = all.filter(({ evenness }) => evenness !== undefined);
  const layers = Int32Array.from(new Set(seen.map(({ number }) => number))).sort();
  const column = (at: 0 | 1 | 2) =>
    Float64Array.from(layers, (number) => {
      const own = seen.filter((layer) => layer.number === number).map(({ evenness }) => evenness![at]);
      return own.reduce((sum, each) => sum + each, 0) / own.length;
    });
  return { layers, first: column(0), last: column(1), lastUnmoved: column(2) };
}

/** The fullest rank over the mean of those that hold any expert. */
export function balanceOf(loads: Float64Array, slots: ExpertSlots): number {
  return maxOverMeanOf(rankLoads(loads, slots).filter((_, e) => slots.offsets[e + 1]! > slots.offsets[e]!));
}

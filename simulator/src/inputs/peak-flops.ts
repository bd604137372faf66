import { peaksOf } from "@tokenyard/cluster";
import { productPrecisions } from "@tokenyard/model";
import type { PoolSetup } from "./setup.ts";

/** Peak FLOPS of a GPU, in the fastest format in which its model multiplies. */
export function peakFlopsOf({ scenario: { model, cluster } }: PoolSetup): number {
  const { flopsPerSecond } = peaksOf(cluster);
  return Math.max(...productPrecisions(model, cluster.gpu).map((precision) => flopsPerSecond(precision)));
}

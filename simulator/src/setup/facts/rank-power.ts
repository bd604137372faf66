import { gpuWatts } from "@tokenyard/cluster";
import type { PoolSetup } from "../../inputs/setup.ts";

/** Power of the GPUs of a run. */
export interface RankPower {
  /** [ranks] watts of a GPU that does nothing, and at most */
  readonly idle: Float64Array;
  readonly peak: Float64Array;
  /** Watts of the GPU of `rank` that reached these shares of its peaks. */
  watts(rank: number, flopsUse: number, bandwidthUse: number): number;
}

/** Power of all ranks; undefined if that of one kind of GPU is not known. Source: docs/models/cost-and-energy.md#power-over-time. */
export function powerByRank({ pools }: { readonly pools: readonly PoolSetup[] }): RankPower | undefined {
  const gpus = pools.flatMap(({ scenario, plan }) => Array.from({ length: plan.ranks }, () => scenario.cluster.gpu));
  if (gpus.some(({ power }) => power === undefined)) return undefined;
  return {
    idle: Float64Array.from(gpus, ({ power }) => power!.idle),
    peak: Float64Array.from(gpus, ({ power }) => power!.peak),
    watts: (rank, flopsUse, bandwidthUse) => gpuWatts(gpus[rank]!, flopsUse, bandwidthUse)!,
  };
}

import { gpuJoules, peaksOf } from "@tokenyard/cluster";
import { type KernelWork, OP_KINDS } from "@tokenyard/program";
import type { EnergyFacts, Work } from "@tokenyard/report";
import { peakFlopsOf } from "../inputs/peak-flops.ts";
import type { PoolSetup } from "../inputs/setup.ts";
import type { Pool } from "../pools/pool.ts";
import { sum } from "./over-pools.ts";
import type { RunResults } from "./run-results.ts";

/** Energy of the GPUs of all pools; null if the power of one kind is not known. */
export function energyOf({ pools, horizonNs }: RunResults): EnergyFacts | null {
  const joules = pools.map(({ setup, recorder }) => {
    const { flops, memoryBytes } = recorder.work.tally;
    const seconds = (setup.plan.ranks * horizonNs) / 1e9;
    const busySeconds = kernelNs(recorder.times.busyNs) / 1e9;
    return (
      gpuJoules(setup.scenario.cluster.gpu, { seconds, busySeconds, flops, memoryBytes, peakFlopsPerSecond: peakFlopsOf(setup) }) ??
      Number.NaN
    );
  });
  const all = sum(joules, (each) => each);
  const { site } = pools[0]!.setup.scenario.cluster;
  return Number.isNaN(all) ? null : { gpuJoules: all, pue: site?.pue ?? 1, gramsPerKwh: site?.carbon ?? null };
}

/** Part of `busyNs` [ranks × phases × op kinds] in which kernels ran. */
function kernelNs(busyNs: Float64Array): number {
  return nsOf(busyNs, ({ name, lane }) => lane === "compute" && name !== "host");
}

function nsOf(busyNs: Float64Array, isOf: (kind: (typeof OP_KINDS)[number]) => boolean): number {
  const counts = OP_KINDS.map(isOf);
  return busyNs.reduce((total, ns, at) => (counts[at % OP_KINDS.length] ? total + ns : total), 0);
}

/** Seconds of all ranks, and their part inside the grid of measured tables. */
function kernelSeconds(pools: readonly Pool[]): NonNullable<Work["kernels"]> {
  const ran = sum(pools, ({ recorder }) => kernelNs(recorder.times.busyNs)) / 1e9;
  const inside = sum(pools, ({ recorder }) => recorder.work.tally.insideSeconds);
  return { seconds: ran, insideSeconds: Math.min(inside, ran) }; // rounding ops to nanoseconds may give more
}

/** Seconds of traffic, and their part inside the tables; pools without tables count as outside. */
function trafficSeconds(pools: readonly Pool[]): NonNullable<Work["traffic"]> {
  const ran = sum(pools, ({ recorder }) => nsOf(recorder.times.busyNs, ({ lane }) => lane === "network")) / 1e9;
  const inside = sum(pools, ({ recorder }) => recorder.work.tally.tabledNs) / 1e9;
  return { seconds: ran, insideSeconds: Math.min(inside, ran) };
}

/** [phases × op kinds] */
function kindSums(pools: readonly Pool[], of: (work: KernelWork) => number): Float64Array {
  return Float64Array.from(pools[0]!.recorder.work.kinds, (_, at) => sum(pools, ({ recorder }) => of(recorder.work.kinds[at]!)));
}

/** Work of all pools; the peak of a rank is the mean over the ranks. */
export function workOf({ pools, transfers, checkpoints }: RunResults, ranks: number): Work {
  const total = (of: (pool: Pool) => number) => sum(pools, of);
  const mean = (of: (setup: PoolSetup) => number) => total(({ setup }) => of(setup) * setup.plan.ranks) / ranks;
  const peaks = ({ scenario }: PoolSetup) => peaksOf(scenario.cluster);
  return {
    flops: total(({ recorder }) => recorder.work.tally.flops),
    memoryBytes: total(({ recorder }) => recorder.work.tally.memoryBytes),
    kindFlops: kindSums(pools, ({ flops }) => flops),
    kindBytes: kindSums(pools, ({ memoryBytes }) => memoryBytes),
    nodeBytes: total(({ recorder }) => recorder.work.tally.nodeBytes + recorder.work.tally.nodeRest) + (checkpoints?.nodeBytes ?? 0),
    fabricBytes:
      total(({ recorder }) => recorder.work.tally.fabricBytes + recorder.work.tally.fabricRest) +
      (transfers?.bytes ?? 0) +
      (checkpoints?.fabricBytes ?? 0),
    ...(pools.some(({ setup }) => setup.scenario.cluster.kernels.kind === "table") ? { kernels: kernelSeconds(pools) } : {}),
    ...(pools.some(({ setup }) => setup.scenario.cluster.network.files !== undefined) ? { traffic: trafficSeconds(pools) } : {}),
    peakFlopsPerSecond: mean(peakFlopsOf),
    peakMemoryBytesPerSecond: mean((setup) => peaks(setup).memoryBytesPerSecond),
    peakNodeBytesPerSecond: mean((setup) => peaks(setup).nodeBytesPerSecond),
    peakFabricBytesPerSecond: mean((setup) => peaks(setup).fabricBytesPerSecond),
  };
}

import type { RankColumns } from "@tokenyard/metrics";
import type { Recording } from "@tokenyard/report";
import type { RankPower } from "@tokenyard/simulator";

/**
 * [instants × ranks] watts in each interval; they add up to the energy of the run. Where kernels were too short for what they did, which bounds the energy of the
 * whole run, all that is above idle power is less in proportion; what is above a GPU's peak was drawn in the intervals before, by ops that are longer than one. Source: docs/models/cost-and-energy.md#power-over-time.
 */
export function wattsOf(
  { endMs, ranks, columns }: ReturnType<RankColumns["series"]>,
  power: RankPower,
  { energy }: Pick<Recording, "energy">,
): Float32Array {
  const valuesOf = (name: string) => columns.find(({ family }) => family === name)!.values;
  const [flops, bandwidth] = [valuesOf("flopsUse"), valuesOf("memoryBandwidthUse")];
  const watts = flops.map((use, at) => power.watts(at % ranks, use, bandwidth[at]!));
  const [idleJoules, aboveJoules] = joulesOf(endMs, watts, power);
  const share = energy === null || aboveJoules <= 0 ? 1 : Math.min(1, (energy.gpuJoules - idleJoules) / aboveJoules);
  const shared = watts.map((each, at) => power.idle[at % ranks]! + share * (each - power.idle[at % ranks]!));
  for (let rank = 0; rank < ranks; rank++) levelPeaks(shared, rank, endMs, power);
  return shared;
}

/** Moves what `rank` draws above its peak to the intervals before, as far as there are any. */
function levelPeaks(watts: Float32Array, rank: number, endMs: Float64Array, { idle, peak }: RankPower): void {
  let carried = 0;
  for (let instant = endMs.length - 1; instant >= 0; instant--) {
    const at = instant * idle.length + rank;
    const ms = endMs[instant]! - (instant === 0 ? 0 : endMs[instant - 1]!);
    const wanted = watts[at]! + carried / ms;
    const drawn = instant === 0 ? wanted : Math.min(peak[rank]!, wanted);
    carried = (wanted - drawn) * ms;
    watts[at] = drawn;
  }
}

function joulesOf(endMs: Float64Array, watts: Float32Array, { idle }: RankPower): readonly [idle: number, above: number] {
  let [idleJoules, aboveJoules] = [0, 0];
  for (const [instant, ms] of endMs.entries()) {
    const seconds = (ms - (instant === 0 ? 0 : endMs[instant - 1]!)) / 1e3;
    for (let rank = 0; rank < idle.length; rank++) {
      idleJoules += seconds * idle[rank]!;
      aboveJoules += seconds * (watts[instant * idle.length + rank]! - idle[rank]!);
    }
  }
  return [idleJoules, aboveJoules];
}

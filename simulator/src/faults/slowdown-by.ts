import type { Slowdown } from "../programs/slowdown.ts";
import type { Outage } from "./outage.ts";

/** Factors by which `outages`, that slow ranks of one replica of `perReplica`, make ops longer: by lane, [ranks of the replica]. */
export function slowdownBy(outages: readonly Outage[], perReplica: number): Slowdown {
  const slowdown = [new Float64Array(perReplica).fill(1), new Float64Array(perReplica).fill(1)] as const;
  for (const { of, ranks } of outages) {
    const { lane, factor } = of.slows!;
    for (const rank of ranks) slowdown[lane === "compute" ? 0 : 1][rank % perReplica]! *= factor;
  }
  return slowdown;
}

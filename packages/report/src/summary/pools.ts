import type { PoolColumns, Recording } from "../recording/recording.ts";
import type { PoolReport, Report } from "../schema/report.ts";
import { ratio } from "../statistics/ratio.ts";
import { secondsStats } from "../statistics/stats.ts";
import { memoryOf } from "./memory.ts";

/** The pools, and the caches that moved between them; null where replicas do both. */
export function poolsOf(recording: Recording): Pick<Report, "pools" | "transfers"> {
  const { pools, transfers } = recording;
  if (pools === undefined || transfers === undefined) return { pools: null, transfers: null };
  let firstRank = 0;
  const reported = pools.map((pool) => {
    const report = poolOf(recording, pool, firstRank);
    firstRank += pool.ranks;
    return report;
  });
  const { bytes, ns, waitNs } = transfers;
  return { pools: reported, transfers: { count: ns.count, bytes, seconds: secondsStats(ns), waitSeconds: secondsStats(waitNs) } };
}

function poolOf(recording: Recording, pool: PoolColumns, firstRank: number): PoolReport {
  const { role, replicas, ranks, plan, cache, blocks, heldNs } = pool;
  const { blockTokens } = cache;
  return {
    role,
    replicas,
    gpus: ranks,
    plan,
    computeShare: ratio(computeNs(recording, firstRank, ranks), ranks * recording.horizonNs),
    kv: {
      blockTokens,
      blocks: cache.blocks,
      meanShare: ratio(heldNs, blocks * recording.horizonNs),
      peakShare: ratio(cache.peakBlocks, cache.blocks),
    },
    memory: memoryOf(pool.memory),
  };
}

/** Nanoseconds in which the compute lanes of ranks were busy, in both phases. */
function computeNs({ busyNs, opKinds }: Recording, firstRank: number, ranks: number): number {
  const kinds = opKinds.length;
  let sum = 0;
  for (let at = firstRank * 2 * kinds; at < (firstRank + ranks) * 2 * kinds; at++) {
    if (opKinds[at % kinds]!.lane === "compute") sum += busyNs[at]!;
  }
  return sum;
}

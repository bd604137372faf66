import { RANK_FAMILIES, RankColumns, type RankFamily } from "@tokenyard/metrics";
import { type RankGroup, type RebalancedLayers, type Recording, rankGroups } from "@tokenyard/report";
import { powerByRank, type RunOptions, type Setup } from "@tokenyard/simulator";
import { wattsOf } from "./power.ts";

/** Most instants of a map. */
export const INSTANTS = 400;

/** Ranks that a fault struck, and from when until when. */
export interface Struck {
  readonly words: string;
  readonly ranks: readonly number[];
  readonly fromNs: number;
  readonly toNs: number;
}

/** Every GPU of a cluster over simulated time. Plain data. */
export interface ClusterMap {
  /** [ranks] node of each */
  readonly nodeOfRank: Int32Array;
  readonly nodes: number;
  readonly groups: readonly RankGroup[];
  /** [instants] ends of the intervals, in nanoseconds; the first begins at 0 */
  readonly endNs: Float64Array;
  /** [instants × ranks] each */
  readonly columns: readonly { readonly family: RankFamily; readonly values: Float32Array }[];
  /** [instants × ranks] watts; undefined where the power of a GPU is not known */
  readonly watts: Float32Array | undefined;
  /** [instants × ranks] 1: its replica computes nothing for a fault */
  readonly stopped: Uint8Array;
  readonly struck: readonly Struck[];
  /** [ranks] time in experts over the mean of its stage, in the whole run; undefined without experts */
  readonly experts: Float32Array | undefined;
  /** Evenness of experts' ranks before and after experts moved; empty where none may. */
  readonly rebalanced: readonly RebalancedLayers[];
  /** [nodes × nodes] bytes of experts' tokens from row to column; undefined where none go by an all-to-all */
  readonly nodeBytes: Float64Array | undefined;
}

/** Options of a run that a map is made of, with what makes it of the recording. `horizonNs`: length of the run. */
export function mapping(
  setup: Setup,
  horizonNs: number,
): { readonly options: RunOptions; readonly made: (recording: Recording) => ClusterMap } {
  const columns = new RankColumns(INSTANTS);
  const everyMs = Math.max(1, Math.ceil(horizonNs / INSTANTS)) / 1e6;
  const groups = rankGroups(setup);
  return {
    options: { samples: { everyMs, families: RANK_FAMILIES, sinks: [columns], rest: true } },
    made: (recording) => {
      const series = columns.series();
      const { endMs, stopped } = series;
      const power = powerByRank(setup);
      const hasExperts = series.columns.some(({ family, values }) => family === "expertUse" && values.some((use) => use > 0));
      const { nodeOfRank } = recording;
      return {
        nodeOfRank,
        nodes: nodeOfRank.reduce((most, node) => Math.max(most, node + 1), 0),
        groups,
        endNs: endMs.map((ms) => ms * 1e6),
        columns: series.columns.filter(({ family }) => family !== "expertUse" || hasExperts),
        watts: power && wattsOf(series, power, recording),
        stopped,
        struck: struckOf(recording),
        experts: expertsOf(recording, groups),
        rebalanced: recording.rebalancedLayers ?? [],
        nodeBytes: recording.traffic?.nodes,
      };
    },
  };
}

/** Faults with their ranks, from the strike until the replica serves again, to the end of the run if it never does. */
function struckOf({ faults = [], horizonNs }: Recording): Struck[] {
  return faults.flatMap(({ kind, ranks, atNs, resumedNs, openUntilNs, ranksLost, ranksSlowed }) => {
    if (Number.isNaN(atNs) || atNs > horizonNs || ranksLost + ranksSlowed === 0) return [];
    const toNs = Number.isNaN(resumedNs) ? (openUntilNs > 0 ? horizonNs : atNs) : resumedNs;
    return [{ words: kind.replaceAll("-", " "), ranks, fromNs: atNs, toNs }];
  });
}

/** [ranks] time in experts against the mean of the rank's group. */
function expertsOf({ busyNs, opKinds, ranks }: Recording, groups: readonly RankGroup[]): Float32Array | undefined {
  const kind = opKinds.findIndex(({ name }) => name === "experts");
  const phases = 2;
  const own = Float64Array.from({ length: ranks }, (_, rank) => {
    let ns = 0;
    for (let phase = 0; phase < phases; phase++) ns += busyNs[(rank * phases + phase) * opKinds.length + kind] ?? 0;
    return ns;
  });
  if (kind < 0 || own.every((ns) => ns === 0)) return undefined;
  const relative = new Float32Array(ranks);
  for (const { firstRank, ranks: count } of groups) {
    const part = own.subarray(firstRank, firstRank + count);
    const mean = part.reduce((sum, ns) => sum + ns, 0) / count;
    for (const [at, ns] of part.entries()) relative[firstRank + at] = mean === 0 ? 0 : ns / mean;
  }
  return relative;
}

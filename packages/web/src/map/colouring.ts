import { brief, groupOf, measured, percent, significant } from "@tokenyard/report";
import type { ClusterMap } from "./cluster-map.ts";
import { isStruck, struckTimes } from "./struck-times.ts";

/** One way to colour the GPUs of a map. */
export interface Colouring {
  readonly key: string;
  readonly words: string;
  /** What the number is, in a sentence. */
  readonly means: string;
  /** Number that has the strongest colour. */
  readonly most: number;
  /** The number of `rank` at an instant. */
  value(rank: number, instant: number): number;
  text(value: number): string;
}

const WORDS = {
  computeUse: ["compute", "time of kernels that ended in the interval, over its length"],
  networkUse: ["network", "time of transfers that ended in the interval, over its length"],
  memoryBandwidthUse: ["memory bandwidth", "bytes that these kernels read and wrote, over the peak"],
  flopsUse: ["FLOPS", "FLOPs of these kernels over the peak; those of a stage are shared out by the time of kernels"],
  expertUse: ["experts", "time of kernels of routed experts that ended in the interval, over its length"],
  memoryUse: ["memory", "weights, workspace and held cache over the GPU's memory"],
  rankKvUse: ["cache", "blocks of the cache that sequences hold over all of it"],
} as const;

/** The colourings that a map has. */
export function colouringsOf(map: ClusterMap): Colouring[] {
  const ranks = map.nodeOfRank.length;
  const found = map.columns.map(({ family, values }): Colouring => {
    const [words, means] = WORDS[family];
    return {
      key: family,
      words,
      means,
      most: 1,
      value: (rank, instant) => values[instant * ranks + rank]!,
      text: (value) => percent(value),
    };
  });
  const compute = map.columns.find(({ family }) => family === "computeUse");
  const network = map.columns.find(({ family }) => family === "networkUse");
  if (compute !== undefined && network !== undefined)
    found.push({
      key: "waiting",
      words: "waiting, at least",
      means: "length of the interval less compute and network, over its length",
      most: 1,
      value: (rank, instant) => Math.max(0, 1 - compute.values[instant * ranks + rank]! - network.values[instant * ranks + rank]!),
      text: (value) => percent(value),
    });
  const { watts, experts } = map;
  const use = map.columns.find(({ family }) => family === "expertUse");
  if (use !== undefined) found.push(loadAt(map, use.values));
  if (watts !== undefined)
    found.push({
      key: "watts",
      words: "power",
      means: "watts of the GPU in the interval, by its FLOPs and bytes",
      most: watts.reduce((most, each) => Math.max(most, each), 1),
      value: (rank, instant) => watts[instant * ranks + rank]!,
      text: (value) => brief(measured(value, "W")),
    });
  if (experts !== undefined)
    found.push({
      key: "experts",
      words: "expert load, whole run",
      means: "time in experts over the mean of the stage, in the whole run",
      most: experts.reduce((most, load) => Math.max(most, load), 2),
      value: (rank) => experts[rank]!,
      text: (value) => `${significant(value)}×`,
    });
  return found;
}

/** Time in experts over the mean of the stage, at each instant. */
function loadAt(map: ClusterMap, uses: Float32Array): Colouring {
  const ranks = map.nodeOfRank.length;
  const groupOfRank = Int32Array.from({ length: ranks }, (_, rank) => map.groups.indexOf(groupOf(map.groups, rank)!));
  const means = new Float64Array(map.groups.length);
  let meansAt = -1;
  const value = (rank: number, instant: number) => {
    if (instant !== meansAt) {
      meansAt = instant;
      means.fill(0);
      for (let each = 0; each < ranks; each++) {
        const group = groupOfRank[each]!;
        means[group] = means[group]! + uses[instant * ranks + each]! / map.groups[group]!.ranks;
      }
    }
    const mean = means[groupOfRank[rank]!]!;
    return mean === 0 ? 0 : uses[instant * ranks + rank]! / mean;
  };
  return {
    key: "expertLoad",
    words: "expert load",
    means: "time in experts over the mean of the stage, in the interval",
    most: 2,
    value,
    text: (each) => `${significant(each)}×`,
  };
}

/** State of a rank at an instant: struck by a fault, stopped with its replica, or running. */
export function stateAt(map: ClusterMap, rank: number, instant: number): "struck" | "stopped" | "running" {
  const ns = map.endNs[instant]!;
  if (isStruck(struckTimes(map), rank, ns)) return "struck";
  return map.stopped[instant * map.nodeOfRank.length + rank] === 1 ? "stopped" : "running";
}

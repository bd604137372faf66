import { percent, significant } from "@tokenyard/report";
import type { ClusterMap } from "./cluster-map.ts";

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
  const { experts } = map;
  if (experts !== undefined)
    found.push({
      key: "experts",
      words: "expert load",
      means: "time in experts over the mean of the stage, in the whole run",
      most: experts.reduce((most, load) => Math.max(most, load), 2),
      value: (rank) => experts[rank]!,
      text: (value) => `${significant(value)}×`,
    });
  return found;
}

/** State of a rank at an instant: struck by a fault, stopped with its replica, or running. */
export function stateAt(map: ClusterMap, rank: number, instant: number): "struck" | "stopped" | "running" {
  const ns = map.endNs[instant]!;
  if (map.struck.some(({ ranks, fromNs, toNs }) => fromNs < ns && ns <= toNs && ranks.includes(rank))) return "struck";
  return map.stopped[instant * map.nodeOfRank.length + rank] === 1 ? "stopped" : "running";
}

import { LANES, type Recording } from "../recording/recording.ts";

/** Track of a slice or arrow: a process for each node, a thread for each rank and lane. */
export interface Track {
  readonly pid: number;
  readonly tid: number;
}

/** One entry of a Chrome trace; `ts` and `dur` are microseconds. */
export interface TraceEvent extends Track {
  /** M a name, X a slice, C a counter, s and f the two ends of an arrow. */
  readonly ph: "M" | "X" | "C" | "s" | "f";
  readonly name: string;
  readonly ts?: number;
  readonly dur?: number;
  /** Identity of an arrow, shared by its two ends only. */
  readonly id?: number;
  readonly cat?: string;
  /** An arrow ends in the slice that encloses it. */
  readonly bp?: "e";
  readonly args?: Readonly<Record<string, string | number>>;
}

/** The track of the rank and lane of span `row`. */
export function trackOf({ nodeOfRank, opKinds }: Recording, rank: number, kind: number): Track {
  return { pid: nodeOfRank[rank]!, tid: rank * LANES.length + LANES.indexOf(opKinds[kind]!.lane) };
}

/** Process id of tracks that belong to no node. */
export function pidOfRequests({ ranks, nodeOfRank }: Recording): number {
  return nodeOfRank[ranks - 1]! + 1;
}

export function microseconds(ns: number): number {
  return ns / 1000;
}

import type { Server } from "./server.ts";

/** Parts of a launch besides the servers. */
export interface LaunchAround {
  /** Model as the engine gets it: a name of the hub, or a path. */
  readonly model: string;
  readonly gpusPerNode: number;
}

/** Ranks of one server. */
export function ranksOf({ layout, copies }: Server): number {
  const { attention, pipeline, replicas } = layout;
  return attention.tensor * attention.data * pipeline * (copies === 1 ? replicas : 1);
}

export function nodesOf(server: Server, { gpusPerNode }: LaunchAround): number {
  return Math.ceil(ranksOf(server) / gpusPerNode);
}

/** Data groups of a node. */
export function localGroups({ layout: { attention, pipeline } }: Server, { gpusPerNode }: LaunchAround): number {
  return Math.max(1, Math.floor(gpusPerNode / (attention.tensor * pipeline)));
}

import type { Plan } from "@tokenyard/placement";

/** The data group that keeps copies of `home`, both numbered replica · data groups + group: the same of the next replica, or the one half-way round. */
export function peerOf({ replicas, dataGroups }: Plan, home: number): number {
  if (replicas > 1) return (home + dataGroups) % (replicas * dataGroups);
  return (home + Math.ceil(dataGroups / 2)) % dataGroups;
}

/** The ranks of data group `home`, on all stages, numbered through all replicas. */
export function ranksOf({ dataGroups, attentionTensor, stages, ranksPerStage }: Plan, home: number): number[] {
  const first = Math.floor(home / dataGroups) * stages * ranksPerStage + (home % dataGroups) * attentionTensor;
  return Array.from({ length: stages }, (_, stage) =>
    Array.from({ length: attentionTensor }, (_, rank) => first + stage * ranksPerStage + rank),
  ).flat();
}

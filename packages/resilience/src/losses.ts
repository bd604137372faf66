import type { Plan } from "@tokenyard/placement";

/** What goes with ranks of one replica. */
export interface Losses {
  /** Data groups, of the replica: each needs its ranks on every stage. */
  readonly dataGroups: ReadonlySet<number>;
  /** By stage: the experts' ranks that cannot compute their experts. */
  readonly expertRanks: ReadonlyMap<number, ReadonlySet<number>>;
  /** Whether a data group is left. */
  readonly isAnyLeft: boolean;
}

/** What goes with `ranks`, numbered through all replicas, of which all are of one. */
export function lossesOf({ ranksPerStage, stages, attentionTensor, tensor, dataGroups }: Plan, ranks: readonly number[]): Losses {
  const lostGroups = new Set<number>();
  const expertRanks = new Map<number, Set<number>>();
  for (const rank of ranks) {
    const inReplica = rank % (stages * ranksPerStage);
    const stage = Math.floor(inReplica / ranksPerStage);
    const local = inReplica % ranksPerStage;
    lostGroups.add(Math.floor(local / attentionTensor));
    expertRanks.set(stage, (expertRanks.get(stage) ?? new Set()).add(Math.floor(local / tensor)));
  }
  return { dataGroups: lostGroups, expertRanks, isAnyLeft: lostGroups.size < dataGroups };
}

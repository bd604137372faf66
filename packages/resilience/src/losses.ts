import type { Plan } from "@tokenyard/placement";

/** A slot of a layer that is lost while its rank continues. */
export interface LostSlot {
  readonly layer: number;
  /** Its number in the layer. */
  readonly slot: number;
}

/** Parts of one replica that are lost with ranks, and with single slots. */
export interface Losses {
  /** Data groups, of the replica: each needs its ranks on every stage. */
  readonly dataGroups: ReadonlySet<number>;
  /** By stage: the experts' ranks that cannot compute their experts; of a stage that has lost slots alone there are none. */
  readonly expertRanks: ReadonlyMap<number, ReadonlySet<number>>;
  /** Lost slots by layer. */
  readonly slots: ReadonlyMap<number, ReadonlySet<number>>;
  /** Whether a data group is left. */
  readonly isAnyLeft: boolean;
}

/** Losses with `ranks`, numbered through all replicas and all of one replica, and with its `slots`. */
export function lossesOf(plan: Plan, ranks: readonly number[], slots: readonly LostSlot[] = []): Losses {
  const { ranksPerStage, stages, attentionTensor, tensor, dataGroups } = plan;
  const lostGroups = new Set<number>();
  const expertRanks = new Map<number, Set<number>>();
  const ofStage = (stage: number) => {
    const known = expertRanks.get(stage) ?? new Set<number>();
    expertRanks.set(stage, known);
    return known;
  };
  for (const rank of ranks) {
    const inReplica = rank % (stages * ranksPerStage);
    const local = inReplica % ranksPerStage;
    lostGroups.add(Math.floor(local / attentionTensor));
    ofStage(Math.floor(inReplica / ranksPerStage)).add(Math.floor(local / tensor));
  }
  const ofLayer = new Map<number, Set<number>>();
  for (const { layer, slot } of slots) {
    ofStage(stageOf(plan, layer));
    ofLayer.set(layer, (ofLayer.get(layer) ?? new Set()).add(slot));
  }
  return { dataGroups: lostGroups, expertRanks, slots: ofLayer, isAnyLeft: lostGroups.size < dataGroups };
}

/** The stage that holds `layer`. */
export function stageOf({ layersOfStage }: Plan, layer: number): number {
  return layersOfStage.findIndex((layers) => layers.includes(layer));
}

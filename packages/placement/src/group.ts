import type { Plan } from "./plan.ts";

/**
 * Ranks that wait for each other when an op ends: none, those of a tensor, attention, context, expert or gather group, or the whole stage.
 */
export type Barrier = "none" | "tensor" | "attention" | "context" | "expert" | "gather" | "stage";

/**
 * The groups of a barrier over a stage's local ranks 0 … ranksPerStage − 1, in compressed rows: group g is
 * members[offsets[g]] … members[offsets[g + 1] − 1]. Every rank is in exactly one.
 */
export interface Groups {
  readonly members: Int32Array;
  readonly offsets: Int32Array;
  /** [ranks] */
  readonly groupOf: Int32Array;
}

/**
 * The groups of `barrier`, the same in every stage.
 *
 * - `none`: each rank alone. `stage`: all together.
 * - `tensor`: `tensor` ranks in a row, which share experts. `attention`: `attentionTensor` ranks in a row, a data group.
 * - `context`: `context` ranks in a row, which share the caches of sequences.
 * - `gather`: where an expert lies on several sources, rank i of each of them: those that gather the copies for the experts they share.
 * - `expert`: rank i of every source (of every data group, or of those with one rank all), in order: those that exchange the copies that rank i of one sends.
 */
export function groupsOf(plan: Plan, barrier: Barrier): Groups {
  const { ranksPerStage, attentionTensor, sources, sourceRanks, tensor } = plan;
  switch (barrier) {
    case "none":
      return inRows(ranksPerStage, 1);
    case "tensor":
      return inRows(ranksPerStage, plan.tensor);
    case "attention":
      return inRows(ranksPerStage, attentionTensor);
    case "context":
      return inRows(ranksPerStage, plan.context);
    case "expert":
      return groups(sourceRanks, sources, (i, source) => source * sourceRanks + i);
    case "gather": {
      const a = sourceRanks;
      return groups(ranksPerStage / (tensor / a), tensor / a, (group, slot) => Math.floor(group / a) * tensor + slot * a + (group % a));
    }
    case "stage":
      return inRows(ranksPerStage, ranksPerStage);
  }
}

function inRows(ranks: number, size: number): Groups {
  return groups(ranks / size, size, (group, place) => group * size + place);
}

function groups(count: number, size: number, rankAt: (group: number, place: number) => number): Groups {
  const members = new Int32Array(count * size);
  const groupOf = new Int32Array(count * size);
  for (let group = 0; group < count; group++) {
    for (let place = 0; place < size; place++) {
      const rank = rankAt(group, place);
      members[group * size + place] = rank;
      groupOf[rank] = group;
    }
  }
  return { members, offsets: Int32Array.from({ length: count + 1 }, (_, group) => group * size), groupOf };
}

import type { Plan } from "@tokenyard/placement";

/** Of each data group: the experts' ranks that are its own, or that it has a part of, from `first` to before `end` [data groups]. */
export interface OwnRanks {
  readonly first: Int32Array;
  readonly end: Int32Array;
}

export function ownRanksOf({ dataGroups, attentionTensor, tensor }: Pick<Plan, "dataGroups" | "attentionTensor" | "tensor">): OwnRanks {
  const groups = Array.from({ length: dataGroups }, (_, group) => group);
  return {
    first: Int32Array.from(groups, (group) => Math.floor((group * attentionTensor) / tensor)),
    end: Int32Array.from(groups, (group) => Math.ceil(((group + 1) * attentionTensor) / tensor)),
  };
}

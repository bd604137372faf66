import type { Plan } from "@tokenyard/placement";

/** Experts' ranks that belong to each source, or that it has a part of: from `first` to before `end` [sources]. */
export interface OwnRanks {
  readonly first: Int32Array;
  readonly end: Int32Array;
}

export function ownRanksOf({ sources, sourceRanks, tensor }: Pick<Plan, "sources" | "sourceRanks" | "tensor">): OwnRanks {
  const all = Array.from({ length: sources }, (_, source) => source);
  return {
    first: Int32Array.from(all, (source) => Math.floor((source * sourceRanks) / tensor)),
    end: Int32Array.from(all, (source) => Math.ceil(((source + 1) * sourceRanks) / tensor)),
  };
}

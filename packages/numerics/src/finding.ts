import type { Work } from "@tokenyard/program";

/** A part of a sum that is missing, or there more than once. */
export interface Finding {
  /** Global. */
  readonly rank: number;
  readonly stage: number;
  /** −1: of none. */
  readonly layer: number;
  /** The op that ought to have made it whole. */
  readonly work: Work;
  readonly what: string;
}

/** `rank 5, layer 3, reduce-combine: expert 7 shard 1 of token 12 is in the sum twice` */
export function findingText({ rank, layer, work, what }: Finding): string {
  return `rank ${rank}, ${layer < 0 ? "" : `layer ${layer}, `}${work}: ${what}`;
}

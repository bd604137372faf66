import type { TreeSpec } from "@tokenyard/scenario";

/** Counts of drafts, in all replicas together. */
export interface SpeculationColumns {
  readonly kind: string;
  /** Drafts of a step, at most. */
  readonly drafts: number;
  /** The tree that they are; undefined where they follow each other. */
  readonly tree?: TreeSpec;
  /** Steps of sequences that verified drafts, those drafts, and [positions] those of them that are out. */
  readonly steps: number;
  readonly drafted: number;
  readonly accepted: readonly number[];
  /** Steps of sequences that decoded, with or without drafts, and tokens that came out of them. */
  readonly decodeSteps: number;
  readonly tokens: number;
}

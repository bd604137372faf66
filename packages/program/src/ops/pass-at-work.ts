import type { Pass } from "@tokenyard/model";
import type { MoveCost } from "../exchanges/expert-moves.ts";
import type { ExpertLoad } from "../experts/expert-load.ts";
import type { SequenceCosts } from "../kernels/sequence-cost.ts";

/** Facts that the costs of a pass's ops depend on; a test of the stages alone has none. */
export interface PassAtWork {
  readonly scheduled: Pass | undefined;
  /** Slice of layers of this visit. */
  readonly slice: number;
  /** Costs of `scheduled`. */
  readonly sequences: SequenceCosts | undefined;
  /** Load of the current layer; known from the gate on. */
  readonly load: ExpertLoad | undefined;
  /** Moves during its visit to the stage; known where experts are moved. */
  readonly moves?: MoveCost | undefined;
}

/** A stage as its costs see it: its number among those of all replicas, its first rank, and its number in the pipeline of its replica. */
export interface StagePlace {
  readonly id: number;
  readonly firstRank: number;
  readonly position: number;
}

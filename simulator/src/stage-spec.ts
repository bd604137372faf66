import type { Groups } from "@tokenyard/placement";
import type { Program } from "./program.ts";

/** What a stage is: its place, its ranks and what they run. */
export interface StageSpec {
  readonly id: number;
  readonly replica: number;
  /** Its number in the pipeline of its replica. */
  readonly position: number;
  readonly firstRank: number;
  readonly ranks: number;
  readonly program: Program;
  /** The groups of each op of the program. */
  readonly groups: readonly Groups[];
  /** How many micro-batches may be on it at once, before their send. */
  readonly inFlight: number;
  /** Run the whole program as one event; exact when one micro-batch is in flight. */
  readonly folded: boolean;
}

/** A stage as the recorder sees it. */
export interface StageLanes {
  readonly spec: StageSpec;
  /** Per lane [ranks]: when the rank's lane has ended its last op. */
  readonly laneFreeNs: readonly [Float64Array, Float64Array];
}

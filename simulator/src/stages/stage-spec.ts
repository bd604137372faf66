import type { Groups } from "@tokenyard/placement";
import type { Program } from "@tokenyard/program";

/** Layers that a micro-batch crosses on one visit to a stage: what it runs there, and who meets for it. */
export interface Slice {
  readonly program: Program;
  /** The groups of each op of the program. */
  readonly groups: readonly Groups[];
}

/** What a stage is: its place, its ranks and what they run. */
export interface StageSpec {
  readonly id: number;
  readonly replica: number;
  /** Its number in the pipeline of its replica. */
  readonly position: number;
  readonly firstRank: number;
  readonly ranks: number;
  /** What it runs on each visit of a micro-batch, [slices]. */
  readonly slices: readonly Slice[];
  /** How many micro-batches may be on it at once, before their send. */
  readonly inFlight: number;
  /** Run a whole program as one event; exact when one micro-batch is in flight. */
  readonly folded: boolean;
}

/** A stage as the recorder sees it. */
export interface StageLanes {
  readonly spec: StageSpec;
  /** Per lane [ranks]: when the rank's lane has ended its last op. */
  readonly laneFreeNs: readonly [Float64Array, Float64Array];
}

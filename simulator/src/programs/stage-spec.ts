import type { Groups } from "@tokenyard/placement";
import type { Program } from "@tokenyard/program";

/** A program, and the meeting groups of each of its ops [ops]. */
export interface StagedProgram {
  readonly program: Program;
  readonly groups: readonly Groups[];
}

/** Layers that a micro-batch crosses on one visit to a stage, with their program. */
export interface Slice extends StagedProgram {
  /** Program for two halves; undefined if there are none, or nothing to hide here. */
  readonly halves: StagedProgram | undefined;
  /** [drafts] programs with a number of drafts behind; undefined if no draft follows. */
  readonly drafts?: readonly StagedProgram[];
  /** Program while experts move; undefined if none ever do. */
  readonly moving?: Slice;
}

/** Definition of a stage: its place, its ranks and their programs. */
export interface StageSpec {
  readonly id: number;
  readonly replica: number;
  /** Number of the stage in the pipeline of its replica. */
  readonly position: number;
  readonly firstRank: number;
  readonly ranks: number;
  /** [slices] program of each visit of a micro-batch */
  readonly slices: readonly Slice[];
}

/** A stage as the recorder sees it. */
export interface StageLanes {
  readonly spec: StageSpec;
  /** Per lane [ranks]: when the rank's lane has ended its last op. */
  readonly laneFreeNs: readonly [Float64Array, Float64Array];
}

import type { Groups } from "@tokenyard/placement";
import type { Program } from "@tokenyard/program";

/** A program, and who meets for each of its ops [ops]. */
export interface StagedProgram {
  readonly program: Program;
  readonly groups: readonly Groups[];
}

/** Layers that a micro-batch crosses on one visit to a stage: what it runs there. */
export interface Slice extends StagedProgram {
  /** What it runs when it is split in two halves; undefined where none is, or has anything to hide here. */
  readonly halves: StagedProgram | undefined;
  /** [drafts] programs with a number of drafts behind; undefined if no draft follows. */
  readonly drafts?: readonly StagedProgram[];
  /** What it runs while experts move; undefined where none ever do. */
  readonly moving?: Slice;
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
}

/** A stage as the recorder sees it. */
export interface StageLanes {
  readonly spec: StageSpec;
  /** Per lane [ranks]: when the rank's lane has ended its last op. */
  readonly laneFreeNs: readonly [Float64Array, Float64Array];
}

/** How unevenly one draw of a layer loaded its experts and ranks. */
export interface DrawnLoad {
  /** Number of the layer among those of the table. */
  readonly layer: number;
  readonly variance: number;
  readonly most: number;
  /** Undefined where experts have one rank. */
  readonly rankVariance: number | undefined;
  readonly rankMost: number;
}

/** Drawn load on a stage of passes with a number of tokens. */
export interface LawNode {
  readonly tokens: number;
  /** Means over layers and draws, in the order of `LawRows` */
  readonly means: Float64Array;
  /** Mean time of all layers of the stage, its standard error, and the variance and third cumulant of a pass, in powers of nanoseconds. */
  readonly meanNs: number;
  readonly errorNs: number;
  readonly variance: number;
  readonly third: number;
  /** Copies of a pass to experts that have no slot, in the mean. */
  readonly missed: number;
  /** Copies that went to other experts. */
  readonly elsewhere: number;
  readonly loads: readonly DrawnLoad[];
}

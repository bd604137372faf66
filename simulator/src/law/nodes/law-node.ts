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

/** What passes with so many tokens come to on a stage, of draws. */
export interface LawNode {
  readonly tokens: number;
  /** As `LawRows` has them: means over layers and draws */
  readonly means: Float64Array;
  /** Of all layers of the stage: the mean of what they take, its standard error, and the variance and third cumulant of a pass. In powers of nanoseconds. */
  readonly meanNs: number;
  readonly errorNs: number;
  readonly variance: number;
  readonly third: number;
  /** Copies of a pass to experts that have no slot, in the mean. */
  readonly missed: number;
  /** The same of those that went to other experts. */
  readonly elsewhere: number;
  readonly loads: readonly DrawnLoad[];
}

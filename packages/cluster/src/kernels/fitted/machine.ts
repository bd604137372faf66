/** What a fit's coefficients are shares of, from the GPU's datasheet. */
export interface Machine {
  /** FLOP/s in the precision that the kernels multiply in. */
  readonly flopsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly multiprocessors: number;
}

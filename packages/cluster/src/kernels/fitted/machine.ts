/** Quantities of the GPU's datasheet that a fit's coefficients are shares of. */
export interface Machine {
  /** FLOP/s in the precision that the kernels multiply in. */
  readonly flopsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly multiprocessors: number;
}

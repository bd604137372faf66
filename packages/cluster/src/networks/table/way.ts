/** Library whose kernels ran a collective, and the algorithm if it is documented. */
export interface Way {
  readonly library: string;
  readonly kernel: string;
}

/** A way that begins at a number of bytes. */
export interface Change extends Way {
  readonly from: number;
}

export const NCCL: Way = { library: "nccl", kernel: "" };

export function isSameWay(a: Way, b: Way): boolean {
  return a.library === b.library && a.kernel === b.kernel;
}

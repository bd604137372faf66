/** Layers of one type take the same time: dense ones and those with experts, each with full or windowed attention. */
export const LAYER_TYPES = 4;

/** The type of a layer: its place in every column of a floor. */
export function layerType(isMoe: boolean, isWindowed: boolean): number {
  return (isMoe ? 2 : 0) + (isWindowed ? 1 : 0);
}

/** Types from here on have experts. */
export const MOE_TYPES = 2;

// Least seconds of passes, all of them together, in rows of PASS_FLOOR numbers. The first three are [layer types], for one layer.

/** Seconds from the start of a layer to its end on the last rank. */
export const PATH = 0;
/** Path up to the point where the ranks of the stage first meet. */
export const ENTRY = PATH + LAYER_TYPES;
/** Mean seconds of kernels on the compute lane of a rank. */
export const COMPUTE = ENTRY + LAYER_TYPES;
/** Additional path and compute if every copy is kept; each dropped copy saves at most `ExpertFloor.copySeconds` of it. */
export const KEPT_PATH = COMPUTE + LAYER_TYPES;
export const KEPT_COMPUTE = KEPT_PATH + 1;
/** Host time of each visit to a stage: on the path, and of a rank in the mean; and of each layer on a visit. */
export const HOST_PATH = KEPT_PATH + 2;
export const HOST_COMPUTE = KEPT_PATH + 3;
export const HOST_LAYER = KEPT_PATH + 4;
export const HEAD_PATH = KEPT_PATH + 5;
export const HEAD_COMPUTE = KEPT_PATH + 6;
/** Send to the next stage. */
export const SEND = KEPT_PATH + 7;
export const PASS_FLOOR = KEPT_PATH + 8;

/** Adds one row to another. */
export function addFloor(from: Float64Array, row: number, into: Float64Array, intoRow: number): void {
  for (let i = 0; i < PASS_FLOOR; i++) into[intoRow * PASS_FLOOR + i]! += from[row * PASS_FLOOR + i]!;
}

export function copyFloor(from: Float64Array, row: number, into: Float64Array, intoRow: number): void {
  for (let i = 0; i < PASS_FLOOR; i++) into[intoRow * PASS_FLOOR + i] = from[row * PASS_FLOOR + i]!;
}

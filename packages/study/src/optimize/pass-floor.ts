/** Layers of one type take the same time: dense ones and those with experts, each with full or windowed attention. */
export const LAYER_TYPES = 4;

/** The type of a layer: its place in every column of a floor. */
export function layerType(isMoe: boolean, isWindowed: boolean): number {
  return (isMoe ? 2 : 0) + (isWindowed ? 1 : 0);
}

/** Types from here on have experts. */
export const MOE_TYPES = 2;

/** Seconds that passes take at least, all of them together. Columns are [layer types], for one layer. */
export interface PassFloor {
  /** From the start of a layer to its end on the last rank. */
  readonly path: readonly number[];
  /** Of that, what lies before the ranks of the stage first meet. */
  readonly entry: readonly number[];
  /** Of kernels on the compute lane of a rank, in the mean. */
  readonly compute: readonly number[];
  /** What `path` and `compute` grow by when every copy is kept: that is worth so much, and each copy dropped takes at most `ShardFloor.copySeconds`. */
  readonly keptPath: number;
  readonly keptCompute: number;
  /** Of the host, of each visit to a stage: on the path, and of a rank in the mean; and of each layer on a visit. */
  readonly hostPath: number;
  readonly hostCompute: number;
  readonly hostLayer: number;
  readonly headPath: number;
  readonly headCompute: number;
  /** To the next stage. */
  readonly send: number;
}

/** What all of them take together. */
export function sumOf(floors: readonly PassFloor[]): PassFloor {
  if (floors.length === 1) return floors[0]!;
  const path = [0, 0, 0, 0];
  const entry = [0, 0, 0, 0];
  const compute = [0, 0, 0, 0];
  const sum = { keptPath: 0, keptCompute: 0, hostPath: 0, hostCompute: 0, hostLayer: 0, headPath: 0, headCompute: 0, send: 0 };
  for (const floor of floors) {
    for (let type = 0; type < LAYER_TYPES; type++) {
      path[type]! += floor.path[type]!;
      entry[type]! += floor.entry[type]!;
      compute[type]! += floor.compute[type]!;
    }
    sum.keptPath += floor.keptPath;
    sum.keptCompute += floor.keptCompute;
    sum.hostPath += floor.hostPath;
    sum.hostCompute += floor.hostCompute;
    sum.hostLayer += floor.hostLayer;
    sum.headPath += floor.headPath;
    sum.headCompute += floor.headCompute;
    sum.send += floor.send;
  }
  return { path, entry, compute, ...sum };
}

/** What one op of a pass takes and does, on all ranks of a stage. */
export interface OpFacts {
  /** [ranks] */
  readonly durationNs: Float64Array;
  flops: number;
  memoryBytes: number;
  nodeBytes: number;
  fabricBytes: number;
}

export function createOpFacts(ranks: number): OpFacts {
  return { durationNs: new Float64Array(ranks), flops: 0, memoryBytes: 0, nodeBytes: 0, fabricBytes: 0 };
}

/** One op of a pass on each data group. */
export interface GroupCost {
  /** [data groups] nanoseconds of each of its ranks */
  readonly durationNs: Float64Array;
  /** [data groups] of memory, of one of its ranks */
  readonly groupBytes: Float64Array;
  /** Summed over data groups, of one rank of each. */
  flops: number;
  bytes: number;
  /** Inside the grid of measured tables. */
  insideSeconds: number;
}

export function createGroupCost(dataGroups: number): GroupCost {
  return { durationNs: new Float64Array(dataGroups), groupBytes: new Float64Array(dataGroups), flops: 0, bytes: 0, insideSeconds: 0 };
}

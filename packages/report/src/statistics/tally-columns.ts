/** Values that were observed, as plain data: all of them in order of their place, or counts by bucket once there were too many. */
export interface TallyColumns {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** [count] */
  readonly values?: Float64Array;
  /** [buckets] rising; the value that stands for a bucket, and how many fell into it */
  readonly buckets?: { readonly value: Float64Array; readonly count: Float64Array };
}

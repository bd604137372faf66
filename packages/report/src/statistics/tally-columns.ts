/** Values that were observed, as plain data: all of them in order of their place, or each once with how often it was seen, or counts by bucket once there were too many. */
export interface TallyColumns {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** [count]; beside `times` each once, rising */
  readonly values?: Float64Array;
  /** [values] number of occurrences; left out if all values are listed */
  readonly times?: Float64Array;
  /** [buckets] rising; the value that represents a bucket, and its count */
  readonly buckets?: { readonly value: Float64Array; readonly count: Float64Array };
}

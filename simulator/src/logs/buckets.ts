/**
 * Most buckets; longer runs double their width. Their first width is small enough to show a queue in a run of a fraction of a millisecond.
 */
export const FIRST_BUCKET_US = 15.625; // 1 ms / 2⁶

/** Merges every `together` buckets into one; those behind become empty. */
export function addUp(column: Float64Array, together: number): void {
  const { length } = column;
  for (let at = 0, to = 0; at < length; to++) {
    const end = Math.min(length, at + together);
    let sum = 0;
    for (; at < end; at++) sum += column[at]!;
    column[to] = sum;
  }
  column.fill(0, Math.ceil(length / together));
}

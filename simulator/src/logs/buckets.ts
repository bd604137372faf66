/** Long runs double their buckets until so many hold them. Small enough to show what a queue does in a run of a fraction of a millisecond. */
export const FIRST_BUCKET_US = 15.625; // 1 ms, halved six times

/** Every so many buckets `together` become one; those behind are empty. */
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

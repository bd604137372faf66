/** Limit of a selection's rounds: about three for each halving of a million values. */
const MOST_ROUNDS = 64;

/**
 * Quickselect: puts the value of rank `place` there, among those from `from` on, with smaller ones before it and larger ones behind it.
 * Hoare's selection with the median of three; it takes time in the order of the values, and sorts adversarial ones.
 */
export function select(values: Float64Array, from: number, place: number): void {
  let low = from;
  let high = values.length - 1;
  for (let rounds = 0; low < high; rounds++) {
    if (rounds > MOST_ROUNDS) {
      values.subarray(low, high + 1).sort();
      return;
    }
    const pivot = medianOf(values[low]!, values[(low + high) >> 1]!, values[high]!);
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const kept = values[left]!;
      values[left++] = values[right]!;
      values[right--] = kept;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else return;
  }
}

function medianOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** Mean of `values`, weighted by `counts`. */
export function meanOf(values: Float64Array, counts: Float64Array): number {
  let total = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    total += values[i]! * counts[i]!;
    count += counts[i]!;
  }
  return total / count;
}

/** Least of `values` that at least `percent` percent of them, weighted by `counts`, do not exceed. */
export function quantileOf(values: Float64Array, counts: Float64Array, percent: number): number {
  let count = 0;
  for (let i = 0; i < counts.length; i++) count += counts[i]!;
  const place = Math.ceil((percent * count) / 100);
  return percent === 100 ? largest(values) : select(values.slice(), counts.slice(), place);
}

function largest(values: Float64Array): number {
  let most = values[0]!;
  for (let i = 1; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

/** The value at a place, counted from 1, of the sorted values, by quickselect; both columns are reordered. */
function select(values: Float64Array, counts: Float64Array, place: number): number {
  let from = 0;
  let to = values.length - 1;
  let before = 0; // counts below `from`
  while (from < to) {
    const pivot = values[(from + to) >> 1]!;
    let low = from;
    let high = to;
    while (low <= high) {
      while (values[low]! < pivot) low++;
      while (values[high]! > pivot) high--;
      if (low <= high) swap(values, counts, low++, high--);
    }
    // up to `high` all are ≤ pivot, from `low` on all are ≥; those between equal the pivot
    let under = before;
    for (let i = from; i <= high; i++) under += counts[i]!;
    if (place <= under) {
      to = high;
      continue;
    }
    for (let i = high + 1; i < low; i++) under += counts[i]!;
    if (place <= under) return pivot;
    before = under;
    from = low;
  }
  return values[Math.min(from, values.length - 1)]!;
}

function swap(values: Float64Array, counts: Float64Array, a: number, b: number): void {
  const value = values[a]!;
  values[a] = values[b]!;
  values[b] = value;
  const count = counts[a]!;
  counts[a] = counts[b]!;
  counts[b] = count;
}

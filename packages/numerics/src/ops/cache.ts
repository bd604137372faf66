import type { Cache, Rank, Tokens } from "../visit.ts";

/** The cache of `sequence` in `layer` on a rank; new ones begin at place `first` of the sequence and have `width` numbers in a row. */
export function cacheOf(rank: Rank, layer: number, sequence: number, first: number, width: number): Cache {
  const ofLayer = rank.caches.get(layer) ?? new Map<number, Cache>();
  rank.caches.set(layer, ofLayer);
  const cache = ofLayer.get(sequence) ?? { keys: new Float64Array(0), values: new Float64Array(0), rows: 0, width, first };
  ofLayer.set(sequence, cache);
  return cache;
}

/** Appends rows `from … to − 1` of `keys` and `values`, each row of the given width. */
export function append(
  cache: Cache,
  keys: Float64Array,
  values: Float64Array,
  from: number,
  to: number,
  keyWidth: number,
  valueWidth: number,
): void {
  const rows = cache.rows + to - from;
  cache.keys = withRoom(cache.keys, rows * keyWidth);
  cache.values = withRoom(cache.values, rows * valueWidth);
  cache.keys.set(keys.subarray(from * keyWidth, to * keyWidth), cache.rows * keyWidth);
  cache.values.set(values.subarray(from * valueWidth, to * valueWidth), cache.rows * valueWidth);
  cache.rows = rows;
}

/** Removes rows before the last `window − 1`, which no later token sees. */
export function forget(cache: Cache, window: number, keyWidth: number, valueWidth: number): void {
  const gone = cache.rows - window;
  if (gone <= 0) return;
  cache.keys.copyWithin(0, gone * keyWidth, cache.rows * keyWidth);
  cache.values.copyWithin(0, gone * valueWidth, cache.rows * valueWidth);
  cache.rows = window;
  cache.first += gone;
}

function withRoom(numbers: Float64Array, size: number): Float64Array {
  if (numbers.length >= size) return numbers;
  const larger = new Float64Array(Math.max(size, 2 * numbers.length));
  larger.set(numbers);
  return larger;
}

/** Tokens in a row that belong to one sequence: `from … to − 1`. */
export function sequencesOf({ count, sequence }: Tokens): { readonly from: number; readonly to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (let from = 0, to = 0; from < count; from = to) {
    to = from + 1;
    while (to < count && sequence[to] === sequence[from]) to++;
    runs.push({ from, to });
  }
  return runs;
}

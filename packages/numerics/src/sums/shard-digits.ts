const PER_NUMBER = 13;
const BASE = 16;
const POWERS = Float64Array.from({ length: PER_NUMBER }, (_, i) => powerOf(i));

function powerOf(i: number): number {
  let power = 1;
  for (let n = 0; n < i; n++) power *= BASE;
  return power;
}

/**
 * Count of each shard's part in a sum: four bits a shard, thirteen shards in a number. The numbers follow those of a row, so that any code
 * that adds rows adds them too, and a sum states its parts. Counts over 15 overflow into the next shard's.
 */
export function digitNumbers(shards: number): number {
  return Math.ceil(shards / PER_NUMBER);
}

/** Counts the part of `shard` in `row` once more; the digits of `row` begin at `width`. */
export function mark(row: Float64Array, width: number, shard: number): void {
  row[width + Math.floor(shard / PER_NUMBER)]! += POWERS[shard % PER_NUMBER]!;
}

/** How often `row` has the part of `shard`. */
export function timesIn(row: Float64Array, width: number, shard: number): number {
  return Math.floor(row[width + Math.floor(shard / PER_NUMBER)]! / POWERS[shard % PER_NUMBER]!) % BASE;
}

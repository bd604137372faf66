const PER_NUMBER = 13;
const BASE = 16;
const POWERS = Float64Array.from({ length: PER_NUMBER }, (_, i) => powerOf(i));

function powerOf(i: number): number {
  let power = 1;
  for (let n = 0; n < i; n++) power *= BASE;
  return power;
}

/**
 * How often each shard's part is in a sum: four bits a shard, thirteen shards in a number. The numbers stand behind those of a row, so that whatever adds rows adds
 * them, and a sum says what it is made of. Counts over 15 run into the next shard's.
 */
export function digitNumbers(shards: number): number {
  return Math.ceil(shards / PER_NUMBER);
}

/** `row` has the part of `shard` once more; its digits begin at `width`. */
export function mark(row: Float64Array, width: number, shard: number): void {
  row[width + Math.floor(shard / PER_NUMBER)]! += POWERS[shard % PER_NUMBER]!;
}

/** How often `row` has the part of `shard`. */
export function timesIn(row: Float64Array, width: number, shard: number): number {
  return Math.floor(row[width + Math.floor(shard / PER_NUMBER)]! / POWERS[shard % PER_NUMBER]!) % BASE;
}

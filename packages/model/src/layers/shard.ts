/** Part of `size` on one of `ranks`: rounded up if it does not divide (a padded shard). */
export function shard(size: number, ranks: number): number {
  return Math.ceil(size / ranks);
}

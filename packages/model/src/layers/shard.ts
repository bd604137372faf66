/** What one of `ranks` holds of `size`: rounded up where it does not divide (a padded shard). */
export function shard(size: number, ranks: number): number {
  return Math.ceil(size / ranks);
}

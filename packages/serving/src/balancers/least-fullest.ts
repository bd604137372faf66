/**
 * A number of tokens that the fullest of `places` has at least, however requests of `tokens` are dealt out: no knowledge of their lengths helps. It is
 * the largest of what follows from the mean, and from any k · places + 1 largest requests, of which one place has k + 1. When they come is left out.
 */
export function leastFullest(tokens: readonly number[], places: number): number {
  const falling = [...tokens].sort((a, b) => b - a);
  const sums = [0];
  for (const each of falling) sums.push(sums.at(-1)! + each);
  let least = Math.ceil(sums.at(-1)! / places);
  for (let k = 0; k * places < falling.length; k++) {
    const end = k * places + 1;
    least = Math.max(least, sums[end]! - sums[end - (k + 1)]!);
  }
  return least;
}

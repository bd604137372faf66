/** n over k, exactly. */
export function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let ways = 1n;
  for (let i = 1n; i <= BigInt(k); i++) ways = (ways * (BigInt(n) - i + 1n)) / i;
  return ways;
}

/** a/b as the nearest number or one beside it, also where neither fits into a number. */
export function ratio(a: bigint, b: bigint): number {
  if (a === 0n) return 0;
  const shift = b.toString(2).length - a.toString(2).length + 64; // so that 64 or 65 bits are left
  const digits = shift >= 0 ? (a << BigInt(shift)) / b : a / (b << BigInt(-shift));
  return Number(digits) * Math.pow(2, -shift);
}

/** Probabilities of 0 … n successes in n trials of probability a/b, from whole numbers: slow and obviously right. */
export function binomialProbabilities(n: number, a: number, b: number): number[] {
  const all = BigInt(b) ** BigInt(n);
  return Array.from({ length: n + 1 }, (_, k) => ratio(choose(n, k) * BigInt(a) ** BigInt(k) * BigInt(b - a) ** BigInt(n - k), all));
}

/** Probabilities of 0 … min(good, draws) good ones among `draws` from an urn, from whole numbers: slow and obviously right. */
export function hypergeometricProbabilities(good: number, bad: number, draws: number): number[] {
  const all = choose(good + bad, draws);
  return Array.from({ length: Math.min(good, draws) + 1 }, (_, k) => ratio(choose(good, k) * choose(bad, draws - k), all));
}

import type { Clusters } from "./clusters.ts";
import type { Interval } from "./estimate.ts";
import { betaQuantile, incompleteBeta } from "./incomplete-beta.ts";
import { studentT } from "./student-t.ts";

/** A number with its interval. */
export interface Bounded {
  /** Infinity: never. */
  readonly value: number;
  /** 95 % interval; null for one seed. `high` is Infinity where the data cannot bound it. */
  readonly interval: Interval | null;
}

const OUTSIDE = 0.05;
const NORMAL = 1.959963984540054; // exceeded on either side with 5 %
/** Quantiles at which clustering shows that lucky seeds lack further up. */
const LOOKED_AT = [0.5, 0.75, 0.9, 0.95, 0.975, 0.99];
/** Standard errors beyond which no incomplete beta function is needed to say so. */
const FAR = 7;

/**
 * The ⌈p·N⌉-th smallest of all values, with an interval in which seeds are clusters: the binomial one of Clopper and Pearson for the
 * effective number of requests. Its upper end is open if no value is surely above the quantile. Source: docs/statistics.md#quantiles.
 */
export function pooledQuantile(clusters: Clusters, p: number): Bounded | undefined {
  const { values, shares, variances, count, counts } = clusters;
  if (count === 0) return undefined;
  const value = values[atRank(clusters, Math.max(1, Math.ceil(round(p * count))))]!;
  const k = counts.length;
  if (k < 2) return { value, interval: null };
  const width = NORMAL / studentT(k - 1, OUTSIDE);
  const factor = width * width;
  const effective = (at: number) => {
    const spread = shares[at]! * (1 - shares[at]!);
    return Math.min(count, variances[at] === 0 ? count : spread / variances[at]!) * factor;
  };
  const quantileAt = (q: number) => atRank(clusters, Math.max(1, Math.ceil(round(q * count))));
  const cap = Math.min(...[...LOOKED_AT.filter((q) => q <= p), p].map((q) => worth(effective(quantileAt(q)), count * factor)));
  const sizeAt = (at: number) => Math.min(worth(effective(at), cap), cap);
  let upper = values.length;
  while (upper > 0 && isSurelyAbove(p, shares[upper - 1]!, sizeAt(upper - 1))) upper--;
  let lower = 0;
  while (lower < values.length - 1 && isSurelyBelow(p, shares[lower]!, sizeAt(lower))) lower++;
  const [l, u] = [betaQuantile(OUTSIDE / 2, cap * p, cap * (1 - p) + 1), betaQuantile(1 - OUTSIDE / 2, cap * p + 1, cap * (1 - p))];
  const lowerRank = Math.max(1, Math.floor(round(l * count)));
  const upperRank = Math.ceil(round(u * count)) + 1;
  const low = Math.min(values[lower]!, values[atRank(clusters, lowerRank)]!);
  const isOpen = upper >= values.length || upperRank > count;
  const high = isOpen ? Number.POSITIVE_INFINITY : Math.max(values[upper]!, values[atRank(clusters, upperRank)]!);
  return { value, interval: { low, high } };
}

/** Variance of a value that all observations are at most: its spread is 0, so only the size counts. */
function worth(effective: number, most: number): number {
  return effective > 0 ? effective : most;
}

function isSurelyAbove(p: number, share: number, n: number): boolean {
  const errors = (share - p) / Math.sqrt((p * (1 - p)) / n);
  if (errors <= 0) return false;
  if (errors > FAR && n * (1 - p) > FAR * FAR) return true;
  return incompleteBeta(p, n * share, n * (1 - share) + 1) <= OUTSIDE / 2;
}

function isSurelyBelow(p: number, share: number, n: number): boolean {
  const errors = (p - share) / Math.sqrt((p * (1 - p)) / n);
  if (errors <= 0) return false;
  if (errors > FAR && n * p > FAR * FAR) return true;
  return 1 - incompleteBeta(p, n * share + 1, n * (1 - share)) <= OUTSIDE / 2;
}

/** Index of the distinct value that has this rank, from 1, among all. */
function atRank({ shares, count }: Clusters, rank: number): number {
  let low = 0;
  let high = shares.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Math.round(shares[middle]! * count) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rounded to remove the error of a product of shares. */
function round(rank: number): number {
  return Number(rank.toPrecision(12));
}

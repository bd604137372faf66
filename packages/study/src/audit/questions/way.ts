import { ln } from "@tokenyard/random";
import { admitted, type Bound, factorBetween } from "../claims/claim.ts";

/** Ways in which a value on `side` of `bound` may leave its verdict: 1 upwards, −1 downwards. */
export function directions(side: -1 | 0 | 1, bound: Bound): (1 | -1)[] {
  if (side !== 0) return [side === 1 ? -1 : 1];
  const { low, high } = admitted(bound);
  const ways: (1 | -1)[] = [-1, 1];
  return ways.filter((way) => Number.isFinite(way === 1 ? high : low));
}

/** How much of the way from `from` to the next end of what `bound` admits `to` is, by ratio where all are above 0; under 0: away from it. */
export function shareOfWay(from: number, to: number, direction: 1 | -1, bound: Bound): number {
  const { low, high } = admitted(bound);
  const isAmid = from >= low && from <= high;
  const end = (direction === 1) === isAmid ? high : low;
  const isByRatio = from > 0 && to > 0 && end > 0;
  const [way, gone] = isByRatio ? [ln(end / from), ln(to / from)] : [end - from, to - from];
  return way === 0 ? Math.sign(gone) * direction : gone / way;
}

/** How kind a value is to a claim: the more, the better for it. */
export function kindness(value: number, bound: Bound): number {
  const { low, high } = admitted(bound);
  if (!Number.isFinite(low)) return -value;
  if (!Number.isFinite(high)) return value;
  const factor = factorBetween(value, bound.claimed);
  return factor === undefined ? -Math.abs(value - bound.claimed) : 1 / factor;
}

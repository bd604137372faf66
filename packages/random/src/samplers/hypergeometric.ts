import { exp } from "../portable-math.ts";
import { lnHypergeometricProbability, lnHypergeometricWeight } from "../probability.ts";
import type { Stream } from "../stream.ts";
import { isUnder, tableWidth } from "./ratio-of-uniforms.ts";

const ONE_BY_ONE = 8; // draws that are made one by one
const INVERSION_MEAN = 20; // up to here, counting up from 0 is the cheaper way

/**
 * Good ones among `draws` drawn without replacement from an urn of `good` and `bad`, at a cost that does not grow with any of them. Throws
 * RangeError when one is not a whole number ≥ 0 or the urn has fewer than `draws`.
 */
export function hypergeometric(stream: Stream, good: number, bad: number, draws: number): number {
  const all = good + bad;
  if (
    !(
      Number.isSafeInteger(all) &&
      Number.isSafeInteger(draws) &&
      Number.isSafeInteger(good) &&
      good >= 0 &&
      bad >= 0 &&
      draws >= 0 &&
      draws <= all
    )
  ) {
    throw new RangeError(
      `hypergeometric of ${draws} draws from ${good} good and ${bad} bad: wanted whole numbers and no more draws than there are`,
    );
  }
  // drawn or left behind, good or bad: count among the fewer of each
  const fewDraws = Math.min(draws, all - draws);
  const few = Math.min(good, bad);
  const count = smaller(stream, few, all - few, fewDraws);
  const drawn = draws === fewDraws ? count : few - count; // of the kind that is fewer
  return good === few ? drawn : draws - drawn;
}

/** For good ≤ bad and draws ≤ half of all. */
function smaller(stream: Stream, good: number, bad: number, draws: number): number {
  if (draws <= good) {
    if (draws <= ONE_BY_ONE) return drawnOneByOne(stream, good, bad, draws);
  } else if (good <= ONE_BY_ONE) {
    return drawnOneByOne(stream, draws, good + bad - draws, good); // how many of the good fell among the drawn: the same law
  }
  return draws * (good / (good + bad)) <= INVERSION_MEAN ? inverted(stream, good, bad, draws) : rejected(stream, good, bad, draws);
}

function drawnOneByOne(stream: Stream, good: number, bad: number, draws: number): number {
  let left = good;
  for (let drawn = 0; drawn < draws; drawn++) {
    if (stream.next() * (good + bad - drawn) < left) left--;
  }
  return good - left;
}

/** Counts up from 0 until the probabilities passed exceed a uniform number. */
function inverted(stream: Stream, good: number, bad: number, draws: number): number {
  const none = exp(lnHypergeometricProbability(0, good, bad, draws));
  for (;;) {
    let k = 0;
    let probability = none;
    let left = stream.next();
    while (left >= probability && probability > 0) {
      left -= probability;
      probability *= ((good - k) / (k + 1)) * ((draws - k) / (bad - draws + k + 1));
      k++;
    }
    if (probability > 0) return k; // else the uniform number was in the rounding error of the sum
  }
}

/** Ratio of uniforms with the exact probability. */
function rejected(stream: Stream, good: number, bad: number, draws: number): number {
  const all = good + bad;
  const mean = draws * (good / all);
  const width = tableWidth(mean * (bad / all) * ((all - draws) / (all - 1)));
  const most = Math.min(good, draws);
  const peak = lnHypergeometricWeight(Math.floor((draws + 1) * ((good + 1) / (all + 2))), good, bad, draws);
  for (;;) {
    const u = 1 - stream.next();
    const k = Math.floor(mean + 0.5 + (width * (stream.next() - 0.5)) / u);
    if (k >= 0 && k <= most && isUnder(u, lnHypergeometricWeight(k, good, bad, draws) - peak)) return k;
  }
}

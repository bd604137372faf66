import { exp, ln, pow } from "@tokenyard/random";
import { normalQuantile } from "./normal-quantile.ts";

/** Seconds of one micro-batch's passes, from one to the next. */
export interface PassTimes {
  /** Seconds of passes that decode `sequences` sequences in each data group. */
  decode(sequences: number): number;
  /**
   * Additional seconds with prompts of `tokens` tokens in all, `fullest` of them in one data group, beside `sequences` sequences in each.
   */
  more(tokens: number, fullest: number, sequences: number): number;
}

/** A load on one micro-batch of a replica. */
export interface ServerLoad {
  /** Requests a second. */
  readonly rate: number;
  /** Seconds in which the requests arrive. */
  readonly seconds: number;
  readonly meanPrompt: number;
  /** Means of the shortest, the middle and the longest third of prompts. */
  readonly thirds: readonly number[];
  /** Tokens of an answer after its first, on average. */
  readonly decodes: number;
  /** Expected tokens of the longest of `prompts` prompts. */
  longest(prompts: number): number;
}

/** Limits of a micro-batch. */
export interface ServerLimits {
  /** Micro-batches that follow one another through the stages of the replica: none overtakes another. */
  readonly abreast: number;
  readonly dataGroups: number;
  /** Most sequences, by places in micro-batches and by the cache. */
  readonly places: number;
  /** Tokens of a data group in a pass. */
  readonly tokenBudget: number;
}

/** Passes with a number of prompts, their time, and their frequency. */
export interface PassKind {
  readonly prompts: number;
  readonly seconds: number;
  readonly share: number;
}

export interface SteadyState {
  /** Seconds from pass to pass, on average over the time in which requests come. */
  readonly seconds: number;
  /** Sequences that decode, in all data groups: on average over the run, and at its peak. */
  readonly sequences: number;
  readonly peak: number;
  /** Requests a second that are served: below the rate where the server cannot keep up. */
  readonly served: number;
  /** Seconds from which requests wait: at once if passes are full, or once all places are taken. */
  readonly fullSeconds: number;
  readonly passes: readonly PassKind[];
  /** Seconds by which prompts lengthen a pass, on average, and by how much passes vary. */
  readonly more: number;
  readonly deviation: number;
}

/** By which factor a time of passes is tried beyond the one before, and how often. */
const STEP = 1.5;
const ROUNDS = 35;
/** Relative error of a fixed point of pass times. */
const EXACTNESS = 1e-8;

/**
 * The steady state of a server: passes take τ = Σ P(k) t(k), with k prompts by Poisson(rate · τ), while b = rate · decodes · τ sequences decode (Little), as many as there
 * are places for. A run from an empty system that lasts D has 1 − (1 − e^(−x))/x of b on average, x = D / (decodes · τ). Source: docs/optimize.md#the-formula.
 */
export function steadyState(load: ServerLoad, limits: ServerLimits, times: PassTimes): SteadyState {
  const at = (seconds: number) => stateAt(seconds, load, limits, times);
  let low = times.decode(Math.min(1, limits.places) / limits.dataGroups) * 0.5;
  let high = low;
  let state = at(high);
  let above = 0; // by how much passes take longer than `low`
  for (let round = 0; round < ROUNDS && state.seconds > high; round++) {
    low = high;
    above = state.seconds - low;
    high *= STEP;
    state = at(high);
  }
  let below = state.seconds - high;
  let side = 0;
  for (let round = 0; round < ROUNDS && high - low > EXACTNESS * high && below < -EXACTNESS * high; round++) {
    const middle = low + ((high - low) * above) / (above - below); // regula falsi, with the end that stays halved (Illinois)
    const found = at(middle);
    const off = found.seconds - middle;
    if (off > 0) {
      if (off <= EXACTNESS * middle) return found;
      low = middle;
      above = off;
      if (side > 0) below /= 2;
      side = 1;
    } else {
      high = middle;
      below = off;
      state = found;
      if (side < 0) above /= 2;
      side = -1;
    }
  }
  return state;
}

/** State that follows from passes of `seconds`, and their time in it. */
function stateAt(
  seconds: number,
  { rate, seconds: lasts, meanPrompt, thirds, decodes, longest }: ServerLoad,
  limits: ServerLimits,
  times: PassTimes,
): SteadyState {
  const { dataGroups, places, tokenBudget } = limits;
  const alive = decodes * seconds;
  const x = alive === 0 ? Number.POSITIVE_INFINITY : lasts / alive;
  const filled = x === Number.POSITIVE_INFINITY ? 1 : 1 - exp(-x);
  const endless = rate * alive;
  const peak = Math.min(places, endless * filled);
  const sequences = Math.min(places, endless * (x === Number.POSITIVE_INFINITY ? 1 : 1 - filled / x));
  const most = Math.max(1, tokenBudget - peak / dataGroups) * dataGroups;
  const byPlaces = endless * filled > places ? places / alive : rate;
  const byTokens = most / (meanPrompt * seconds);
  const served = Math.min(rate, byPlaces, byTokens);
  const fullSeconds = byPlaces < Math.min(rate, byTokens) && lasts < Number.POSITIVE_INFINITY ? -alive * ln(1 - places / endless) : 0;
  const decode = times.decode(sequences / dataGroups);
  const kinds: PassKind[] = [];
  const inEach = sequences / dataGroups;
  for (const { value: prompts, share } of poisson(served * seconds)) {
    if (prompts === 0) {
      kinds.push({ prompts, share, seconds: decode });
      continue;
    }
    const fullest = fullestOf(prompts, dataGroups, meanPrompt, longest, most);
    for (const third of thirds) {
      const tokens = Math.min(most, prompts * meanPrompt + (third - meanPrompt) * Math.sqrt(prompts));
      const own =
        prompts <= dataGroups
          ? Math.max(third, dataGroups === 1 || prompts === 1 ? third : fullest)
          : (fullest * tokens) / (prompts * meanPrompt);
      const more = times.more(tokens, Math.min(most / dataGroups, own), inEach);
      kinds.push({ prompts, share: share / thirds.length, seconds: decode + more });
    }
  }
  const passes = slowestOf(kinds, limits.abreast);
  let mean = 0;
  for (const { share, seconds: each } of passes) mean += share * each;
  let variance = 0;
  for (const { share, seconds: each } of passes) variance += share * (each - mean) * (each - mean);
  return { seconds: mean, sequences, peak, served, fullSeconds, passes, more: mean - decode, deviation: Math.sqrt(variance) };
}

/** Passes where micro-batches cannot overtake each other: all go round as fast as the slowest of `abreast` passes. */
function slowestOf(passes: readonly PassKind[], abreast: number): readonly PassKind[] {
  if (abreast === 1) return passes;
  let below = 0;
  let before = 0;
  return passes
    .toSorted((a, b) => a.seconds - b.seconds)
    .map((pass) => {
      below = Math.min(1, below + pass.share);
      const upTo = pow(below, abreast);
      const share = upTo - before;
      before = upTo;
      return { ...pass, share };
    });
}

/** Tokens of the fullest data group when prompts are dealt in turn; `most` in all. */
export function fullestOf(
  prompts: number,
  dataGroups: number,
  meanPrompt: number,
  longest: (prompts: number) => number,
  most: number,
): number {
  const rounds = Math.ceil(prompts / dataGroups);
  const fullest = longest(Math.min(prompts, dataGroups)) + (rounds - 1) * meanPrompt;
  return Math.min(most / dataGroups, fullest);
}

const FEW = 40;
/** Number of equal shares whose middles stand for a distribution with a large mean. */
const SHARES = 9;
const NORMALS = Array.from({ length: SHARES }, (_, i) => normalQuantile((i + 0.5) / SHARES));

/** Numbers of a Poisson distribution with their shares; nine representative numbers for a large mean. */
export function poisson(mean: number): { readonly value: number; readonly share: number }[] {
  if (mean > FEW) return NORMALS.map((z) => ({ value: Math.round(mean + z * Math.sqrt(mean)), share: 1 / NORMALS.length }));
  const last = Math.ceil(mean + 6 * Math.sqrt(mean) + 3);
  const shares = new Float64Array(last + 1);
  shares[0] = exp(-mean);
  let sum = shares[0];
  for (let value = 1; value <= last; value++) sum += shares[value] = (shares[value - 1]! * mean) / value;
  return Array.from(shares, (share, value) => ({ value, share: share / sum }));
}

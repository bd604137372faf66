import type { LevelColumns } from "../recording/served.ts";

/** Ratio of the run's length to the time of arrivals beyond which the load was not steady. */
const BURST = 2;

/**
 * Ratio of the service rate until the last arrival to that over the whole horizon, whose end only drains the rest: tokens computed per
 * time. 1 if all arrive at once or the rest takes as long again.
 */
export function withoutDrain(levels: LevelColumns | undefined, horizonNs: number): number {
  if (levels === undefined || horizonNs > BURST * levels.lastArrivalNs) return 1;
  const { bucketNs, tokens, lastArrivalNs } = levels;
  let all = 0;
  let before = 0;
  for (let bucket = 0; bucket < tokens.length; bucket++) {
    const computed = tokens[bucket]!;
    const lengthNs = Math.min(bucketNs, horizonNs - bucket * bucketNs);
    const sinceNs = lastArrivalNs - bucket * bucketNs;
    all += computed;
    before += sinceNs >= lengthNs ? computed : computed * Math.max(0, sinceNs / lengthNs); // of no length, where the run ends with the bucket before
  }
  return all === 0 ? 1 : (before / lastArrivalNs) * (horizonNs / all);
}

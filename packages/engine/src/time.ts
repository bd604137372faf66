export const NS_PER_SECOND = 1e9;

/** The last instant that simulated time has, in nanoseconds: about 104 days. */
export const LAST_NS = Number.MAX_SAFE_INTEGER;

/** Simulated time has run past `LAST_NS`, where nanoseconds are no longer whole. */
export class TimeOverflow extends RangeError {
  override readonly name = "TimeOverflow";
}

/**
 * Whole nanoseconds for `seconds`: the one door from the models' seconds to simulated time.
 * Rounds once, halves up. Throws RangeError for a negative or NaN, TimeOverflow for more than there can be.
 */
export function nsFromSeconds(seconds: number): number {
  const ns = Math.round(seconds * NS_PER_SECOND);
  if (!(seconds >= 0 && ns <= LAST_NS)) {
    const Misuse = ns > LAST_NS ? TimeOverflow : RangeError;
    throw new Misuse(`${seconds} s is not a simulated time: it must lie between 0 and ${secondsFromNs(LAST_NS)} s`);
  }
  return ns + 0; // −0 becomes 0
}

/** Seconds for `ns` nanoseconds, for people and for models; what it gives is no longer a time of the engine. */
export function secondsFromNs(ns: number): number {
  return ns / NS_PER_SECOND;
}

const NS_PER_SECOND = 1e9;

/** Simulated time has run past `Number.MAX_SAFE_INTEGER` ns (about 104 days), where nanoseconds are no longer whole. */
export class TimeOverflow extends RangeError {
  override readonly name = "TimeOverflow";
}

/**
 * Whole nanoseconds for `seconds`: the one door from the models' seconds to simulated time.
 * Rounds once, halves up. Throws RangeError for a negative or NaN, TimeOverflow for more than there can be.
 */
export function nsFromSeconds(seconds: number): number {
  const ns = Math.round(seconds * NS_PER_SECOND);
  if (!(seconds >= 0 && ns <= Number.MAX_SAFE_INTEGER)) {
    const Misuse = ns > Number.MAX_SAFE_INTEGER ? TimeOverflow : RangeError;
    throw new Misuse(`${seconds} s is not a simulated time: it must lie between 0 and ${secondsFromNs(Number.MAX_SAFE_INTEGER)} s`);
  }
  return ns + 0; // −0 becomes 0
}

/** Seconds for `ns` nanoseconds, for people and for models; what it gives is no longer a time of the engine. */
export function secondsFromNs(ns: number): number {
  return ns / NS_PER_SECOND;
}

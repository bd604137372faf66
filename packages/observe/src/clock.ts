/** Nanoseconds since some instant. */
export type Clock = () => number;

/** Nanoseconds since now by `clock`, which never go back, whatever that does. */
export function clockFromNow(clock: Clock): Clock {
  const begin = clock();
  let last = 0;
  return () => {
    last = Math.max(last, clock() - begin);
    return last;
  };
}

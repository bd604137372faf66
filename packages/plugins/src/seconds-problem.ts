const LONGEST_SECONDS = 9e6; // as the scenario's schema says

/** What is wrong with a time that a plug-in gave for `what`; undefined for a number of seconds that can be simulated. */
export function secondsProblem(what: string, seconds: unknown): string | undefined {
  if (typeof seconds !== "number" || !(seconds >= 0) || seconds === Number.POSITIVE_INFINITY)
    return `${what} takes ${String(seconds)} s; wanted a number from 0 on`;
  return seconds <= LONGEST_SECONDS ? undefined : `${what} takes ${seconds} s; wanted at most ${LONGEST_SECONDS} s`;
}

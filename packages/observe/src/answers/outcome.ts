/** What became of a request; all but the first are failures, and one that was stopped counts as neither. */
export const OUTCOMES = [
  "finished",
  "stopped", // by the end of the run
  "unreachable", // no connection
  "reset", // the connection was lost
  "stalled", // no token for too long
  "cut-short", // the stream ended before the answer did
  "endless", // more tokens than were asked for
  "rate-limited", // 429
  "unavailable", // 503
  "redirected", // 3xx, which is not followed
  "refused", // any other status
  "server-error", // an error in the stream
  "garbled", // no stream of events, or events that cannot be read
  "empty", // no token at all
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why a request ended. */
export interface Ending {
  readonly outcome: Outcome;
  /** What the server or the system said, in a line; null where nothing is to be said. */
  readonly message: string | null;
}

const LONGEST = 300;

/** `text` as one line, shortened. */
export function inALine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

import type { Piscina } from "piscina";

/** What Piscina says of an answer that nobody waits for. */
const LATE = "Unexpected message from Worker: ";

/**
 * A thread that is being ended may have answered just before: its points are nobody's by then. Piscina tells of that as of an error, and one that nobody hears
 * ends the process.
 */
export function forgetLateAnswers(threads: Pick<Piscina, "on">): void {
  threads.on("error", (error: Error) => {
    if (!error.message.startsWith(LATE)) throw error;
  });
}

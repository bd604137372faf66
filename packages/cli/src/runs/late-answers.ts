import type { Piscina } from "piscina";

/** What Piscina says of an answer that no caller waits for. */
const LATE = "Unexpected message from Worker: ";

/**
 * A thread that is being ended may have answered just before: its points are no longer wanted by then. Piscina reports that as an error, and one without a listener
 * ends the process.
 */
export function forgetLateAnswers(threads: Pick<Piscina, "on">): void {
  threads.on("error", (error: Error) => {
    if (!error.message.startsWith(LATE)) throw error;
  });
}

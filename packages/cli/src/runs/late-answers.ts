import type { Piscina } from "piscina";

/** Piscina's message for an answer that no caller waits for. */
const LATE = "Unexpected message from Worker: ";

/**
 * Ignores late answers: a thread that is being stopped may have answered just before. Piscina reports that as an error, and one without a
 * listener ends the process.
 */
export function forgetLateAnswers(threads: Pick<Piscina, "on">): void {
  threads.on("error", (error: Error) => {
    if (!error.message.startsWith(LATE)) throw error;
  });
}

import { Stop, type StopSignal } from "@tokenyard/study";

/** Longest delay of a Node timer: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * A signal that is given when `seconds` have passed, or before that by `followed`. Its timer holds it: a signal that `AbortSignal.any`
 * puts together of others is lost to the garbage collector of Node 20 where only listeners wait for it.
 */
export class TimeLimit extends Stop {
  readonly #timer: NodeJS.Timeout;

  constructor(seconds: number, followed: StopSignal) {
    super(followed);
    this.#timer = setTimeout(this.abort, Math.min(Math.ceil(1e3 * seconds), LONGEST_TIMER_MS));
  }

  /** Ends the limit. */
  dispose(): void {
    clearTimeout(this.#timer);
  }
}

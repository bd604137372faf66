import { type ExitCode, INTERRUPTED, TERMINATED } from "../terminal/exit-code.ts";

type Heard = "SIGINT" | "SIGTERM";

let last: Heard = "SIGINT";

/** Ctrl-C was pressed, or the process got a signal to end; it ends with `code`. */
export class Interrupted extends Error {
  readonly code: ExitCode = last === "SIGTERM" ? TERMINATED : INTERRUPTED;

  /** `left`: what was done, and how to go on. */
  constructor(left = "") {
    super(`interrupted${left === "" ? "" : `: ${left}`}`);
    this.name = "Interrupted";
  }
}

/** Listens for Ctrl-C, and for SIGTERM, while the process computes. The second of them ends the process at once. */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #heard: readonly Heard[];
  readonly #raise = (signal: NodeJS.Signals): void => {
    last = signal as Heard;
    this.dispose();
    this.#controller.abort();
  };

  constructor(heard: readonly Heard[] = ["SIGINT", "SIGTERM"]) {
    this.#heard = heard;
    for (const signal of heard) process.on(signal, this.#raise);
  }

  /** Given when Ctrl-C is pressed, or SIGTERM comes. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Lets the process hear signals and write its output; throws Interrupted after one. */
  async pause(): Promise<void> {
    await outsideEvents();
    if (this.signal.aborted) throw new Interrupted();
  }

  /** Restores the usual effect of signals. */
  dispose(): void {
    for (const signal of this.#heard) process.removeListener(signal, this.#raise);
  }
}

/** Done when signals have been heard and output been written. */
export function outsideEvents(): Promise<void> {
  return new Promise((done) => setImmediate(done)); // node:timers/promises is slow to load
}

/** Ctrl-C was pressed; the process ends with exit code 130. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}

/** Listens for Ctrl-C while the process computes. The second Ctrl-C ends the process at once. */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #raise = (): void => this.#controller.abort();

  constructor() {
    process.once("SIGINT", this.#raise);
  }

  /** Given when Ctrl-C is pressed. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Lets the process hear signals and write its output; throws Interrupted after Ctrl-C. */
  async pause(): Promise<void> {
    await outsideEvents();
    if (this.signal.aborted) throw new Interrupted();
  }

  /** From here on Ctrl-C ends the process as usual. */
  dispose(): void {
    process.removeListener("SIGINT", this.#raise);
  }
}

/** Done when signals have been heard and output been written. */
export function outsideEvents(): Promise<void> {
  return new Promise((done) => setImmediate(done)); // node:timers/promises takes a while to load
}

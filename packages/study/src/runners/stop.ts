import type { StopSignal } from "./runner.ts";

/** A signal that is given once, by its owner or by the signal that it follows. */
export class Stop implements StopSignal {
  private isAborted = false;
  private readonly listeners = new Set<() => void>();
  private readonly followed: StopSignal | undefined;

  constructor(followed?: StopSignal) {
    this.followed = followed;
    if (followed?.aborted) this.abort();
    else followed?.addEventListener("abort", this.abort);
  }

  get aborted(): boolean {
    return this.isAborted;
  }

  readonly abort = (): void => {
    if (this.isAborted) return;
    this.isAborted = true;
    this.followed?.removeEventListener("abort", this.abort);
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  };

  addEventListener(_type: "abort", listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.listeners.delete(listener);
  }
}

/** How the time of the server passes. */
export interface Clock {
  /** Milliseconds since some instant. */
  nowMs(): number;
  /** Calls `call` once it is `atMs`. Returns a function that cancels the call. */
  at(atMs: number, call: () => void): () => void;
}

/** Longest wait of a timer of Node. */
const LONGEST_MS = 0x7fff_ffff;
/** Node's timers count whole milliseconds, so they may be this late. */
const TIMER_MS = 1;
/** From this wait on, the last part polls the clock, because the server then has little to do. */
const SPARSE_MS = 3;

/** The clock on the wall. What is called after a wait is called within microseconds of its time, unless waits are short. */
export const WALL_CLOCK: Clock = {
  nowMs: () => performance.now(),
  at(atMs, call) {
    const waitMs = atMs - performance.now();
    if (waitMs <= 0) return soon(call);
    if (waitMs < SPARSE_MS) return later(waitMs, call);
    let stop = later(waitMs - TIMER_MS, look);
    function look(): void {
      if (performance.now() >= atMs) call();
      else stop = soon(look);
    }
    return () => stop();
  },
};

function soon(call: () => void): () => void {
  const immediate = setImmediate(call);
  return () => clearImmediate(immediate);
}

function later(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, Math.min(LONGEST_MS, ms));
  return () => clearTimeout(timer);
}

/** A clock that only its caller moves. */
export class SteppedClock implements Clock {
  #nowMs = 0;
  #calls: { readonly atMs: number; readonly call: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, call: () => void): () => void {
    const own = { atMs, call };
    this.#calls.push(own);
    return () => {
      this.#calls = this.#calls.filter((each) => each !== own);
    };
  }

  /** It becomes `toMs`; what is due by then is called at its own time. */
  advanceTo(toMs: number): void {
    for (let next = this.#next(toMs); next !== undefined; next = this.#next(toMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#calls = this.#calls.filter((each) => each !== next);
      next.call();
    }
    this.#nowMs = toMs;
  }

  #next(toMs: number) {
    return this.#calls.filter(({ atMs }) => atMs <= toMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}

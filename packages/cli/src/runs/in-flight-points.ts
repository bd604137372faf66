/** Points that are being run, and their progress in whole points. */
export interface PointsUnderWay {
  readonly points: number;
  readonly worth: number;
}

const COUNTER_BYTES = 8;
const IDLE = -1;

/** How far threads are with the points that each is at, in memory that they share with the reader of it. */
export class InFlightPoints {
  readonly memory: SharedArrayBuffer;
  readonly #taken: Int32Array;
  /** [threads] progress of a thread's points, in points; below 0 without any */
  readonly #worth: Float64Array;

  /** `memory`: memory of another instance, to read it, or a number of threads. */
  constructor(memory: SharedArrayBuffer | number) {
    this.memory = typeof memory === "number" ? new SharedArrayBuffer(COUNTER_BYTES + 8 * memory) : memory;
    this.#taken = new Int32Array(this.memory, 0, 1);
    this.#worth = new Float64Array(this.memory, COUNTER_BYTES);
    if (typeof memory === "number") this.#worth.fill(IDLE);
  }

  /** A thread's own place; one that starts in place of another that died may get that one's. */
  take(): (worth: number) => void {
    const place = Atomics.add(this.#taken, 0, 1) % this.#worth.length;
    return (worth) => {
      this.#worth[place] = worth;
    };
  }

  read(): PointsUnderWay {
    const busy = this.#worth.filter((worth) => worth >= 0);
    return { points: busy.length, worth: busy.reduce((sum, worth) => sum + worth, 0) };
  }
}

/** Value of a thread that runs no point. */
export const AT_NONE = IDLE;

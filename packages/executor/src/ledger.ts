/** Time of ranks in passes since the last reading: by phase, and by op kind or lane. All columns are [ranks], of nanoseconds. */
export class Ledger {
  /** [phases × op kinds] their own work */
  readonly busyNs: readonly Float64Array[];
  /** [phases × lanes] waited at meetings */
  readonly waitingNs: readonly Float64Array[];
  /** [phases × lanes] time from the end of a pass on a lane to the end of the next, counted in the phase of the latter */
  readonly laneNs: readonly Float64Array[];
  /** [phases × op kinds] 1 if any op has run */
  readonly isWorked: Uint8Array;
  firstNs = Number.POSITIVE_INFINITY;
  lastNs = 0;
  readonly #kinds: number;
  readonly #lanes: number;

  constructor(ranks: number, phases: number, kinds: number, lanes: number) {
    const columns = (count: number) => Array.from({ length: count }, () => new Float64Array(ranks));
    this.#kinds = kinds;
    this.#lanes = lanes;
    this.busyNs = columns(phases * kinds);
    this.waitingNs = columns(phases * lanes);
    this.laneNs = columns(phases * lanes);
    this.isWorked = new Uint8Array(phases * kinds);
  }

  /** Adds `times` ops of `kind`, of `durationNs` [ranks] each. */
  work(phase: number, kind: number, durationNs: Float64Array, times: number): void {
    const at = phase * this.#kinds + kind;
    this.isWorked[at] = 1;
    add(this.busyNs[at]!, durationNs, times);
  }

  /** Ranks waited `waitedNs` on `lane`, `times`. */
  wait(phase: number, lane: number, waitedNs: Float64Array, times: number): void {
    add(this.waitingNs[phase * this.#lanes + lane]!, waitedNs, times);
  }

  /** A pass of `phase` has left `lane`, which was free at `freeNs`, at `endsNs`: that is when it is free. */
  leave(phase: number, lane: number, endsNs: Float64Array, freeNs: Float64Array): void {
    const laneNs = this.laneNs[phase * this.#lanes + lane]!;
    for (let r = 0; r < laneNs.length; r++) {
      laneNs[r] = laneNs[r]! + (endsNs[r]! - freeNs[r]!);
      freeNs[r] = endsNs[r]!;
    }
  }

  /** Passes ran from `startNs` to `endNs`. */
  ran(startNs: number, endNs: number): void {
    if (startNs < this.firstNs) this.firstNs = startNs;
    if (endNs > this.lastNs) this.lastNs = endNs;
  }
}

function add(sums: Float64Array, values: Float64Array, times: number): void {
  for (let r = 0; r < sums.length; r++) sums[r] = sums[r]! + values[r]! * times;
}

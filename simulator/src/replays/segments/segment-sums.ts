import { LANES, type Lane, OP_KINDS } from "@tokenyard/program";
import type { PassSummary } from "../accounts/pass-summary.ts";
import type { ClosedOp } from "./closed-op.ts";

const KINDS = OP_KINDS.length;

/** What ranks do in closed segments and at barriers of the layers of a pass, kept apart until all of them are known: column by column, where summaries go rank by rank. */
export class SegmentSums {
  /** [works] */
  readonly #kinds: readonly number[];
  // Of ops that ranks begin together, and behind which they wait for the slowest on a lane: [works × lanes] what they took [ranks], and the slowest.
  readonly #levelNs: readonly Float64Array[];
  readonly #longestNs: Float64Array;
  // Of others: [works][ranks] what they took, and [lanes][ranks] what ranks waited.
  readonly #busyNs: readonly Float64Array[];
  readonly #waitingNs: readonly Float64Array[];
  #isAny = false;

  /** `kinds`: those of the works. */
  constructor(kinds: readonly number[], ranks: number) {
    const columns = (count: number) => Array.from({ length: count }, () => new Float64Array(ranks));
    this.#kinds = kinds;
    this.#levelNs = columns(kinds.length * LANES.length);
    this.#longestNs = new Float64Array(this.#levelNs.length);
    this.#busyNs = columns(kinds.length);
    this.#waitingNs = columns(LANES.length);
  }

  /** Ranks begin ops of `work` together, so many, which take `durationNs` [ranks], and wait on `lane` for the slowest; returns how long that took. */
  addLevel(work: number, lane: Lane, durationNs: Float64Array, times: number): number {
    const level = work * LANES.length + lane;
    const took = this.#levelNs[level]!;
    let longest = 0;
    for (let r = 0; r < durationNs.length; r++) {
      const ns = durationNs[r]!;
      if (ns > longest) longest = ns;
      took[r]! += ns * times;
    }
    this.#longestNs[level]! += longest * times;
    return longest;
  }

  /** Ops of `work`, so many, run as `run` says and take `durationNs` [ranks]; those that leave together wait for each other on `lane`. */
  addRun(work: number, lane: Lane, { readyNs, endNs, isAlone }: ClosedOp, durationNs: Float64Array, times: number): void {
    const busyNs = this.#busyNs[work]!;
    this.#isAny = true;
    for (let r = 0; r < durationNs.length; r++) busyNs[r] = busyNs[r]! + durationNs[r]! * times;
    if (isAlone) return;
    const waitingNs = this.#waitingNs[lane]!;
    for (let r = 0; r < durationNs.length; r++) waitingNs[r] = waitingNs[r]! + (endNs[r]! - readyNs[r]! - durationNs[r]!) * times;
  }

  /** Ranks that came at `endNs` [ranks] wait on `lane` until `untilNs`, so many times. */
  addWait(lane: Lane, endNs: Float64Array, untilNs: number, times: number): void {
    const waitingNs = this.#waitingNs[lane]!;
    this.#isAny = true;
    for (let r = 0; r < endNs.length; r++) waitingNs[r] = waitingNs[r]! + (untilNs - endNs[r]!) * times;
  }

  /** Nothing is known of a pass. */
  clear(): void {
    for (let i = 0; i < this.#levelNs.length; i++) this.#clearLevel(i);
    if (!this.#isAny) return;
    for (let w = 0; w < this.#busyNs.length; w++) this.#busyNs[w]!.fill(0);
    for (let lane = 0; lane < this.#waitingNs.length; lane++) this.#waitingNs[lane]!.fill(0);
    this.#isAny = false;
  }

  /** Adds all of it to `facts`, and knows nothing any more. */
  settle({ waitingNs, busyNs }: PassSummary): void {
    for (let i = 0; i < this.#levelNs.length; i++) {
      const longest = this.#longestNs[i]!;
      if (longest === 0) continue;
      const took = this.#levelNs[i]!;
      const lane = i % LANES.length;
      const kind = this.#kinds[(i - lane) / LANES.length]!;
      for (let r = 0; r < took.length; r++) {
        waitingNs[r * 2 + lane]! += longest - took[r]!;
        busyNs[r * KINDS + kind]! += took[r]!;
      }
      this.#clearLevel(i);
    }
    if (!this.#isAny) return;
    for (let w = 0; w < this.#busyNs.length; w++) addEach(this.#busyNs[w]!, busyNs, this.#kinds[w]!, KINDS);
    for (let lane = 0; lane < this.#waitingNs.length; lane++) addEach(this.#waitingNs[lane]!, waitingNs, lane, LANES.length);
    this.#isAny = false;
  }

  #clearLevel(level: number): void {
    const took = this.#levelNs[level]!;
    for (let r = 0; r < took.length; r++) took[r] = 0;
    this.#longestNs[level] = 0;
  }
}

/** Adds `sums` [ranks] to `out`, where that of rank r stands at `from` + r · `step`, and sets them to 0. */
function addEach(sums: Float64Array, out: Float64Array, from: number, step: number): void {
  for (let r = 0, at = from; r < sums.length; r++, at += step) {
    out[at] = out[at]! + sums[r]!;
    sums[r] = 0;
  }
}

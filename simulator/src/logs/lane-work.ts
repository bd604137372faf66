import { LANE_OF_KIND, LANES, type Lane, OP_KINDS } from "@tokenyard/program";
import type { RankTimes } from "./rank-times.ts";

const KINDS = OP_KINDS.length;

/** Work of lanes in a time that is recorded later, when its length is known: the rest of it is idle. */
export class LaneWork {
  readonly #times: RankTimes;
  /** [ranks × phases × lanes] recorded since the lane was closed */
  readonly #recordedNs: Float64Array;

  constructor(times: RankTimes, ranks: number) {
    this.#times = times;
    this.#recordedNs = new Float64Array(ranks * 2 * LANES.length);
  }

  /** A rank has worked on ops of `kind`. */
  worked(rank: number, phase: number, kind: number, ns: number): void {
    const { busyNs } = this.#times;
    const at = (rank * 2 + phase) * KINDS + kind;
    busyNs[at] = busyNs[at]! + ns;
    this.#recordedNs[(rank * 2 + phase) * 2 + LANE_OF_KIND[kind]!]! += ns;
  }

  /** A rank's lane has waited at barriers. */
  waited(rank: number, phase: number, lane: Lane, ns: number): void {
    const { waitingNs } = this.#times;
    const side = (rank * 2 + phase) * 2 + lane;
    waitingNs[side] = waitingNs[side]! + ns;
    this.#recordedNs[side]! += ns;
  }

  /** Ends a phase after `ns` of a rank's lane, beside what was recorded op by op. */
  close(rank: number, phase: number, lane: Lane, ns: number): void {
    const side = (rank * 2 + phase) * 2 + lane;
    this.#times.addIdle(rank, phase, lane, ns - this.#recordedNs[side]!);
    this.#recordedNs[side] = 0;
  }
}

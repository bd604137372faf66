import { COMPUTE, LANE_OF_KIND, LANES, type Lane, NETWORK, OP_KINDS } from "@tokenyard/program";

const KINDS = OP_KINDS.length;

/** Nanoseconds of every rank and lane by what they were spent on. */
export class RankTimes {
  /** [ranks × phases × op kinds] */
  readonly busyNs: Float64Array;
  /** [ranks × phases × lanes] at barriers */
  readonly waitingNs: Float64Array;
  /** [ranks × phases × lanes] idle time before an op of the phase; the rest after the lane's last op is added by `trail` */
  readonly idleNs: Float64Array;
  /** [ranks × phases × lanes] in ops that were broken off */
  readonly lostNs: Float64Array;
  /** [ranks × phases × lanes] while the rank was down, or waited for one that was; the phase is that of the lane's last op */
  readonly downNs: Float64Array;
  /** [ranks × lanes] phase of the lane's last op, −1 before the first */
  readonly lastPhase: Int8Array;

  constructor(ranks: number) {
    this.busyNs = new Float64Array(ranks * 2 * KINDS);
    this.waitingNs = new Float64Array(ranks * 4);
    this.idleNs = new Float64Array(ranks * 4);
    this.lostNs = new Float64Array(ranks * 4);
    this.downNs = new Float64Array(ranks * 4);
    this.lastPhase = new Int8Array(ranks * 2).fill(-1);
  }

  addIdle(rank: number, phase: number, lane: Lane, ns: number): void {
    const side = (rank * 2 + phase) * 2 + lane;
    this.idleNs[side] = this.idleNs[side]! + ns;
  }

  addDown(rank: number, phase: number, lane: Lane, ns: number): void {
    const side = (rank * 2 + phase) * 2 + lane;
    this.downNs[side] = this.downNs[side]! + ns;
  }

  /** The phase that a lane is in between two ops; from now on it is one of an op. */
  phaseOf(rank: number, lane: Lane): number {
    const at = rank * 2 + lane;
    const phase = Math.max(0, this.lastPhase[at]!);
    this.lastPhase[at] = phase;
    return phase;
  }

  /** A lane that ran nothing until `horizonNs` was idle beside the rank's other lane, phase by phase; a rank that ran nothing, in prefill. */
  idleAll(rank: number, horizonNs: number): void {
    for (const lane of LANES) {
      if (this.lastPhase[rank * 2 + lane]! >= 0) continue;
      const decode = this.#laneNs(rank, 1, lane === COMPUTE ? NETWORK : COMPUTE);
      this.addIdle(rank, 1, lane, decode);
      this.addIdle(rank, 0, lane, horizonNs - decode);
    }
  }

  /** Time in which a rank's lane was busy, waiting or lost in a phase. */
  usedNs(rank: number, phase: number, lane: Lane): number {
    const at = rank * 2 + phase;
    let sum = this.waitingNs[at * 2 + lane]! + this.lostNs[at * 2 + lane]!;
    for (let kind = 0; kind < KINDS; kind++) if (LANE_OF_KIND[kind] === lane) sum += this.busyNs[at * KINDS + kind]!;
    return sum;
  }

  #laneNs(rank: number, phase: number, lane: Lane): number {
    const side = (rank * 2 + phase) * 2 + lane;
    return this.usedNs(rank, phase, lane) + this.idleNs[side]! + this.downNs[side]!;
  }
}

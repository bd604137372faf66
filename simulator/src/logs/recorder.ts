import { COMPUTE, LANES, type Lane, laneOfKind, NETWORK, OP_KINDS, type Op } from "@tokenyard/program";
import type { Spans } from "@tokenyard/report";
import type { MicroBatch } from "../stages/micro-batch.ts";
import type { StageLanes } from "../stages/stage-spec.ts";
import type { OpRun } from "../stages/timing.ts";
import { addSlowest } from "./slowest.ts";
import { SpanLog, type SpanWindow } from "./span-log.ts";
import { WorkLog, type WorkLogParts } from "./work-log.ts";

const KINDS = OP_KINDS.length;

export interface RecorderOptions extends WorkLogParts {
  /** Keep single spans too. */
  readonly window?: SpanWindow | undefined;
  /** What the first rank is called in them. */
  readonly firstRank?: number;
}

/**
 * Sums up, for every rank and lane, what its nanoseconds went into; keeps single spans only when asked to. Late in a long run an instant and a
 * sum together are no safe integer: what is added is a difference of instants first.
 */
export class Recorder {
  /** [ranks × phases × op kinds] */
  readonly busyNs: Float64Array;
  /** [ranks × phases × lanes] at barriers */
  readonly waitingNs: Float64Array;
  /** [ranks × phases × lanes] before an op of the phase; what trails after the lane's last op is added by `close` */
  readonly idleNs: Float64Array;
  /** [ranks × phases × lanes] in ops that were broken off */
  readonly lostNs: Float64Array;
  /** [ranks × phases × lanes] while the rank was down, or waited for one that was; the phase is that of the lane's last op */
  readonly downNs: Float64Array;
  /** [ranks × phases] by how much experts took longer than on the mean rank of the stage, wherever this was the slowest */
  readonly slowestNs: Float64Array;
  /** [ranks × lanes] phase of the lane's last op, −1 before the first */
  readonly #lastPhase: Int8Array;
  /** [ranks] whether others go on without it: then all of its time is down */
  readonly #isGone: Uint8Array;
  #isAnyGone = false;
  /** [ranks] down since it was left behind, or before, in all */
  readonly #goneNs: Float64Array;
  /** Stages and the instants from and to which they were down, one after the other. */
  readonly #downSpans: number[] = [];
  /** [stages] start of the first and end of the last op */
  readonly #firstNs: Float64Array;
  readonly #lastNs: Float64Array;
  readonly #spans: SpanLog | undefined;
  /** [ranks × phases × lanes] of these, what was told by `worked` and `waited` */
  readonly #toldNs: Float64Array;
  /** [ranks × lanes] busy and waiting since the last `closePass` */
  readonly #passNs: Float64Array;

  /** What the ops did. */
  readonly work: WorkLog;

  constructor(ranks: number, stages: number, { window, firstRank = 0, ...parts }: RecorderOptions = {}) {
    this.work = new WorkLog(parts);
    this.slowestNs = new Float64Array(ranks * 2);
    this.busyNs = new Float64Array(ranks * 2 * KINDS);
    this.waitingNs = new Float64Array(ranks * 4);
    this.idleNs = new Float64Array(ranks * 4);
    this.lostNs = new Float64Array(ranks * 4);
    this.downNs = new Float64Array(ranks * 4);
    this.#isGone = new Uint8Array(ranks);
    this.#goneNs = new Float64Array(ranks);
    this.#lastPhase = new Int8Array(ranks * 2).fill(-1);
    this.#toldNs = new Float64Array(ranks * 4);
    this.#passNs = new Float64Array(ranks * 2);
    this.#firstNs = new Float64Array(stages).fill(Number.POSITIVE_INFINITY);
    this.#lastNs = new Float64Array(stages);
    this.#spans = window === undefined ? undefined : new SpanLog(window, firstRank);
  }

  /** An op has run as `run` says; the stage's lanes still show when they were free before it. */
  commit(stage: StageLanes, op: Op, microBatch: MicroBatch, run: OpRun): void {
    const { firstRank, ranks, id } = stage.spec;
    const { phase } = microBatch;
    const { lane, kind } = op;
    const { durationNs, arrivedNs, startNs, endNs } = run;
    const { busyNs, waitingNs, idleNs } = this;
    const laneFreeNs = stage.laneFreeNs[lane];
    let first = this.#firstNs[id]!;
    let last = this.#lastNs[id]!;
    for (let r = 0; r < ranks; r++) {
      const rank = firstRank + r;
      const work = durationNs[r]!;
      const arrived = arrivedNs[r]!;
      const end = endNs[r]!;
      const busy = (rank * 2 + phase) * KINDS + kind;
      const side = (rank * 2 + phase) * 2 + lane;
      this.#lastPhase[rank * 2 + lane] = phase;
      if (this.#isAnyGone && this.#isGone[rank] === 1) {
        this.#stayGone(rank, side, lane, end - laneFreeNs[r]!);
        continue;
      }
      busyNs[busy] = busyNs[busy]! + work;
      waitingNs[side] = waitingNs[side]! + (end - arrived - work);
      idleNs[side] = idleNs[side]! + (arrived - laneFreeNs[r]!);
      if (startNs[r]! < first) first = startNs[r]!;
      if (end > last) last = end;
    }
    this.#firstNs[id] = first;
    this.#lastNs[id] = last;
    if (op.work === "experts") addSlowest(durationNs, 1, this.slowestNs, firstRank * 2 + phase, 2);
    this.work.add(op, id, phase, run, microBatch.workOf(op).load);
    this.#spans?.add(stage, op, microBatch, run);
  }

  /** `times` ops have run alike: one of them as `run` says, from wherever it counts its times. To be followed by `closePass`. */
  addAlike(stage: StageLanes, op: Op, phase: number, run: OpRun, durationNs: Float64Array, times: number): void {
    const { firstRank, ranks } = stage.spec;
    const { lane, kind } = op;
    const { arrivedNs, endNs } = run;
    for (let r = 0; r < ranks; r++) {
      const rank = firstRank + r;
      const busy = (rank * 2 + phase) * KINDS + kind;
      const side = (rank * 2 + phase) * 2 + lane;
      const work = durationNs[r]!;
      const waiting = endNs[r]! - arrivedNs[r]! - work;
      this.busyNs[busy] = this.busyNs[busy]! + work * times;
      this.waitingNs[side] = this.waitingNs[side]! + waiting * times;
      this.#passNs[rank * 2 + lane] = this.#passNs[rank * 2 + lane]! + (work + waiting) * times;
    }
    if (op.work === "experts") addSlowest(durationNs, times, this.slowestNs, firstRank * 2 + phase, 2);
    this.work.reach(op, durationNs);
  }

  /** A pass that started at `startNs` has run on `stage`; its lanes ended so much later [ranks]. What is left since their last pass they were idle. */
  closePass(stage: StageLanes, phase: number, startNs: number, computeNs?: Float64Array, networkNs?: Float64Array): void {
    const { firstRank, ranks, id } = stage.spec;
    for (const lane of LANES) {
      const ends = lane === COMPUTE ? computeNs : networkNs;
      if (ends === undefined) continue;
      const freeNs = stage.laneFreeNs[lane];
      for (let r = 0; r < ranks; r++) {
        const at = (firstRank + r) * 2 + lane;
        const end = startNs + ends[r]!;
        const side = ((firstRank + r) * 2 + phase) * 2 + lane;
        this.idleNs[side] = this.idleNs[side]! + (end - freeNs[r]! - this.#passNs[at]!);
        this.#passNs[at] = 0;
        this.#lastPhase[at] = phase;
        freeNs[r] = end;
        if (end > this.#lastNs[id]!) this.#lastNs[id] = end;
      }
    }
  }

  /** A pass starts on `stage` at `startNs`; to be told of the first at least. */
  openPass({ spec: { id } }: StageLanes, startNs: number): void {
    if (startNs < this.#firstNs[id]!) this.#firstNs[id] = startNs;
  }

  /** A rank has worked on ops of `kind`, in a time that `closeLane` will tell. */
  worked(rank: number, phase: number, kind: number, ns: number): void {
    const at = (rank * 2 + phase) * KINDS + kind;
    this.busyNs[at] = this.busyNs[at]! + ns;
    this.#toldNs[(rank * 2 + phase) * 2 + laneOfKind(kind)]! += ns;
  }

  /** A rank's lane has waited at barriers, in a time that `closeLane` will tell. */
  waited(rank: number, phase: number, lane: Lane, ns: number): void {
    const side = (rank * 2 + phase) * 2 + lane;
    this.waitingNs[side] = this.waitingNs[side]! + ns;
    this.#toldNs[side]! += ns;
  }

  /** A rank's lane has ended an op of `phase`. */
  ended(rank: number, lane: Lane, phase: number): void {
    this.#lastPhase[rank * 2 + lane] = phase;
  }

  /** A phase has taken `ns` of a rank's lane, beside what was committed op by op: it was idle in what of that it has not worked or waited. */
  closeLane(rank: number, phase: number, lane: Lane, ns: number): void {
    const side = (rank * 2 + phase) * 2 + lane;
    this.#addIdle(rank, phase, lane, ns - this.#toldNs[side]!);
    this.#toldNs[side] = 0;
  }

  /** Stage `id` has run passes, the first of which started at `firstNs`, and the last ended. */
  ranBetween(id: number, firstNs: number, lastNs: number): void {
    this.#firstNs[id] = Math.min(firstNs, this.#firstNs[id]!);
    this.#lastNs[id] = Math.max(lastNs, this.#lastNs[id]!);
  }

  /** An op was broken off at `nowNs`: what its ranks had given it is lost, and their lanes are free from now. */
  lose(stage: StageLanes, op: Op, microBatch: MicroBatch, run: OpRun, nowNs: number): void {
    const { firstRank, ranks, id } = stage.spec;
    const laneFreeNs = stage.laneFreeNs[op.lane];
    this.#lastNs[id] = Math.max(this.#lastNs[id]!, nowNs);
    for (let r = 0; r < ranks; r++) {
      const side = ((firstRank + r) * 2 + microBatch.phase) * 2 + op.lane;
      const arrived = Math.min(run.arrivedNs[r]!, nowNs);
      if (this.#isGone[firstRank + r] === 1) {
        this.#stayGone(firstRank + r, side, op.lane, nowNs - laneFreeNs[r]!);
        laneFreeNs[r] = nowNs;
        continue;
      }
      this.#firstNs[id] = Math.min(this.#firstNs[id]!, arrived);
      this.idleNs[side] = this.idleNs[side]! + (arrived - laneFreeNs[r]!);
      this.lostNs[side] = this.lostNs[side]! + (nowNs - arrived);
      this.#lastPhase[(firstRank + r) * 2 + op.lane] = microBatch.phase;
      laneFreeNs[r] = nowNs;
    }
  }

  /** From `nowNs` on others go on without the rank of `stage` with the place `local`, or it takes part again. */
  leave({ spec: { firstRank }, laneFreeNs }: StageLanes, local: number, isGone: boolean, nowNs: number): void {
    const rank = firstRank + local;
    if ((this.#isGone[rank] === 1) === isGone) return;
    for (const lane of LANES) {
      const at = rank * 2 + lane;
      const phase = Math.max(0, this.#lastPhase[at]!);
      const ns = nowNs - laneFreeNs[lane][local]!;
      this.#lastPhase[at] = phase;
      if (isGone) this.#addIdle(rank, phase, lane, ns);
      else this.#stayGone(rank, (rank * 2 + phase) * 2 + lane, lane, ns);
      laneFreeNs[lane][local] = nowNs;
    }
    this.#isGone[rank] = isGone ? 1 : 0;
    this.#isAnyGone ||= isGone;
  }

  #stayGone(rank: number, side: number, lane: Lane, ns: number): void {
    this.downNs[side] = this.downNs[side]! + ns;
    if (lane === COMPUTE) this.#goneNs[rank]! += ns;
  }

  /** From `fromNs` to `toNs` nothing could run on `stage`, and nothing did; what was left of the time before that its lanes were idle. */
  down({ spec: { id, firstRank, ranks }, laneFreeNs }: StageLanes, fromNs: number, toNs: number): void {
    this.#downSpans.push(id, fromNs, toNs);
    for (let r = 0; r < ranks; r++) {
      for (const lane of LANES) {
        const at = (firstRank + r) * 2 + lane;
        const freeNs = laneFreeNs[lane][r]!;
        const phase = Math.max(0, this.#lastPhase[at]!);
        const sinceNs = Math.max(fromNs, freeNs);
        this.#lastPhase[at] = phase;
        const side = ((firstRank + r) * 2 + phase) * 2 + lane;
        if (this.#isGone[firstRank + r] === 1) this.#stayGone(firstRank + r, side, lane, sinceNs - freeNs);
        else this.#addIdle(firstRank + r, phase, lane, sinceNs - freeNs);
        this.downNs[side] = this.downNs[side]! + (toNs - sinceNs);
        laneFreeNs[lane][r] = toNs;
      }
    }
  }

  /**
   * Adds the idle time after each lane's last op, which belongs to that op's phase. A lane that ran nothing is idle beside
   * the rank's other lane, phase by phase; a rank that ran nothing is idle in prefill.
   */
  close(stages: readonly StageLanes[], horizonNs: number): void {
    for (const stage of stages) {
      for (let r = 0; r < stage.spec.ranks; r++) {
        const rank = stage.spec.firstRank + r;
        for (const lane of LANES) {
          const phase = this.#lastPhase[rank * 2 + lane]!;
          const ns = horizonNs - stage.laneFreeNs[lane][r]!;
          if (phase >= 0 && this.#isGone[rank] === 1) this.downNs[(rank * 2 + phase) * 2 + lane]! += ns;
          else if (phase >= 0) this.#addIdle(rank, phase, lane, ns);
        }
        for (const lane of LANES) {
          if (this.#lastPhase[rank * 2 + lane]! >= 0) continue;
          const decode = this.#laneNs(rank, 1, lane === COMPUTE ? NETWORK : COMPUTE);
          this.#addIdle(rank, 1, lane, decode);
          this.#addIdle(rank, 0, lane, horizonNs - decode);
        }
      }
    }
  }

  /** Compute lanes between their stage's first and last op: all of that time in which they were not down, and what of it was idle. */
  bubble(stages: readonly StageLanes[]): { readonly idleNs: number; readonly spanNs: number } {
    let idleNs = 0;
    let spanNs = 0;
    for (const { spec } of stages) {
      if (this.#firstNs[spec.id]! > this.#lastNs[spec.id]!) continue;
      const span =
        this.#lastNs[spec.id]! - this.#firstNs[spec.id]! - this.#downBetween(spec.id, this.#firstNs[spec.id]!, this.#lastNs[spec.id]!);
      for (let rank = spec.firstRank; rank < spec.firstRank + spec.ranks; rank++) {
        const there = Math.max(0, span - this.#goneNs[rank]!);
        spanNs += there;
        idleNs += there - this.#usedNs(rank, 0, COMPUTE) - this.#usedNs(rank, 1, COMPUTE);
      }
    }
    return { idleNs, spanNs };
  }

  /** How long stage `id` was down between two instants. */
  #downBetween(id: number, fromNs: number, toNs: number): number {
    let ns = 0;
    for (let at = 0; at < this.#downSpans.length; at += 3) {
      if (this.#downSpans[at] !== id) continue;
      ns += Math.max(0, Math.min(toNs, this.#downSpans[at + 2]!) - Math.max(fromNs, this.#downSpans[at + 1]!));
    }
    return ns;
  }

  spans(): Spans | undefined {
    return this.#spans?.columns();
  }

  #addIdle(rank: number, phase: number, lane: Lane, ns: number): void {
    const side = (rank * 2 + phase) * 2 + lane;
    this.idleNs[side] = this.idleNs[side]! + ns;
  }

  /** What a rank's lane was busy, waiting or lost in a phase. */
  #usedNs(rank: number, phase: number, lane: Lane): number {
    const at = rank * 2 + phase;
    let sum = this.waitingNs[at * 2 + lane]! + this.lostNs[at * 2 + lane]!;
    for (let kind = 0; kind < KINDS; kind++) if (laneOfKind(kind) === lane) sum += this.busyNs[at * KINDS + kind]!;
    return sum;
  }

  #laneNs(rank: number, phase: number, lane: Lane): number {
    const side = (rank * 2 + phase) * 2 + lane;
    return this.#usedNs(rank, phase, lane) + this.idleNs[side]! + this.downNs[side]!;
  }
}

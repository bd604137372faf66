import { COMPUTE, EXPERTS, LANES, type Lane, OP_KINDS, type Op } from "@tokenyard/program";
import type { Spans } from "@tokenyard/report";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { StageLanes } from "../programs/stage-spec.ts";
import type { OpRun } from "../programs/timing.ts";
import { DownLog } from "./down-log.ts";
import { LaneWork } from "./lane-work.ts";
import { RankTimes } from "./rank-times.ts";
import { addSlowest } from "./slowest.ts";
import { SpanLog, type SpanWindow } from "./span-log.ts";
import { WorkLog, type WorkLogParts } from "./work-log.ts";

const KINDS = OP_KINDS.length;

export interface RecorderOptions extends WorkLogParts {
  /** Window in which single spans are kept, too. */
  readonly window?: SpanWindow | undefined;
  /** Number of the first rank in these spans. */
  readonly firstRank?: number;
}

/**
 * Sums of the time of every rank and lane by cause; keeps single spans on request. Late in a long run an instant and a sum together are no
 * safe integer: differences of instants are added.
 */
export class Recorder {
  readonly times: RankTimes;
  /** Work that is recorded at once, not op by op. */
  readonly lanes: LaneWork;
  /** Times in which ranks were down. */
  readonly downs: DownLog;
  /** [ranks × phases] time by which experts took longer than on the mean rank of the stage, where this rank was the slowest; times the ranks of the stage, so that it is a whole number */
  readonly slowestNs: Float64Array;
  /** [stages] start of the first and end of the last op */
  readonly #firstNs: Float64Array;
  readonly #lastNs: Float64Array;
  readonly #spans: SpanLog | undefined;

  /** Log of the work of ops: FLOPs, bytes and copies. */
  readonly work: WorkLog;

  constructor(ranks: number, stages: number, { window, firstRank = 0, ...parts }: RecorderOptions = {}) {
    this.work = new WorkLog(parts);
    this.slowestNs = new Float64Array(ranks * 2);
    this.times = new RankTimes(ranks);
    this.downs = new DownLog(this.times, ranks);
    this.lanes = new LaneWork(this.times, ranks);
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
    const { busyNs, waitingNs, idleNs, lastPhase } = this.times;
    const { isGone, isAnyGone } = this.downs;
    const laneFreeNs = stage.laneFreeNs[lane];
    let first = this.#firstNs[id]!;
    let last = 0;
    let longest = 0;
    for (let r = 0; r < ranks; r++) {
      const rank = firstRank + r;
      const work = durationNs[r]!;
      if (work > longest) longest = work;
      const arrived = arrivedNs[r]!;
      const end = endNs[r]!;
      const busy = (rank * 2 + phase) * KINDS + kind;
      const side = (rank * 2 + phase) * 2 + lane;
      lastPhase[rank * 2 + lane] = phase;
      if (isAnyGone && isGone[rank] === 1) {
        this.downs.stayGone(rank, phase, lane, end - laneFreeNs[r]!);
        continue;
      }
      busyNs[busy] = busyNs[busy]! + work;
      waitingNs[side] = waitingNs[side]! + (end - arrived - work);
      idleNs[side] = idleNs[side]! + (arrived - laneFreeNs[r]!);
      if (startNs[r]! < first) first = startNs[r]!;
      if (end > last) last = end;
    }
    this.#firstNs[id] = first;
    if (last > this.#lastNs[id]!) this.#lastNs[id] = last;
    if (op.kind === EXPERTS) addSlowest(durationNs, 1, this.slowestNs, firstRank * 2 + phase, 2);
    this.work.probe?.ran(op, run, longest, last, firstRank, isAnyGone ? isGone : undefined);
    this.work.add(op, id, phase, run, longest, microBatch.workOf(op).load, last);
    this.#spans?.add(stage, op, microBatch, run);
  }

  /** A lane of `ranks` ranks from `firstRank` on has ended an op of `phase`. */
  ended(firstRank: number, ranks: number, lane: Lane, phase: number): void {
    const { lastPhase } = this.times;
    for (let rank = firstRank; rank < firstRank + ranks; rank++) lastPhase[rank * 2 + lane] = phase;
  }

  /** Records that stage `id` ran passes from `firstNs` to `lastNs`. */
  ranBetween(id: number, firstNs: number, lastNs: number): void {
    this.#firstNs[id] = Math.min(firstNs, this.#firstNs[id]!);
    this.#lastNs[id] = Math.max(lastNs, this.#lastNs[id]!);
  }

  /** Interrupts an op at `nowNs`: the time of its ranks is lost, and their lanes are free from now. */
  lose(stage: StageLanes, op: Op, microBatch: MicroBatch, run: OpRun, nowNs: number): void {
    const { firstRank, ranks, id } = stage.spec;
    const { phase } = microBatch;
    const { lane } = op;
    const { times, downs } = this;
    const laneFreeNs = stage.laneFreeNs[lane];
    this.#lastNs[id] = Math.max(this.#lastNs[id]!, nowNs);
    for (let r = 0; r < ranks; r++) {
      const rank = firstRank + r;
      const freeNs = laneFreeNs[r]!;
      laneFreeNs[r] = nowNs;
      if (downs.isGone[rank] === 1) {
        downs.stayGone(rank, phase, lane, nowNs - freeNs);
        continue;
      }
      const side = (rank * 2 + phase) * 2 + lane;
      const arrived = Math.min(run.arrivedNs[r]!, nowNs);
      this.#firstNs[id] = Math.min(this.#firstNs[id]!, arrived);
      times.addIdle(rank, phase, lane, arrived - freeNs);
      times.lostNs[side] = times.lostNs[side]! + (nowNs - arrived);
      times.lastPhase[rank * 2 + lane] = phase;
    }
  }

  /**
   * Adds the idle time after each lane's last op, which belongs to that op's phase. A lane that ran nothing is idle beside
   * the rank's other lane, phase by phase; a rank that ran nothing is idle in prefill.
   */
  close(stages: readonly StageLanes[], horizonNs: number): void {
    const { times, downs } = this;
    for (const stage of stages) {
      for (let r = 0; r < stage.spec.ranks; r++) {
        const rank = stage.spec.firstRank + r;
        for (const lane of LANES) {
          const phase = times.lastPhase[rank * 2 + lane]!;
          const ns = horizonNs - stage.laneFreeNs[lane][r]!;
          if (phase >= 0 && downs.isGone[rank] === 1) times.addDown(rank, phase, lane, ns);
          else if (phase >= 0) times.addIdle(rank, phase, lane, ns);
        }
        times.idleAll(rank, horizonNs);
      }
    }
  }

  /** Compute lanes between their stage's first and last op: the time in which they were not down, and the idle part. */
  bubble(stages: readonly StageLanes[]): { readonly idleNs: number; readonly spanNs: number } {
    let idleNs = 0;
    let spanNs = 0;
    for (const { spec } of stages) {
      const firstNs = this.#firstNs[spec.id]!;
      const lastNs = this.#lastNs[spec.id]!;
      if (firstNs > lastNs) continue;
      for (let rank = spec.firstRank; rank < spec.firstRank + spec.ranks; rank++) {
        const there = this.downs.thereNs(rank, spec.id, firstNs, lastNs);
        spanNs += there;
        idleNs += there - this.times.usedNs(rank, 0, COMPUTE) - this.times.usedNs(rank, 1, COMPUTE);
      }
    }
    return { idleNs, spanNs };
  }

  spans(): Spans | undefined {
    return this.#spans?.columns();
  }
}

import { COMPUTE, LANES, type Lane, NETWORK } from "@tokenyard/program";
import type { Gate } from "../experts/gate.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import { SpareRuns } from "../micro-batches/spare-runs.ts";
import { QUEUE, spendCriticalPath } from "../programs/critical-path.ts";
import type { LinkDowns } from "../programs/links/link-downs.ts";
import type { Shape } from "../programs/shape.ts";
import type { StageLanes, StageSpec } from "../programs/stage-spec.ts";
import { RunningOps } from "./running-ops.ts";
import type { StageContext } from "./stage-context.ts";
import { StageOps } from "./stage-ops.ts";
import { StageQueue } from "./stage-queue.ts";
import type { Visits } from "./visits.ts";

/**
 * A pipeline stage: ranks that issue the same ops in the same order. One micro-batch at a time is before its send: the one that has come
 * furthest, with the highest slice, and of those in the same slice the one that arrived first. Each lane runs the ops of a program in their
 * order, an op once those have ended whose results it uses. The engine sees one event an op, when its last rank has ended; or two a visit,
 * if that is timed as a whole.
 */
export class Stage implements StageLanes {
  readonly spec: StageSpec;
  /** Per lane [ranks]: when the rank's lane has ended its last op. */
  readonly laneFreeNs: readonly [Float64Array, Float64Array];
  touched = false;
  /** Timer of visits as a whole; undefined: ops run one by one. */
  visits: Visits | undefined;
  /** Deviations of the stage (lost or slow ranks) for micro-batches that are admitted from now on. */
  shape: Shape | undefined;
  /** Down times of links that it needs, if any. */
  downs: LinkDowns | undefined;
  /** Whether tokens of micro-batches that are admitted from now on go to experts on their own ranks only. */
  isLocal = false;

  readonly #gate: Gate | undefined;
  readonly #context: StageContext<Stage>;
  readonly #queue = new StageQueue();
  /** Admitted and not yet left, in order of admission. */
  #active: MicroBatch[] = [];
  /** The one that has not ended all that stands before its send. */
  #computing: MicroBatch | undefined;
  readonly #running = new RunningOps();
  readonly #spareRuns: SpareRuns;
  readonly #ops: StageOps;

  constructor(spec: StageSpec, context: StageContext<Stage>) {
    this.spec = spec;
    this.#gate = context.gate;
    this.#context = context;
    this.#spareRuns = new SpareRuns(spec.ranks, context.recorder.work.probe?.wanted.bytes === true);
    this.laneFreeNs = [new Float64Array(spec.ranks), new Float64Array(spec.ranks)];
    this.#ops = new StageOps(this, context);
  }

  arrive(microBatch: MicroBatch, nowNs: number): void {
    microBatch.arrivedNs = nowNs;
    this.#queue.add(microBatch);
  }

  /** Launches what can be of what is admitted, where ops run one by one; true where an op ends at once: the events of the instant are not known before. */
  launch(nowNs: number): boolean {
    if (this.visits !== undefined) return false;
    const compute = this.#takeNext(COMPUTE);
    const network = this.#takeNext(NETWORK);
    return compute === nowNs || network === nowNs;
  }

  /** Admits and launches what can be, once all events of the instant are known. */
  settle(nowNs: number): void {
    if (this.#queue.isHeld(nowNs)) {
      if (this.#queue.mustNotify()) this.#context.freeAt(this.#queue.heldNs, this);
    } else while (this.#queue.length > 0 && this.#computing === undefined) this.#admit(this.#queue.takeFurthest(), nowNs);
    this.launch(nowNs);
  }

  /** Op number `op` of `microBatch` has ended on its last rank; where programs are run as a whole, and all before it. */
  finish(microBatch: MicroBatch, op: number, nowNs: number): void {
    const { program } = microBatch.staged!;
    if (this.visits !== undefined) microBatch.ended = op + 1;
    else {
      const { lane } = program.ops[op]!;
      this.#ops.commit(microBatch, op);
      this.#running.end(lane);
      microBatch.advanceTo(lane, op + 1);
      microBatch.ended++;
    }
    if (microBatch.ended === program.beforeSend) this.#computing = undefined;
    if (microBatch.ended === program.ops.length) this.#leave(microBatch, nowNs);
  }

  /** Breaks off all that is here or waits to be, at the instant of `StageContext.cutNs`. Done is every op that has ended on all its ranks; what others took of their ranks is lost. Of visits that were timed as a whole that is known. */
  breakOff(nowNs: number): void {
    for (const lane of LANES) {
      const microBatch = this.#running.of(lane);
      if (microBatch === undefined) continue;
      this.#ops.lose(microBatch, microBatch.next[lane], nowNs);
      const ticket = this.#running.end(lane);
      if (ticket !== undefined) this.#context.cancel(ticket);
    }
    for (const microBatch of this.#active) this.#takeBack(microBatch);
    this.#active = [];
    this.#queue.clear();
    this.#computing = undefined;
    this.#gate?.breakOff(this.spec.id);
  }

  /**
   * `microBatch`, here since `arrivedNs`, is admitted at `admittedNs`, and timed as a whole: all that was here before has crossed the stage, in
   * events or not. Returns when it leaves; undefined, and it is not admitted, where it would not leave before `untilNs`.
   */
  cross(microBatch: MicroBatch, arrivedNs: number, admittedNs: number, untilNs: number): number | undefined {
    microBatch.arrivedNs = arrivedNs;
    this.#enter(microBatch, admittedNs);
    const visits = this.visits!;
    if (!visits.runBefore(microBatch, admittedNs, untilNs)) {
      microBatch.spentNs[QUEUE]! -= admittedNs - arrivedNs;
      return undefined;
    }
    microBatch.spendVisit();
    return visits.leavesNs;
  }

  /** Something crosses that no event reports, and has ended all before its send at `untilNs`. */
  hold(untilNs: number): void {
    this.#queue.hold(untilNs);
  }

  /** Whether the time at which each admitted micro-batch leaves is known, because none will be aborted. */
  get isForeseen(): boolean {
    return this.#running.areNone && this.#active.every(({ leaves }) => leaves !== undefined); // ops that are not launched before a cut have no end
  }

  /** From when on who waits here may be admitted, not before `nowNs`. */
  freeNs(nowNs: number): number {
    return Math.max(nowNs, this.#queue.heldNs, this.#computing?.crosses?.timeNs ?? 0);
  }

  /** All that is here, or waits to be, goes on without events: calls `leaves` in order for each that is admitted, and when it leaves, and then `waits` of the others. */
  release(leaves: (microBatch: MicroBatch, leavesNs: number) => void, waits: (microBatch: MicroBatch) => void): void {
    for (const microBatch of this.#active) {
      const { crosses, leaves: ticket } = microBatch;
      if (microBatch === this.#computing && crosses !== ticket) this.#context.cancel(crosses!);
      this.#context.cancel(ticket!);
      this.#spend(microBatch);
      leaves(microBatch, ticket!.timeNs);
    }
    this.#active = [];
    this.#computing = undefined;
    while (this.#queue.length > 0) waits(this.#queue.takeFurthest());
  }

  #admit(microBatch: MicroBatch, nowNs: number): void {
    this.#enter(microBatch, nowNs);
    const { ops, beforeSend } = microBatch.staged!.program;
    this.#active.push(microBatch);
    if (beforeSend > 0) this.#computing = microBatch;
    if (ops.length === 0) this.#leave(microBatch, nowNs);
    else if (this.visits !== undefined) this.#visit(microBatch, this.visits);
  }

  /** Admits a micro-batch: chooses its program and resources. */
  #enter(microBatch: MicroBatch, nowNs: number): void {
    microBatch.moves = this.#gate?.admit(this.spec.id, microBatch.slice, this.isLocal);
    const still = this.spec.slices[microBatch.slice]!;
    const slice = microBatch.moves === undefined ? still : still.moving!;
    microBatch.enter((microBatch.isSplit ? slice.halves : slice.drafts?.[microBatch.drafts]) ?? slice, nowNs);
    microBatch.slowdown = this.shape?.slowdown;
    microBatch.isLocal = this.isLocal;
    if (this.visits === undefined) this.#spareRuns.lend(microBatch);
  }

  /** Times the visit as a whole; the events are the end of all ops before the send, and of the send, if they end before the stage is broken off. */
  #visit(microBatch: MicroBatch, visits: Visits): void {
    const { ops, beforeSend } = microBatch.staged!.program;
    const cutNs = this.#context.cutNs(this);
    const quietNs = this.downs === undefined ? cutNs : Math.min(cutNs, this.downs.nextNs(microBatch.admittedNs));
    visits.run(microBatch, microBatch.admittedNs, { quietNs, cutNs, isLocal: this.isLocal });
    const { crossedNs, leavesNs } = visits;
    microBatch.crosses = undefined;
    microBatch.leaves = undefined;
    if (beforeSend > 0 && crossedNs < Number.POSITIVE_INFINITY)
      microBatch.crosses = this.#context.finishAt(crossedNs, this, microBatch, beforeSend - 1);
    if (leavesNs < Number.POSITIVE_INFINITY)
      microBatch.leaves = ops.length > beforeSend ? this.#context.finishAt(leavesNs, this, microBatch, beforeSend) : microBatch.crosses;
  }

  /** When what it launches on `lane` ends; undefined where it launches nothing. */
  #takeNext(lane: Lane): number | undefined {
    if (this.#running.of(lane) !== undefined) return undefined;
    const microBatch = this.#active.find(({ next, runs }) => next[lane] < runs.length);
    if (microBatch === undefined) return undefined;
    const at = microBatch.next[lane];
    const { ops } = microBatch.staged!.program;
    if (!ops[at]!.after.every((before) => before < microBatch.next[ops[before]!.lane])) return undefined;
    const endNs = this.#ops.time(microBatch, at);
    this.#running.begin(lane, microBatch, this.#context.finishAt(endNs, this, microBatch, at));
    return endNs;
  }

  #leave(microBatch: MicroBatch, nowNs: number): void {
    this.#spend(microBatch);
    this.#active.splice(this.#active.indexOf(microBatch), 1);
    this.#context.left(this, microBatch, nowNs);
  }

  /** Adds the time of the visit, by cause, to the micro-batch: all of its program has been timed. */
  #spend(microBatch: MicroBatch): void {
    const { staged, runs, admittedNs, spentNs } = microBatch;
    if (this.visits !== undefined) microBatch.spendVisit();
    else spendCriticalPath(staged!.program, runs, admittedNs, spentNs);
    this.#takeBack(microBatch);
  }

  #takeBack(microBatch: MicroBatch): void {
    if (this.visits === undefined) this.#spareRuns.takeBack(microBatch);
  }
}

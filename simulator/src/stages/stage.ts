import { COMPUTE, LANES, type Lane, NETWORK } from "@tokenyard/program";
import type { Gate } from "../experts/gate.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import { SpareRuns } from "../micro-batches/spare-runs.ts";
import { QUEUE, spendCriticalPath } from "./critical-path.ts";
import type { LinkDowns } from "./links/link-downs.ts";
import type { ProgramReplay } from "./program-replay.ts";
import { RunningOps } from "./running-ops.ts";
import type { Shape } from "./shape.ts";
import { StageOps } from "./stage-ops.ts";
import type { StageParts } from "./stage-parts.ts";
import { StageQueue } from "./stage-queue.ts";
import type { StageLanes, StageSpec } from "./stage-spec.ts";
import type { World } from "./world.ts";

/**
 * A pipeline stage: ranks that issue the same ops in the same order. One micro-batch at a time is before its send: the one that has come
 * furthest, with the highest slice, and of those in the same slice the one that arrived first. Each lane runs the ops of a program in the order
 * in which they stand there, an op once those have ended whose results it takes.
 * The engine sees one event an op, when its last rank has ended; or two a program, as the order is known.
 */
export class Stage implements StageLanes {
  readonly spec: StageSpec;
  /** Per lane [ranks]: when the rank's lane has ended its last op. */
  readonly laneFreeNs: readonly [Float64Array, Float64Array];
  touched = false;
  /** Where programs can be timed as a whole. */
  replay: ProgramReplay | undefined;
  /** What of it is not as ever, for micro-batches that are admitted from now on. */
  shape: Shape | undefined;
  /** Where links that it needs are down for a while: meanwhile nothing is timed as a whole. */
  downs: LinkDowns | undefined;
  /** Whether tokens of micro-batches that are admitted from now on go to experts on their own ranks only. Then nothing is, either. */
  isLocal = false;

  readonly #gate: Gate | undefined;
  readonly #world: World<Stage>;
  readonly #queue = new StageQueue();
  /** Admitted and not yet left, in order of admission. */
  #active: MicroBatch[] = [];
  /** The one that has not ended all that stands before its send. */
  #computing: MicroBatch | undefined;
  readonly #running = new RunningOps();
  readonly #spareRuns: SpareRuns;
  readonly #ops: StageOps;

  constructor(spec: StageSpec, parts: StageParts, world: World<Stage>) {
    this.spec = spec;
    this.#gate = parts.gate;
    this.#world = world;
    this.#spareRuns = new SpareRuns(spec.ranks, parts.recorder.work.probe?.wanted.bytes === true);
    this.laneFreeNs = [new Float64Array(spec.ranks), new Float64Array(spec.ranks)];
    this.#ops = new StageOps(this, parts, this.#spareRuns);
  }

  /** When all before the send of the micro-batch has ended that was timed as a whole last. */
  get crossedNs(): number {
    return this.#ops.crossedNs;
  }

  arrive(microBatch: MicroBatch, nowNs: number): void {
    microBatch.arrivedNs = nowNs;
    this.#queue.add(microBatch);
  }

  /** Launches what can be of what is admitted, where ops run one by one; true where an op ends at once: the events of the instant are not known before. */
  launch(nowNs: number): boolean {
    if (this.spec.folded) return false;
    const compute = this.#takeNext(COMPUTE);
    const network = this.#takeNext(NETWORK);
    return compute === nowNs || network === nowNs;
  }

  /** Admits and launches what can be, once all events of the instant are known. */
  settle(nowNs: number): void {
    if (this.#queue.isHeld(nowNs)) {
      if (this.#queue.mustBeToldOf()) this.#world.freeAt(this.#queue.heldNs, this);
    } else while (this.#queue.length > 0 && this.#computing === undefined) this.#admit(this.#queue.takeFurthest(), nowNs);
    this.launch(nowNs);
  }

  /** Op number `op` of `microBatch` has ended on its last rank; where programs are run as a whole, and all before it. */
  finish(microBatch: MicroBatch, op: number, nowNs: number): void {
    const { program } = microBatch.staged!;
    if (this.spec.folded) microBatch.ended = op + 1;
    else {
      const { lane } = program.ops[op]!;
      this.#ops.commit(microBatch, op);
      this.#running.end(lane);
      microBatch.lookOn(lane, op + 1);
      microBatch.ended++;
    }
    if (microBatch.ended === program.beforeSend) this.#computing = undefined;
    if (microBatch.ended === program.ops.length) this.#leave(microBatch, nowNs);
  }

  /** Breaks off all that is here or waits to be, at an instant that `World.cutNs` told. Done is every op that has ended on all its ranks; what others took of their ranks is lost. */
  breakOff(nowNs: number): void {
    for (const lane of LANES) {
      const microBatch = this.#running.of(lane);
      if (microBatch === undefined) continue;
      this.#ops.lose(microBatch, microBatch.next[lane], nowNs);
      const ticket = this.#running.end(lane);
      if (ticket !== undefined) this.#world.cancel(ticket);
    }
    for (const microBatch of this.#active) this.#spareRuns.takeBack(microBatch);
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
    const leavesNs = this.#ops.timeWhole(microBatch, untilNs);
    if (leavesNs === undefined) microBatch.spentNs[QUEUE]! -= admittedNs - arrivedNs;
    else microBatch.spendReplayed();
    this.#spareRuns.takeBack(microBatch);
    return leavesNs;
  }

  /** Something crosses that no event tells of, and has ended all before its send at `untilNs`. */
  hold(untilNs: number): void {
    this.#queue.hold(untilNs);
  }

  /** Whether it is known when all that is admitted leaves: nothing will be broken off. */
  get isForeseen(): boolean {
    return this.#running.areNone && this.#active.every(({ leaves }) => leaves !== undefined); // ops that are not launched before a cut have no end
  }

  /** From when on who waits here may be admitted, not before `nowNs`. */
  freeNs(nowNs: number): number {
    return Math.max(nowNs, this.#queue.heldNs, this.#computing?.crosses?.timeNs ?? 0);
  }

  /** All that is here, or waits to be, goes on without events: tells `leaves` in order of each that is admitted, and when it leaves, and then `waits` of the others. */
  release(leaves: (microBatch: MicroBatch, leavesNs: number) => void, waits: (microBatch: MicroBatch) => void): void {
    for (const microBatch of this.#active) {
      const { crosses, leaves: ticket } = microBatch;
      if (microBatch === this.#computing && crosses !== ticket) this.#world.cancel(crosses!);
      this.#world.cancel(ticket!);
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
    else if (this.spec.folded) this.#runAll(microBatch);
  }

  /** It is admitted now: what it runs, and with what. */
  #enter(microBatch: MicroBatch, nowNs: number): void {
    microBatch.moves = this.#gate?.admit(this.spec.id, microBatch.slice);
    const still = this.spec.slices[microBatch.slice]!;
    const slice = microBatch.moves === undefined ? still : still.moving!;
    microBatch.enter((microBatch.isSplit ? slice.halves : undefined) ?? slice, nowNs);
    microBatch.slowdown = this.shape?.slowdown;
    microBatch.isLocal = this.isLocal;
    this.#spareRuns.lend(microBatch);
    if (!this.spec.folded) this.#spareRuns.makeAll(microBatch);
  }

  /**
   * Times the whole program at once; the events are the end of all ops before the send, and of the send. No further, on either lane, than to the op
   * in which the stage is broken off: that op runs until then.
   */
  #runAll(microBatch: MicroBatch): void {
    const { ops, beforeSend } = microBatch.staged!.program;
    const cutNs = this.#world.cutNs(this);
    const quietNs = this.downs === undefined ? cutNs : Math.min(cutNs, this.downs.nextNs(microBatch.admittedNs));
    const isSendLost = this.#running.of(NETWORK) !== undefined; // it lasts until the stage is broken off
    if (!this.isLocal && !isSendLost && this.#replay(microBatch, quietNs)) return;
    this.#spareRuns.makeAll(microBatch);
    microBatch.leaves = undefined;
    let endNs = 0;
    let ended = 0;
    for (let o = 0; o < ops.length; o++) {
      const { lane } = ops[o]!;
      const isCut = cutNs < Number.POSITIVE_INFINITY;
      if (isCut && (this.#running.of(lane) !== undefined || !this.#ops.isLaunchedBy(cutNs, microBatch, o))) continue;
      const opEndNs = this.#ops.time(microBatch, o);
      if (opEndNs > cutNs) {
        this.#running.begin(lane, microBatch);
        continue;
      }
      this.#ops.commit(microBatch, o);
      if (isCut) microBatch.lookOn(lane, o + 1);
      endNs = Math.max(endNs, opEndNs);
      ended++;
      if (ended === beforeSend) microBatch.crosses = this.#world.finishAt(endNs, this, microBatch, ended - 1);
      if (ended === beforeSend + 1) microBatch.leaves = this.#world.finishAt(endNs, this, microBatch, ended - 1);
      else if (ended === ops.length) microBatch.leaves = microBatch.crosses;
    }
  }

  /** The same where all before the send can be timed in one go, and ends before the cut; false where it cannot. */
  #replay(microBatch: MicroBatch, cutNs: number): boolean {
    const { staged, slice } = microBatch;
    if (staged !== this.spec.slices[slice] && staged !== this.spec.slices[slice]!.halves) return false;
    const leavesNs = this.#ops.timeWhole(microBatch, cutNs);
    if (leavesNs === undefined) return false;
    const { ops, beforeSend } = staged!.program;
    microBatch.crosses = this.#world.finishAt(this.crossedNs, this, microBatch, beforeSend - 1);
    microBatch.leaves = ops.length > beforeSend ? this.#world.finishAt(leavesNs, this, microBatch, beforeSend) : microBatch.crosses;
    return true;
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
    this.#running.begin(lane, microBatch, this.#world.finishAt(endNs, this, microBatch, at));
    return endNs;
  }

  #leave(microBatch: MicroBatch, nowNs: number): void {
    this.#spend(microBatch);
    this.#active.splice(this.#active.indexOf(microBatch), 1);
    this.#world.left(this, microBatch, nowNs);
  }

  /** All of its program has been timed: what its time went into. */
  #spend(microBatch: MicroBatch): void {
    const { staged, runs, admittedNs, spentNs } = microBatch;
    if (microBatch.replayed > 0) microBatch.spendReplayed();
    else spendCriticalPath(staged!.program, runs, admittedNs, spentNs);
    this.#spareRuns.takeBack(microBatch);
  }
}

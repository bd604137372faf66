import type { Ticket } from "@tokenyard/engine";
import { COMPUTE, LANES, type Lane, NETWORK, type Op, type OpCost } from "@tokenyard/program";
import type { Recorder } from "../logs/recorder.ts";
import { QUEUE, spendCriticalPath } from "./critical-path.ts";
import type { Gate } from "./gate.ts";
import type { MicroBatch } from "./micro-batch.ts";
import type { Slice, StageLanes, StageSpec } from "./stage-spec.ts";
import { createOpRun, type OpRun, timeOp } from "./timing.ts";

/** What the ops of a stage take. */
export interface Costs {
  /** Fills `cost` with what `op` of `microBatch` takes on the ranks of `stage`. Asked when the op is launched. */
  ask(op: Op, microBatch: MicroBatch, stage: StageSpec, cost: OpCost): void;
}

/** What stages work with. */
export interface StageParts {
  readonly costs: Costs;
  /** Of programs with a gate. */
  readonly gate?: Gate;
  readonly recorder: Recorder;
}

/** What a stage tells the world: an op will have ended at an instant, and a micro-batch has left. */
export interface World {
  finishAt(timeNs: number, stage: Stage, microBatch: MicroBatch, op: number): Ticket;
  /** It will not. */
  cancel(ticket: Ticket): void;
  /** When `stage` is broken off next, as far as is known. */
  cutNs(stage: Stage): number;
  left(stage: Stage, microBatch: MicroBatch, nowNs: number): void;
}

/**
 * A pipeline stage: ranks that issue the same ops in the same order. It admits first the micro-batch that has come furthest, the one with
 * the highest slice, and of those in the same slice the one that arrived first; a free lane takes the waiting op of the one admitted first.
 * The engine sees one event an op: when its last rank has ended.
 */
export class Stage implements StageLanes {
  readonly spec: StageSpec;
  /** Per lane [ranks]: when the rank's lane has ended its last op. */
  readonly laneFreeNs: readonly [Float64Array, Float64Array];
  touched = false;

  readonly #costs: Costs;
  readonly #gate: Gate | undefined;
  readonly #world: World;
  readonly #recorder: Recorder;
  #queue: MicroBatch[] = [];
  /** Admitted and not yet left, in order of admission. */
  #active: MicroBatch[] = [];
  #beforeSend = 0;
  readonly #running: [MicroBatch | undefined, MicroBatch | undefined] = [undefined, undefined];
  readonly #tickets: [Ticket | undefined, Ticket | undefined] = [undefined, undefined];
  /** [slices] */
  readonly #spareRuns: (readonly OpRun[])[][];
  readonly #spareReady: Float64Array[] = [];

  constructor(spec: StageSpec, { costs, gate, recorder }: StageParts, world: World) {
    this.spec = spec;
    this.#costs = costs;
    this.#gate = gate;
    this.#world = world;
    this.#recorder = recorder;
    this.#spareRuns = spec.slices.map(() => []);
    this.laneFreeNs = [new Float64Array(spec.ranks), new Float64Array(spec.ranks)];
  }

  arrive(microBatch: MicroBatch, nowNs: number): void {
    microBatch.arrivedNs = nowNs;
    this.#queue.push(microBatch);
  }

  /** Admits and launches what can be, once all events of the instant are known. */
  settle(nowNs: number): void {
    while (this.#queue.length > 0 && this.#beforeSend < this.spec.inFlight) this.#admit(this.#furthest(), nowNs);
    if (this.spec.folded) return;
    this.#takeNext(COMPUTE);
    this.#takeNext(NETWORK);
  }

  /** Op number `op` of `microBatch` has ended on its last rank. */
  finish(microBatch: MicroBatch, op: number, nowNs: number): void {
    const { program } = this.#slice(microBatch);
    if (!this.spec.folded) {
      this.#commit(microBatch, op);
      const lane = program.ops[op]!.lane;
      this.#running[lane] = undefined;
      this.#tickets[lane] = undefined;
      microBatch.running = false;
    }
    microBatch.next = op + 1;
    if (microBatch.next === program.beforeSend) this.#beforeSend--;
    if (microBatch.next === program.ops.length) this.#leave(microBatch, nowNs);
  }

  /**
   * Breaks off all that is here or waits to be, at an instant that `World.cutNs` told before it was launched. Done is every op that has ended on
   * all its ranks; what the others took of their ranks is lost.
   */
  breakOff(nowNs: number): void {
    for (const lane of LANES) {
      const microBatch = this.#running[lane];
      if (microBatch === undefined) continue;
      this.#recorder.lose(
        this,
        this.#slice(microBatch).program.ops[microBatch.next]!,
        microBatch,
        microBatch.runs[microBatch.next]!,
        nowNs,
      );
      this.#running[lane] = undefined;
      const ticket = this.#tickets[lane];
      if (ticket !== undefined) this.#world.cancel(ticket);
      this.#tickets[lane] = undefined;
    }
    for (const microBatch of this.#active) {
      microBatch.running = false;
      this.#spareRuns[microBatch.slice]!.push(microBatch.runs);
      microBatch.runs = [];
    }
    this.#active = [];
    this.#queue = [];
    this.#beforeSend = 0;
  }

  #admit(microBatch: MicroBatch, nowNs: number): void {
    const { program } = this.#slice(microBatch);
    microBatch.admittedNs = nowNs;
    microBatch.spentNs[QUEUE] = microBatch.spentNs[QUEUE]! + nowNs - microBatch.arrivedNs;
    microBatch.next = 0;
    microBatch.running = false;
    microBatch.runs = this.#spareRuns[microBatch.slice]!.pop() ?? program.ops.map(() => createOpRun(this.spec.ranks));
    microBatch.readyNs = this.#borrowReady(nowNs);
    this.#active.push(microBatch);
    if (program.beforeSend > 0) this.#beforeSend++;
    if (program.ops.length === 0) this.#leave(microBatch, nowNs);
    else if (this.spec.folded) this.#runAll(microBatch);
  }

  /**
   * Times the whole program at once; the events are the end of the last op before the send, and of the send. No further than to the op in which
   * the stage is broken off: that op runs until then.
   */
  #runAll(microBatch: MicroBatch): void {
    const { program } = this.#slice(microBatch);
    const cutNs = this.#world.cutNs(this);
    let endNs = microBatch.admittedNs;
    for (let o = 0; o < program.ops.length; o++) {
      const { lane } = program.ops[o]!;
      microBatch.next = o;
      if (cutNs < Number.POSITIVE_INFINITY && (this.#running[lane] !== undefined || Math.max(endNs, this.#endOf(lane)) >= cutNs)) return;
      endNs = this.#time(microBatch, o);
      if (endNs > cutNs) {
        this.#running[lane] = microBatch;
        return;
      }
      this.#commit(microBatch, o);
      if (o === program.beforeSend - 1 || o === program.beforeSend) this.#world.finishAt(endNs, this, microBatch, o);
    }
  }

  /** When the last op on `lane` ended on all ranks. */
  #endOf(lane: Lane): number {
    return this.laneFreeNs[lane].reduce((last, ns) => Math.max(last, ns));
  }

  #takeNext(lane: Lane): void {
    if (this.#running[lane] !== undefined) return;
    const microBatch = this.#active.find((m) => !m.running && this.#slice(m).program.ops[m.next]!.lane === lane);
    if (microBatch === undefined) return;
    const endNs = this.#time(microBatch, microBatch.next);
    microBatch.running = true;
    this.#running[lane] = microBatch;
    this.#tickets[lane] = this.#world.finishAt(endNs, this, microBatch, microBatch.next);
  }

  #time(microBatch: MicroBatch, o: number): number {
    const { program, groups } = this.#slice(microBatch);
    const op = program.ops[o]!;
    const run = microBatch.runs[o]!;
    if (op.work === "gate") this.#gate!.draw(op.layer, this.spec.id, microBatch);
    this.#costs.ask(op, microBatch, this.spec, run);
    return timeOp(groups[o]!, this.laneFreeNs[op.lane], microBatch.readyNs, run.durationNs, run);
  }

  #commit(microBatch: MicroBatch, o: number): void {
    const op = this.#slice(microBatch).program.ops[o]!;
    const run = microBatch.runs[o]!;
    this.#recorder.commit(this, op, microBatch, run);
    this.laneFreeNs[op.lane].set(run.endNs);
    if (o === 0) this.#spareReady.push(microBatch.readyNs);
    microBatch.readyNs = run.endNs;
  }

  #leave(microBatch: MicroBatch, nowNs: number): void {
    spendCriticalPath(this.#slice(microBatch).program, microBatch.runs, microBatch.admittedNs, microBatch.spentNs);
    this.#active.splice(this.#active.indexOf(microBatch), 1);
    this.#spareRuns[microBatch.slice]!.push(microBatch.runs);
    microBatch.runs = [];
    this.#world.left(this, microBatch, nowNs);
  }

  /** Takes who is next out of the queue: of those in the highest slice the one that arrived first. */
  #furthest(): MicroBatch {
    let at = 0;
    for (let i = 1; i < this.#queue.length; i++) if (this.#queue[i]!.slice > this.#queue[at]!.slice) at = i;
    return this.#queue.splice(at, 1)[0]!;
  }

  #slice(microBatch: MicroBatch): Slice {
    return this.spec.slices[microBatch.slice]!;
  }

  #borrowReady(nowNs: number): Float64Array {
    return (this.#spareReady.pop() ?? new Float64Array(this.spec.ranks)).fill(nowNs);
  }
}

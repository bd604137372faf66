import type { Pass } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { COMPUTE, NETWORK, type Op } from "@tokenyard/program";
import type { BatchSizes } from "@tokenyard/serving";
import type { Gate } from "../../experts/gate.ts";
import type { Recorder } from "../../logs/recorder.ts";
import type { UnderWay } from "../../metrics/under-way.ts";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import type { Stage } from "../../stages/stage.ts";
import type { StagedProgram } from "../../stages/stage-spec.ts";
import { longer } from "../longer.ts";
import { endedBefore, type PassRun, type RunParts, type RunSizes, startedBy } from "../pass-run.ts";
import { PassFacts } from "./pass-facts.ts";
import { stretchesOf } from "./stretch.ts";
import { TimedProgram } from "./timed-program.ts";

/**
 * Passes rank by rank and op by op, in one piece or in halves, of which units that repeat are timed until they do. For programs whose layers cost
 * alike and that do not fall into segments.
 */
export class UnitRun implements PassRun {
  endsNs = new Float64Array(1);
  pass!: Pass;
  count = 0;
  microBatch: MicroBatch | undefined;
  /** When what was sent has left, where the program ends so. */
  sentNs: number | undefined;

  readonly #stage: Stage;
  readonly #recorder: Recorder;
  readonly #gate: Gate;
  readonly #gates: readonly Op[];
  /** With experts. */
  readonly #layers: readonly number[];
  readonly #sends: boolean;
  readonly #facts: PassFacts;
  readonly #timed: TimedProgram;
  #startNs = 0;
  /** Passes that are timed ahead, at most. */
  readonly #most: number;
  /** Passes that were timed, some of them perhaps cut. */
  #ahead = 0;

  constructor(stage: Stage, staged: StagedProgram, parts: RunParts, plan: Plan, sizes: RunSizes, batchSizes?: BatchSizes) {
    const { ops, beforeSend } = staged.program;
    this.#most = sizes.ahead;
    this.#stage = stage;
    this.#recorder = parts.recorder;
    this.#gate = parts.gate;
    this.#gates = ops.filter(({ work }) => work === "gate");
    this.#layers = [...new Set(this.#gates.map(({ layer }) => layer))];
    this.#sends = beforeSend < ops.length;
    this.#facts = new PassFacts(stage, staged, parts, plan, sizes, batchSizes);
    this.#timed = new TimedProgram(stage, staged, stretchesOf(ops));
  }

  start(pass: Pass, microBatch: MicroBatch, nowNs: number, foreseen: number, untilNs: number): number {
    const most = Math.min(foreseen, this.#most);
    this.microBatch = microBatch;
    this.pass = pass;
    this.#startNs = nowNs;
    this.#facts.look(pass, microBatch);
    let endNs = this.#time(nowNs);
    this.endsNs[0] = endNs;
    this.count = 1;
    while (this.count < most && endNs < untilNs) {
      this.#facts.lookAtNext(microBatch);
      endNs = this.#time(endNs);
      if (this.count === this.endsNs.length) this.endsNs = longer(this.endsNs, 2 * this.count);
      this.endsNs[this.count++] = endNs;
    }
    this.#ahead = this.count;
    this.sentNs = this.#sends ? nowNs + this.#timed.endNs : undefined;
    return endNs;
  }

  cut(nowNs: number): number {
    this.count = startedBy(nowNs, this.endsNs, this.count);
    return this.endsNs[this.count - 1]!;
  }

  endBefore(cutNs: number): number {
    this.count = endedBefore(cutNs, this.endsNs, this.count);
    return this.count;
  }

  /** Where several were timed, each is timed again: what it took was overwritten by the next. */
  end(spentNs = this.microBatch!.spentNs): void {
    const { count } = this;
    const microBatch = this.microBatch!;
    this.#recorder.openPass(this.#stage, this.#startNs);
    const again = this.#ahead > 1;
    if (again) this.#facts.look(this.pass, microBatch);
    for (let i = 0; i < count; i++) {
      const startNs = i === 0 ? this.#startNs : this.endsNs[i - 1]!;
      if (i > 0) this.#facts.lookAtNext(microBatch);
      if (again) this.#time(startNs);
      this.#account(startNs, spentNs);
    }
    this.#tellRouted(microBatch, count);
  }

  /** Tells `underWay` of the ops of `pass`, which starts now. To be told before it is accounted for. */
  tellOps(pass: Pass, microBatch: MicroBatch, nowNs: number, underWay: UnderWay): void {
    this.#facts.look(pass, microBatch);
    this.#time(nowNs);
    this.#timed.tell(this.#facts.ops, nowNs, true, underWay);
  }

  close(): void {}

  /** Times the pass that the facts tell of, from `nowNs` on. Returns when all before its send have ended. */
  #time(nowNs: number): number {
    this.#timed.time(this.#facts.ops, nowNs, this.#stage.laneFreeNs[NETWORK]);
    return nowNs + this.#timed.beforeSendNs;
  }

  /** Adds the pass that was timed last, and started at `startNs`. */
  #account(startNs: number, spentNs: Float64Array): void {
    const { phase } = this.microBatch!;
    const timed = this.#timed;
    timed.record(this.#facts.ops, this.#recorder, phase);
    timed.spend(spentNs);
    this.#recorder.closePass(this.#stage, phase, startNs, timed.lastEnd(COMPUTE), timed.lastEnd(NETWORK));
  }

  /** A run of many passes tells of all at once. */
  #tellRouted({ phase }: MicroBatch, count: number): void {
    const { work } = this.#recorder;
    const { routed } = this.#facts;
    for (const of of routed) work.routedAlike(phase, this.#layers, of, count);
    const layers = this.#gates.length / routed.length;
    const { id, replica } = this.#stage.spec;
    for (const { rows, fates } of routed) {
      work.traffic?.addEven(id, phase, rows, count * layers);
      if (fates.masked > 0) this.#gate.maskedCopies[replica]! += fates.masked * count * layers;
    }
  }
}

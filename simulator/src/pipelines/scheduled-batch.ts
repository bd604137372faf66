import type { Pass } from "@tokenyard/model";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import { MANY_STEPS, type Steps } from "../passes/steps.ts";
import type { StageSteps } from "./stage-steps.ts";

const FEW_STEPS = 16;

/** A micro-batch on consecutive passes through a pipeline, from a pass that its scheduler has formed to the last that can be foreseen. */
export class ScheduledBatch {
  readonly steps: Steps;
  /** [stages] of its steps, as stages were when it was formed; undefined where steps do not fall into segments */
  stages: readonly StageSteps[] | undefined;
  isUnderWay = false;
  /** Whether its passes only decode and are timed ahead; else there is one, which is timed when it enters. */
  isStepped = false;
  pass: Pass | undefined;
  microBatch: MicroBatch | undefined;
  /** Whether a request waits for the pass under way to end: none is foreseen behind it. */
  endsFirst = false;
  // Passes since it was formed: that have ended as its scheduler knows; that are timed; and at which they are over.
  ended = 0;
  timed = 0;
  until = 0;
  /** [timed − ended] when those end */
  readonly endsNs: Float64Array;
  /** Instants at which the next pass is formed, and at which it enters the first stage. */
  formedNs = 0;
  nextNs = 0;
  /** Order among batches that are formed and enter at the same instant. */
  order = 0;
  // Of steps that are timed and not accounted for: their number, the first of them, and its place and that of the last in the course.
  count = 0;
  from = 0;
  first = 0;
  last = 0;

  constructor(steps: Steps, most: number) {
    this.steps = steps;
    this.endsNs = new Float64Array(most + 2);
  }

  /** `pass` is formed at `formedNs`; its steps are timed by `stages`. */
  begin(
    pass: Pass,
    microBatch: MicroBatch,
    formedNs: number,
    nextNs: number,
    order: number,
    stages: readonly StageSteps[] | undefined,
  ): void {
    this.isUnderWay = true;
    this.endsFirst = false;
    this.stages = stages;
    this.pass = pass;
    this.microBatch = microBatch;
    this.ended = 0;
    this.timed = 0;
    this.until = 1;
    this.formedNs = formedNs;
    this.nextNs = nextNs;
    this.order = order;
    this.isStepped = stages !== undefined && pass.phase === 1 && !microBatch.isSplit && this.#beginSteps(pass, microBatch, stages);
  }

  /** The pass that is formed, and none of which is timed, is timed by itself; and none is foreseen after it. */
  stepNoMore(): void {
    this.isStepped = false;
    this.until = this.timed + 1;
  }

  /** Works out the attention of step number `step`, and of some that follow: few at first, as a sequence may join or leave soon. */
  look(step: number): void {
    const { steps } = this;
    while (steps.known <= step) steps.extend(Math.max(1, Math.min(steps.known === 0 ? FEW_STEPS : MANY_STEPS, this.until - steps.known)));
  }

  /** The next pass ends at `endNs`, and the one after it enters the first stage so much later. */
  end(endNs: number, returnNs: number): void {
    this.endsNs[this.timed - this.ended] = endNs;
    this.timed++;
    this.formedNs = endNs;
    this.nextNs = endNs + returnNs;
  }

  /** Discards the pass that was timed last: it is formed and enters at these instants. */
  undo(formedNs: number, enteredNs: number): void {
    this.timed--;
    this.formedNs = formedNs;
    this.nextNs = enteredNs;
  }

  /** Number of passes that ended before `nowNs` and are not reported to the scheduler yet. */
  endedBefore(nowNs: number): number {
    const count = this.timed - this.ended;
    let ended = 0;
    while (ended < count && this.endsNs[ended]! < nowNs) ended++;
    return ended;
  }

  /** Marks the next `count` passes as reported to the scheduler. */
  report(count: number): void {
    for (let i = this.ended + count; i < this.timed; i++) this.endsNs[i - this.ended - count] = this.endsNs[i - this.ended]!;
    this.ended += count;
  }

  /** When the pass under way ends, where it is timed; else Infinity. */
  get endNs(): number {
    return this.timed > this.ended ? this.endsNs[0]! : Number.POSITIVE_INFINITY;
  }

  /** When the last of its passes ends, where all are timed; else Infinity. */
  get overNs(): number {
    return this.timed >= this.until ? this.endsNs[this.timed - this.ended - 1]! : Number.POSITIVE_INFINITY;
  }

  /** Removes them after they are accounted for. */
  leave(): void {
    this.isUnderWay = false;
    if (this.stages === undefined) return;
    for (let s = 0; s < this.stages.length; s++) this.stages[s]!.leave();
  }

  #beginSteps(pass: Pass, microBatch: MicroBatch, stages: readonly StageSteps[]): boolean {
    this.steps.begin(pass, microBatch);
    for (let s = 0; s < stages.length; s++) if (!stages[s]!.begin(pass, microBatch)) return false;
    return true;
  }
}

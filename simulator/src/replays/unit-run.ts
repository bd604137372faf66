import type { Pass } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { COMPUTE, NETWORK } from "@tokenyard/program";
import type { Recorder } from "../logs/recorder.ts";
import type { MicroBatch } from "../stages/micro-batch.ts";
import type { Stage } from "../stages/stage.ts";
import { PassFacts } from "./pass-facts.ts";
import { endedBefore, MOST_AHEAD, type PassRun, type RunParts, startedBy } from "./pass-run.ts";
import { stretchesOf } from "./stretch.ts";
import { TimedPass } from "./timed-pass.ts";

/**
 * Passes rank by rank and op by op, of one unit of each stretch of layers that are alike: once the ranks leave a unit together, as they entered
 * it, every later one repeats it. For programs that do not fall into segments.
 */
export class UnitRun implements PassRun {
  readonly endsNs = new Float64Array(MOST_AHEAD);
  count = 0;
  microBatch: MicroBatch | undefined;

  readonly #stage: Stage;
  readonly #recorder: Recorder;
  /** Layers. */
  readonly #withExperts: readonly number[];
  readonly #facts: PassFacts;
  readonly #timed: TimedPass;
  #given: Pass | undefined;
  #startNs = 0;
  /** Passes that were timed, some of them perhaps cut. */
  #ahead = 0;

  constructor(stage: Stage, parts: RunParts, plan: Plan, experts: number) {
    const { ops } = stage.spec.slices[0]!.program;
    const stretches = stretchesOf(ops);
    this.#stage = stage;
    this.#recorder = parts.recorder;
    this.#withExperts = ops.flatMap(({ work, layer }) => (work === "gate" ? [layer] : []));
    this.#facts = new PassFacts(stage, parts, stretches, plan, experts);
    this.#timed = new TimedPass(stage, this.#facts, stretches);
  }

  get pass(): Pass {
    return this.#given!;
  }

  start(pass: Pass, microBatch: MicroBatch, nowNs: number, foreseen: number, untilNs: number): number {
    const most = Math.min(foreseen, MOST_AHEAD);
    this.microBatch = microBatch;
    this.#given = pass;
    this.#startNs = nowNs;
    this.#facts.look(pass, microBatch);
    let endNs = nowNs + this.#timed.time();
    this.endsNs[0] = endNs;
    this.count = 1;
    while (this.count < most && endNs < untilNs) {
      this.#facts.lookAtNext(microBatch);
      endNs += this.#timed.time();
      this.endsNs[this.count++] = endNs;
    }
    this.#ahead = this.count;
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
  end(): void {
    const { count } = this;
    const microBatch = this.microBatch!;
    this.#recorder.openPass(this.#stage, this.#startNs);
    const again = this.#ahead > 1;
    if (again) this.#facts.look(this.#given!, microBatch);
    for (let i = 0; i < count; i++) {
      if (i > 0) this.#facts.lookAtNext(microBatch);
      if (again) this.#timed.time();
      this.#account(i === 0 ? this.#startNs : this.endsNs[i - 1]!);
    }
    const { routed, dropped, rankRows } = this.#facts;
    if (this.#withExperts.length > 0)
      this.#recorder.work.routedAlike(microBatch.phase, this.#withExperts, routed, dropped, rankRows, count);
  }

  close(): void {}

  /** Adds the pass that was timed last, and started at `startNs`. */
  #account(startNs: number): void {
    const { phase, spentNs } = this.microBatch!;
    const timed = this.#timed;
    timed.record(this.#recorder, phase);
    timed.account(this.#recorder.work.tally, spentNs);
    this.#recorder.closePass(this.#stage, phase, startNs, timed.lastEnd(COMPUTE), timed.lastEnd(NETWORK));
  }
}

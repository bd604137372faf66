import type { Pass } from "@tokenyard/serving";
import type { MicroBatch } from "./micro-batch.ts";
import { COMPUTE, NETWORK } from "./op.ts";
import type { OpCosts } from "./op-costs.ts";
import { PassFacts } from "./pass-facts.ts";
import type { Recorder } from "./recorder.ts";
import type { Stage } from "./stage.ts";
import { SteadySteps } from "./steady-steps.ts";
import { stretchesOf } from "./stretch.ts";
import { TimedPass } from "./timed-pass.ts";

/** Passes that are timed ahead. */
const MOST_AHEAD = 1 << 12;

/**
 * Times whole passes of a replica with one stage, one micro-batch at a time, whose layers are alike: all of a stretch cost the same, so that
 * once the ranks leave a unit of layers together, as they entered it, every later one repeats it. Passes that only decode are timed in a row;
 * they differ in the attention alone. They are accounted for when they end, as an arrival may cut them short. Exact: it gives what the stage
 * gives op by op.
 */
export class LockStep {
  readonly stage: Stage;
  /** The event of its passes' end: one is under way at a time. */
  readonly ended: { readonly kind: "run-ended"; readonly lockStep: LockStep } = { kind: "run-ended", lockStep: this };
  /** When the passes under way end, [count]. */
  readonly endsNs = new Float64Array(MOST_AHEAD);
  count = 0;
  microBatch: MicroBatch | undefined;

  readonly #costs: OpCosts;
  readonly #recorder: Recorder;
  readonly #routes: boolean;
  readonly #facts: PassFacts;
  readonly #timed: TimedPass;
  /** Where steps that only decode can be added up. */
  readonly #steady: SteadySteps | undefined;
  /** Whether the passes after the first were. */
  #steadily = false;
  /** Passes that were timed, some of them perhaps to be cut. */
  #ahead = 0;
  #given: Pass | undefined;
  #startNs = 0;

  constructor(stage: Stage, costs: OpCosts, recorder: Recorder, dataGroups: number, experts: number) {
    this.stage = stage;
    this.#costs = costs;
    this.#recorder = recorder;
    this.#routes = stage.spec.slices[0]!.program.ops.some((op) => op.work === "gate");
    const stretches = stretchesOf(stage.spec.slices[0]!.program.ops);
    this.#facts = new PassFacts(stage, costs, stretches, dataGroups, experts);
    this.#timed = new TimedPass(stage, this.#facts, stretches);
    this.#steady = SteadySteps.fit(stretches, stage.spec)
      ? new SteadySteps(stage.spec, this.#facts, this.#timed, stretches, dataGroups)
      : undefined;
  }

  /** `pass` starts now, and after it as many of `foreseen` as start before `untilNs`. Returns when the last ends. */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number, foreseen: number, untilNs: number): number {
    const most = Math.min(foreseen, MOST_AHEAD);
    this.microBatch = microBatch;
    this.#given = pass;
    this.#startNs = nowNs;
    this.#facts.look(pass, microBatch);
    const endNs = nowNs + this.#timed.time();
    this.endsNs[0] = endNs;
    this.count = 1;
    this.#steadily = most > 1 && endNs < untilNs && this.#steady !== undefined && this.#timed.repeats;
    if (this.#steadily) this.count = this.#steady!.time(microBatch, nowNs, this.endsNs, most, untilNs);
    else while (this.count < most && this.#lastNs < untilNs) this.#timeNext();
    this.#ahead = this.count;
    return this.#lastNs;
  }

  /** Something happens now: no pass starts any more. Returns when the last one ends that has started. */
  cut(nowNs: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.endsNs[middle]! < nowNs) low = middle + 1;
      else high = middle;
    }
    this.count = low + 1;
    return this.endsNs[low]!;
  }

  /** The pass that was started, as its scheduler gave it. */
  get pass(): Pass {
    return this.#given!;
  }

  /** The passes have ended: adds them to recorder, tally and critical path. */
  end(): void {
    const { phase } = this.microBatch!;
    this.#recorder.openPass(this.stage, this.#startNs);
    if (this.#ahead === 1 || this.#steadily) {
      const steps = this.count - 1;
      this.#account(steps);
      if (steps > 0) this.#steady!.account(this.stage, this.#recorder, this.#costs.tally, phase, steps);
      this.#close(steps);
    } else this.#endOneByOne();
    if (!this.#routes) return;
    this.#costs.logAlike(phase, this.#facts.routed, this.#facts.dropped, this.count);
  }

  get #lastNs(): number {
    return this.endsNs[this.count - 1]!;
  }

  #timeNext(): void {
    this.#facts.lookAtNext(this.microBatch!);
    this.endsNs[this.count] = this.#lastNs + this.#timed.time();
    this.count++;
  }

  /** Passes that cannot be added up are timed again: what each took was overwritten by the next. */
  #endOneByOne(): void {
    const microBatch = this.microBatch!;
    this.#facts.look(this.#given!, microBatch);
    for (let i = 0; i < this.count; i++) {
      if (i > 0) this.#facts.lookAtNext(microBatch);
      this.#timed.time();
      this.#account(0);
      this.#close(i);
    }
  }

  /** Adds the pass that was timed last; and to the recorder what repeats in the `steps` after it. */
  #account(steps: number): void {
    const { phase, spentNs } = this.microBatch!;
    this.#timed.record(this.#recorder, phase, steps, this.#steady?.apart ?? []);
    this.#timed.account(this.#costs.tally, spentNs);
  }

  /** Pass number `last` was the last on the lanes, and took so much longer than the one that was timed. */
  #close(last: number): void {
    const { endsNs } = this;
    const startNs = last === 0 ? this.#startNs : endsNs[last - 1]!;
    const laterNs = this.#steadily ? endsNs[last]! - startNs - (endsNs[0]! - this.#startNs) : 0;
    const timed = this.#timed;
    this.#recorder.closePass(this.stage, this.microBatch!.phase, startNs + laterNs, timed.lastEnd(COMPUTE), timed.lastEnd(NETWORK));
  }
}

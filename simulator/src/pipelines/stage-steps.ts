import { FormTimes } from "@tokenyard/executor";
import type { Pass } from "@tokenyard/model";
import { createOpCost, NETWORK, type Op, type OpCost, type OpCosts } from "@tokenyard/program";
import type { PassNoise } from "../law/pass-noise.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { FormPasses } from "../passes/form-passes.ts";
import type { PassFacts } from "../passes/pass-facts.ts";
import { SlowContexts } from "../passes/slow-contexts.ts";
import type { Steps } from "../passes/steps.ts";
import type { TimedProgram } from "../passes/timed-program.ts";
import { type Slowdown, slowDown } from "../programs/shape.ts";
import type { Stage } from "../stages/stage.ts";

/** Decode steps of one micro-batch on one stage: their times there, and their totals once they are over. */
export class StageSteps implements FormPasses {
  // As in `FormPasses`, for steps that are accounted for:
  facts: PassFacts | undefined;
  microBatch: MicroBatch | undefined;
  startNs = 0;
  endNs = 0;
  tookNs = 0;
  noiseNs = 0;
  count = 0;
  attentionNs: Float64Array = NONE;
  slowestNs: Float64Array = NONE;
  readonly times: FormTimes;
  readonly steps: Steps;
  readonly contextTokens: Float64Array;
  /** Sent onward behind each; undefined on the last stage. */
  readonly send: Op | undefined;
  readonly sending: OpCost;
  /** Whether ops before the send are on the network. */
  readonly usesNetwork: boolean;
  readonly #slow: SlowContexts;
  readonly #slowdown: Slowdown | undefined;
  readonly #program: TimedProgram;
  readonly #stage: Stage;
  readonly #costs: OpCosts;
  readonly #groups: number;
  /** Noise of the law that routed layers follow, if they do. */
  readonly #noise: PassNoise | undefined;
  /** Number of the first context; −1: none. */
  readonly #first: number;

  constructor(stage: Stage, program: TimedProgram, steps: Steps, costs: OpCosts, dataGroups: number) {
    const { ops, beforeSend } = stage.spec.slices[0]!.program;
    const { rows } = program.pass;
    const before = ops.slice(0, beforeSend);
    this.steps = steps;
    this.contextTokens = new Float64Array(dataGroups);
    this.times = new FormTimes(dataGroups);
    this.send = ops[beforeSend];
    this.sending = createOpCost(stage.spec.ranks, program.account.withBytes);
    this.usesNetwork = before.some(({ lane }) => lane === NETWORK);
    this.#slow = new SlowContexts(program.keys, steps);
    this.#slowdown = stage.shape?.slowdown;
    this.#program = program;
    this.#stage = stage;
    this.#costs = costs;
    this.#groups = dataGroups;
    this.#noise = program.noise?.another();
    this.#first = rows.find(({ context }) => context >= 0)?.context ?? -1;
  }

  get contextNs(): readonly (Float64Array | undefined)[] {
    return this.#slow.contextNs;
  }

  /** `pass` of `microBatch` is the first of them; false where it has no form, or ranks leave the stage apart. To be ended by `leave`. */
  begin(pass: Pass, microBatch: MicroBatch): boolean {
    this.microBatch = microBatch;
    microBatch.admittedNs = microBatch.startedNs;
    const facts = this.#program.table.look(pass, microBatch);
    facts.holders++;
    this.facts = facts;
    const form = this.#program.formOf(facts);
    if (form === undefined || (this.send !== undefined && !form.endsLevel)) return false;
    if (this.send !== undefined) this.#costs.ask(this.send, microBatch, this.#stage.spec, this.sending);
    if (this.send !== undefined && this.#slowdown !== undefined) slowDown(this.sending.durationNs, this.#slowdown[NETWORK]);
    this.#noise?.begin(facts, microBatch, pass.index);
    this.#slow.begin();
    this.times.begin(form, this.#slow.contextNs);
    return true;
  }

  /** Removes them after they are accounted for. */
  leave(): void {
    if (this.facts !== undefined) this.#program.table.release(this.facts);
    this.facts = undefined;
  }

  /** Sends from here have left at `sentNs` [ranks]. */
  leaveNetwork(sentNs: Float64Array): void {
    this.#program.account.leave(NETWORK, 1, sentNs);
  }

  /** Time of step number `step`, which is known. */
  stepNs(step: number): number {
    return this.times.passNs(this.#slow.look(this.steps.attentionNs, this.steps.known), step, -1) + this.#noiseNs(step);
  }

  /** How long after its admission step number `step` needs the network at the earliest, where it does. */
  networkInNs(step: number): number {
    if (this.#first < 0) return 0;
    const groups = this.#groups;
    const growingNs = this.#slow.look(this.steps.attentionNs, this.steps.known);
    let least = Number.POSITIVE_INFINITY;
    for (let g = 0; g < groups; g++) {
      const ns = this.#first === 0 ? growingNs[step * groups + g]! : this.#slow.contextNs[this.#first]![g]!;
      if (ns < least) least = ns;
    }
    return least;
  }

  /** `count` steps from number `from` on have ended here, the first admitted at `startNs` and the last ended at `endNs`: adds their critical path to `spentNs`. */
  account(from: number, count: number, startNs: number, endNs: number, spentNs: Float64Array): void {
    const { times, steps } = this;
    const first = from * this.#groups;
    this.count = count;
    this.startNs = startNs;
    this.endNs = endNs;
    this.tookNs = 0;
    this.attentionNs = steps.attentionNs.subarray(first);
    this.slowestNs = this.#slow.look(steps.attentionNs, steps.known).subarray(first);
    for (let g = 0; g < this.#groups; g++) this.contextTokens[g] = steps.contextTokens[g]! + from * steps.sequences[g]!;
    times.makeRoom(count);
    this.noiseNs = 0;
    for (let i = 0; i < count; i++) {
      this.tookNs += times.passNs(this.slowestNs, i, i);
      this.noiseNs += this.#noiseNs(from + i);
    }
    this.tookNs += this.noiseNs;
    this.#program.account.addForm(this, spentNs);
    if (this.send !== undefined) this.#program.account.addSends(this.sending, count);
    this.#program.countFormed(this.facts!, this.microBatch!, count);
  }

  #noiseNs(step: number): number {
    return this.#noise === undefined ? 0 : this.#noise.ns(step);
  }
}

const NONE = new Float64Array(0);

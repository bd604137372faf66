import { type Form, FormTimes, type Keys } from "@tokenyard/executor";
import type { Pass } from "@tokenyard/model";
import type { PassNoise } from "../law/pass-noise.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PassTape } from "../programs/pass-tape.ts";
import type { PassAccount } from "./accounts/pass-account.ts";
import type { FormPasses } from "./form-passes.ts";
import type { PassFacts } from "./pass-facts.ts";
import { type Ahead, endedBefore, grownColumn, type PassRun, startedBy } from "./pass-run.ts";
import type { PassTable } from "./pass-table.ts";
import { SlowContexts } from "./slow-contexts.ts";
import { MANY_STEPS, Steps } from "./steps.ts";

/** Steps whose attention is computed at once: few if arrivals are unknown, as most runs are interrupted by one. */
const FEW_STEPS = 8;

/** The program that they run. */
interface Program {
  readonly pass: PassTape;
  readonly table: PassTable;
  readonly account: PassAccount;
  formOf(facts: PassFacts): Form | undefined;
  readonly noise: PassNoise | undefined;
  countFormed(facts: PassFacts, microBatch: MicroBatch, count: number): void;
}

/** Passes in a row, timed by their form: those of a run that only decodes differ in the attention that sees the whole context. */
export class FormedPasses implements PassRun, FormPasses {
  endsNs = new Float64Array(FEW_STEPS);
  pass!: Pass;
  count = 0;
  microBatch: MicroBatch | undefined;
  readonly isRecorded = false;
  startNs = 0;
  facts: PassFacts | undefined;
  readonly times: FormTimes;
  readonly steps: Steps;
  slowestNs: Float64Array = NONE;
  readonly #program: Program;
  readonly #slow: SlowContexts;
  /** Passes that are timed ahead, at most. */
  readonly #most: number;
  /** [passes] random deviations, if the law gives any */
  #moreNs: Float64Array | undefined;
  /** How long a step took in the last run that only decoded: the next ones take about as long. */
  #stepNs = Number.POSITIVE_INFINITY;

  constructor(program: Program, keys: Keys, ahead: number) {
    const groups = keys.leads.length;
    this.times = new FormTimes(groups);
    this.steps = new Steps(groups, program.pass.works);
    this.#program = program;
    this.#slow = new SlowContexts(keys, this.steps);
    this.#most = ahead;
  }

  get endNs(): number {
    return this.endsNs[this.count - 1]!;
  }

  /** The end: passes with a form send nothing. */
  get leavesNs(): number {
    return this.endNs;
  }

  get tookNs(): number {
    return this.endNs - this.startNs;
  }

  get noiseNs(): number {
    return this.#moreNs === undefined ? 0 : this.#program.noise!.sum(this.#moreNs, this.count);
  }

  get contextTokens(): Float64Array {
    return this.steps.contextTokens;
  }

  get attentionNs(): Float64Array {
    return this.steps.attentionNs;
  }

  get contextNs(): readonly (Float64Array | undefined)[] {
    return this.#slow.contextNs;
  }

  /** Like `PassRun.start`; undefined, without a start, if passes with these tokens have no form. */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number, ahead: Ahead): number | undefined {
    const facts = this.#program.table.look(pass, microBatch);
    const form = this.#program.formOf(facts);
    if (form === undefined) return undefined;
    this.facts = facts;
    this.pass = pass;
    this.microBatch = microBatch;
    this.startNs = nowNs;
    this.count = 0;
    const { steps } = this;
    steps.begin(pass, microBatch);
    this.#slow.begin();
    if (pass.phase === 0) this.slowestNs = this.#slow.look(steps.attentionNs, 1);
    this.times.begin(form, this.#slow.contextNs);
    this.#program.noise?.begin(facts, microBatch, pass.index);
    this.#moreNs = undefined;
    const most = Math.min(ahead.most, this.#most);
    let endNs = nowNs;
    do endNs = this.#time(most, endNs, ahead.untilNs);
    while (this.count < most && endNs < ahead.untilNs);
    for (let more = ahead.composed; more > 0 && this.count < most; more--) endNs = this.#time(most, endNs, endNs);
    if (pass.phase === 1) this.#stepNs = (endNs - nowNs) / this.count;
    return endNs;
  }

  cut(nowNs: number, more: number): number {
    const started = startedBy(nowNs, this.endsNs, this.count);
    this.count = Math.max(started, Math.min(this.count, started + more));
    return this.endsNs[this.count - 1]!;
  }

  endBefore(cutNs: number): number {
    this.count = endedBefore(cutNs, this.endsNs, this.count);
    return this.count;
  }

  end(spentNs = this.microBatch!.spentNs): void {
    this.#program.account.addForm(this, spentNs);
    this.#program.countFormed(this.facts!, this.microBatch!, this.count);
  }

  /** Times passes up to number `most` from `fromNs` on, the first of them and those that start before `untilNs`. Returns when the last ends. */
  #time(most: number, fromNs: number, untilNs: number): number {
    const { steps, count } = this;
    if (count === steps.known) this.#lookAhead(most, untilNs - fromNs);
    this.#moreNs = this.#program.noise?.upTo(steps.known);
    this.count = this.times.fillEnds(this.slowestNs, count, steps.known, fromNs, untilNs, this.endsNs, this.#moreNs);
    return this.endsNs[this.count - 1]!;
  }

  /** Computes the attention of more passes: those that begin within `leftNs`, up to number `most`. */
  #lookAhead(most: number, leftNs: number): void {
    const { steps } = this;
    const fit = Math.ceil(leftNs / this.#stepNs) + 1;
    steps.extend(Math.min(most - steps.known, fit < MANY_STEPS ? fit : steps.known > 0 ? MANY_STEPS : FEW_STEPS));
    if (steps.known > this.endsNs.length) this.endsNs = grownColumn(this.endsNs, 2 * steps.known);
    this.slowestNs = this.#slow.look(steps.attentionNs, steps.known);
  }
}

const NONE = new Float64Array(0);

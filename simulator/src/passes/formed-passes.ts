import { type Form, FormTimes, type Keys } from "@tokenyard/executor";
import type { Pass } from "@tokenyard/model";
import { createGroupCost, type GroupCost, HeadCost } from "@tokenyard/program";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PassAccount } from "./accounts/pass-account.ts";
import type { FormPasses } from "./form-passes.ts";
import { longer } from "./longer.ts";
import type { PassFacts } from "./pass-facts.ts";
import { endedBefore, type PassRun, startedBy } from "./pass-run.ts";
import type { PassTable } from "./pass-table.ts";
import type { PassTape } from "./pass-tape.ts";
import { SlowContexts } from "./slow-contexts.ts";

/** Steps whose attention is worked out at once: few where nothing tells what comes, as most runs are cut short by an arrival. */
const FEW_STEPS = 8;
const MANY_STEPS = 64;

/** The program that they run. */
interface Program {
  readonly pass: PassTape;
  readonly table: PassTable;
  readonly account: PassAccount;
  formOf(facts: PassFacts): Form | undefined;
  countFormed(facts: PassFacts, microBatch: MicroBatch, count: number): void;
}

/** Passes in a row, timed by their form: those of a run that only decodes differ in the attention that sees the whole context. */
export class FormedPasses implements PassRun, FormPasses {
  endsNs = new Float64Array(FEW_STEPS);
  pass!: Pass;
  count = 0;
  microBatch: MicroBatch | undefined;
  readonly isTold = false;
  startNs = 0;
  facts: PassFacts | undefined;
  readonly times: FormTimes;
  readonly contextTokens: Float64Array;
  readonly sequences: Float64Array;
  attentionNs: Float64Array<ArrayBuffer>;
  slowestNs: Float64Array;
  readonly attention: GroupCost;
  readonly windowed: GroupCost;
  readonly head: HeadCost;
  readonly #program: Program;
  readonly #slow: SlowContexts;
  readonly #groups: number;
  /** Passes that are timed ahead, at most. */
  readonly #most: number;
  readonly #withWindows: boolean;
  readonly #withHead: boolean;
  /** Passes whose attention is known. */
  #known = 0;
  /** How long a step took in the last run that only decoded: the next ones take about as long. */
  #stepNs = Number.POSITIVE_INFINITY;

  constructor(program: Program, keys: Keys, ahead: number) {
    const groups = keys.leads.length;
    const column = () => new Float64Array(groups);
    const { rows } = program.pass;
    this.times = new FormTimes(groups);
    this.contextTokens = column();
    this.sequences = column();
    this.attentionNs = new Float64Array(FEW_STEPS * groups);
    this.slowestNs = this.attentionNs;
    this.attention = createGroupCost(groups);
    this.windowed = createGroupCost(groups);
    this.head = new HeadCost(groups);
    this.#program = program;
    this.#slow = new SlowContexts(keys, this);
    this.#groups = groups;
    this.#most = ahead;
    this.#withWindows = rows.some(({ context }) => context === 1);
    this.#withHead = rows.some(({ context }) => context === 2);
  }

  get endNs(): number {
    return this.endsNs[this.count - 1]!;
  }

  /** Nothing is sent. */
  get leavesNs(): number {
    return this.endNs;
  }

  get tookNs(): number {
    return this.endNs - this.startNs;
  }

  get contextNs(): readonly (Float64Array | undefined)[] {
    return this.#slow.contextNs;
  }

  /** As `PassRun.start`; undefined, and none starts, where passes with these tokens have no form. */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number, foreseen: number, untilNs: number): number | undefined {
    const facts = this.#program.table.look(pass, microBatch);
    const form = this.#program.formOf(facts);
    if (form === undefined) return undefined;
    this.facts = facts;
    this.pass = pass;
    this.microBatch = microBatch;
    this.startNs = nowNs;
    this.#known = 0;
    this.count = 0;
    const sequences = microBatch.sequences!;
    if (this.#withWindows) sequences.fill("windowed-attention", pass, this.windowed);
    if (this.#withHead) this.head.fill(sequences.head!, pass);
    this.#slow.begin();
    if (pass.phase === 0) this.#knowPrompts(pass);
    else this.#knowContexts(pass);
    this.times.begin(form, this.#slow.contextNs);
    const most = Math.min(foreseen, this.#most);
    let endNs = nowNs;
    do {
      if (this.count === this.#known) this.#lookAhead(most, untilNs - endNs);
      this.count = this.times.fillEnds(this.slowestNs, this.count, this.#known, endNs, untilNs, this.endsNs);
      endNs = this.endsNs[this.count - 1]!;
    } while (this.count < most && endNs < untilNs);
    if (pass.phase === 1) this.#stepNs = (endNs - nowNs) / this.count;
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

  end(spentNs = this.microBatch!.spentNs): void {
    this.#program.account.addForm(this, spentNs);
    this.#program.countFormed(this.facts!, this.microBatch!, this.count);
  }

  #knowPrompts(pass: Pass): void {
    this.microBatch!.sequences!.fill("attention", pass, this.attention);
    for (let g = 0; g < this.#groups; g++) this.attentionNs[g] = this.attention.durationNs[g]!;
    this.#known = 1;
    this.slowestNs = this.#slow.look(this.attentionNs, 1);
  }

  /** A loop: to copy a few numbers, `set` takes ten times as long. */
  #knowContexts({ sequences, contextTokens }: Pass): void {
    for (let g = 0; g < this.#groups; g++) {
      this.sequences[g] = sequences[g]!;
      this.contextTokens[g] = contextTokens[g]!;
    }
  }

  /** Works out the attention of more passes, of those that begin within `leftNs` and up to number `most`. */
  #lookAhead(most: number, leftNs: number): void {
    const groups = this.#groups;
    const from = this.#known;
    const fit = Math.ceil(leftNs / this.#stepNs) + 1;
    const steps = Math.min(most - from, fit < MANY_STEPS ? fit : from > 0 ? MANY_STEPS : FEW_STEPS);
    this.#known += steps;
    if (this.#known > this.endsNs.length) {
      this.attentionNs = longer(this.attentionNs, 2 * this.#known * groups);
      this.endsNs = longer(this.endsNs, 2 * this.#known);
    }
    const work = this.microBatch!.sequences!;
    for (let g = 0; g < groups; g++) {
      const n = this.sequences[g]!;
      if (n > 0) work.decodeNs(this.#rows(g), n, this.contextTokens[g]! + n * from, steps, this.attentionNs, from * groups + g, groups);
      else for (let i = from; i < this.#known; i++) this.attentionNs[i * groups + g] = 0;
    }
    this.slowestNs = this.#slow.look(this.attentionNs, this.#known);
  }

  /** Those of a data group: the facts begin with them. */
  #rows(group: number): number {
    return this.facts!.tokens[group]!;
  }
}

import { type Keys, Ledger, type Loop, Walk } from "@tokenyard/executor";
import { PHASES, type Phase } from "@tokenyard/model";
import { COMPUTE, EXPERTS, isOfDraft, LANES, type Lane, NETWORK, OP_KINDS, type OpCost } from "@tokenyard/program";
import { longestOf, type WorkTotals } from "../../counts/work-totals.ts";
import type { LawProgram } from "../../law/law-program.ts";
import { addSlowest } from "../../logs/slowest.ts";
import { SPENT_KEYS, WAITING } from "../../programs/critical-path.ts";
import type { PassRow, PassTape } from "../../programs/pass-tape.ts";
import type { Stage } from "../../stages/stage.ts";
import type { FormPasses } from "../form-passes.ts";
import type { PassFacts } from "../pass-facts.ts";
import type { RunParts } from "../pass-run.ts";
import { ContextSums } from "./context-sums.ts";
import { MovedBytes } from "./moved-bytes.ts";
import { recordLedger } from "./record-ledger.ts";

const KINDS = OP_KINDS.length;
const BOTH = [0, 1] as const;

/**
 * Totals of passes of a program, until they are read. Numbers that depend on tokens are counted by tokens, and multiplied when a sample
 * requests it, when other tokens replace them, or at the end.
 */
export class PassAccount {
  /** Whether bytes of memory are requested by rank. */
  readonly withBytes: boolean;
  readonly #stage: Stage;
  readonly #parts: RunParts;
  readonly #rows: readonly PassRow[];
  /** Numbers of rows that follow from tokens, and of the others. */
  readonly #ofTokens: readonly number[];
  readonly #others: readonly number[];
  /** [ranks] 1: the others go on without it, and only that it is down is recorded */
  readonly #gone: Uint8Array | undefined;
  readonly #ledger: Ledger;
  readonly #contexts: ContextSums;
  readonly #contextKinds: readonly number[];
  readonly #walk: Walk;
  /** Lanes that ranks meet on. */
  readonly #meeting: readonly number[];
  /** [phases][ranks] as the recorder has them */
  readonly #slowestNs: readonly Float64Array[];
  /** Layers with experts that send them the same tokens. */
  readonly #layersAlike: readonly number[];
  /** Moved bytes, if samples request them. */
  readonly #moved: MovedBytes | undefined;
  readonly #withOps: boolean;
  readonly #isSampled: boolean;
  readonly #law: LawProgram | undefined;
  readonly #touched: PassFacts[] = [];
  readonly #endsNs: Float64Array;
  /** [ranks] */
  readonly #ones: Float64Array;
  /** Attentions in a pass, and ranks that share a data group. */
  readonly #attentions: number;
  readonly #ranksPerGroup: number;

  constructor(stage: Stage, pass: PassTape, keys: Keys, parts: RunParts, gone: Uint8Array | undefined, law?: LawProgram) {
    const { tape, rows, ops, draws } = pass;
    const { ranks } = stage.spec;
    const { probe } = parts.recorder.work;
    const wanted = probe?.wanted;
    this.withBytes = wanted?.bytes === true;
    this.#stage = stage;
    this.#law = law;
    this.#parts = parts;
    this.#rows = rows;
    this.#ofTokens = [...rows.keys()].filter((row) => rows[row]!.follows === "tokens");
    this.#others = [...rows.keys()].filter((row) => rows[row]!.follows !== "tokens");
    this.#gone = gone;
    this.#ledger = new Ledger(ranks, PHASES.length, KINDS, LANES.length);
    this.#contexts = new ContextSums(stage.spec, pass, keys, parts.costs, this.withBytes);
    this.#contextKinds = pass.contextKinds;
    this.#walk = new Walk(tape, SPENT_KEYS.length, WAITING);
    this.#meeting = LANES.filter((lane) => tape.ops.some((op, at) => op.lane === lane && !tape.isAlone(at)));
    this.#slowestNs = PHASES.map(() => new Float64Array(ranks));
    this.#layersAlike =
      draws || law !== undefined ? [] : [...new Set(ops.flatMap((op) => (op.work === "gate" && !isOfDraft(op) ? [op.layer] : [])))];
    this.#isSampled = wanted?.asksOf(ops) === true;
    this.#moved = this.withBytes ? new MovedBytes(ranks) : undefined;
    this.#withOps = wanted?.ops === true;
    this.#endsNs = new Float64Array(ranks);
    this.#ones = new Float64Array(ranks).fill(1);
    this.#attentions = rows.find(({ context }) => context === 0)?.times ?? 0;
    this.#ranksPerGroup = ranks / keys.leads.length;
  }

  /** A pass has been timed by `loop`, from its admission on, and took `noiseNs` longer: its critical path goes to `spentNs` [SPENT_KEYS]. */
  addLoop(loop: Loop, facts: PassFacts, phase: Phase, spentNs: Float64Array, noiseNs = 0): void {
    facts.passes[phase]!++;
    this.#touch(facts);
    for (let i = 0; i < this.#others.length; i++) {
      const row = this.#others[i]!;
      const { times } = this.#rows[row]!;
      const cost = facts.costs[row]!;
      this.#recordRow(row, cost, phase, times);
      this.#settleRow(row, cost, phase, times);
    }
    for (let i = 0; i < this.#meeting.length; i++) this.#ledger.wait(phase, this.#meeting[i]!, loop.waitingNs[this.#meeting[i]!]!, 1);
    for (const lane of LANES)
      if (loop.freeNs[lane] !== this.#stage.laneFreeNs[lane]) this.leave(lane, phase, this.#later(loop.freeNs[lane]!, noiseNs));
    this.#ledger.ran(loop.admittedNs, loop.endNs + noiseNs);
    this.spend(loop, spentNs);
    spentNs[EXPERTS] = spentNs[EXPERTS]! + noiseNs;
    if (noiseNs !== 0) this.#ledger.wait(phase, this.#meeting[0] ?? COMPUTE, this.#ones, noiseNs);
  }

  /** Adds the critical path of the pass that `loop` timed last to `spentNs` [SPENT_KEYS]. */
  spend(loop: Loop, spentNs: Float64Array): void {
    this.#walk.spend(loop, spentNs);
  }

  /** Passes of `run` have been timed by their form. */
  addForm(run: FormPasses, spentNs: Float64Array): void {
    const { facts, microBatch, times, slowestNs, count, contextNs, startNs, endNs, noiseNs } = run;
    const { phase } = microBatch!;
    facts!.passes[phase] = facts!.passes[phase]! + count;
    facts!.formed[phase] = facts!.formed[phase]! + count;
    this.#touch(facts!);
    times.spend(slowestNs, count, contextNs, this.#contextKinds, spentNs);
    spentNs[EXPERTS] = spentNs[EXPERTS]! + noiseNs;
    this.#contexts.add(run, this.#parts.recorder);
    for (const lane of LANES) {
      const ends = facts!.form!.lanes[lane];
      if (ends === undefined) continue;
      this.#contexts.fillEnds(ends, run, this.#endsNs);
      this.leave(lane, phase, this.#endsNs);
    }
    this.#ledger.ran(startNs, endNs);
  }

  /** Passes that decode, and were timed by their form, have sent as `cost` says, `times`. */
  addSends(cost: OpCost, times: number): void {
    const row = this.#rows.findIndex(({ isSend }) => isSend);
    this.#recordRow(row, cost, 1, times);
    this.#settleRow(row, cost, 1, times);
  }

  /** Passes of `phase` have left `lane` at `endsNs` [ranks]. */
  leave(lane: Lane, phase: Phase, endsNs: Float64Array): void {
    const { firstRank, ranks } = this.#stage.spec;
    this.#ledger.leave(phase, lane, endsNs, this.#stage.laneFreeNs[lane]);
    this.#ledger.ran(Number.POSITIVE_INFINITY, longestOf(endsNs));
    this.#parts.recorder.ended(firstRank, ranks, lane, phase);
  }

  /** `facts` are about to have other tokens: their passes are recorded. */
  settle(facts: PassFacts): void {
    const { id } = this.#stage.spec;
    const { work } = this.#parts.recorder;
    this.#report(facts);
    for (const phase of BOTH) {
      const passes = facts.passes[phase]!;
      if (passes === 0) continue;
      const formed = facts.formed[phase]!;
      for (let i = 0; i < this.#ofTokens.length; i++) {
        const row = this.#ofTokens[i]!;
        const { times, isSend } = this.#rows[row]!;
        const of = times * (isSend ? passes - formed : passes);
        if (of > 0) this.#settleRow(row, facts.costs[row]!, phase, of, facts.durations[row]!);
      }
      this.#law?.settle(facts, phase, passes, this.#ledger, this.#slowestNs[phase]!);
      if (formed > 0) this.#ledger.wait(phase, NETWORK, facts.form!.waitedNs, formed);
      if (phase === 1 && formed > 0)
        work.addProjections(this.#parts.costs.decoded, facts.tokens, this.#attentions * this.#ranksPerGroup * formed);
      for (const part of this.#layersAlike.length > 0 ? facts.parts : []) {
        work.routedAlike(phase, this.#layersAlike, part, passes);
        work.traffic?.addEven(id, phase, part.rows, passes * this.#layersAlike.length);
      }
    }
    for (const column of [facts.passes, facts.formed, facts.reported, facts.reportedFormed]) column.fill(0);
  }

  /** Adds the work that the recorder gets only at the end. */
  addTo(totals: WorkTotals): void {
    const { firstRank } = this.#stage.spec;
    for (let i = 0; i < this.#touched.length; i++) {
      this.#report(this.#touched[i]!);
      this.#touched[i]!.isTouched = false;
    }
    this.#touched.length = 0;
    this.#moved?.addTo(totals, firstRank);
    this.#contexts.addTo(totals, this.#gone);
    if (totals.busyNs.length === 0) return; // not requested
    const { isWorked, busyNs } = this.#ledger;
    for (let at = 0; at < busyNs.length; at++) if (isWorked[at] === 1) totals.workAll(firstRank, at % KINDS, busyNs[at]!, this.#gone);
  }

  /** Ends the passes: `kept` facts are settled and recorded. */
  close(kept: readonly PassFacts[]): void {
    for (const facts of kept) this.settle(facts);
    this.#law?.close(this.#parts.recorder);
    const { recorder } = this.#parts;
    this.#contexts.close(recorder, this.#gone);
    recordLedger(this.#ledger, this.#slowestNs, this.#stage.spec, this.#gone, recorder);
  }

  /** `endsNs` [ranks], so much later. */
  #later(endsNs: Float64Array, ns: number): Float64Array {
    if (ns === 0) return endsNs;
    for (let r = 0; r < endsNs.length; r++) this.#endsNs[r] = endsNs[r]! + ns;
    return this.#endsNs;
  }

  #touch(facts: PassFacts): void {
    if (!this.#isSampled || facts.isTouched) return;
    facts.isTouched = true;
    this.#touched.push(facts);
  }

  /** The ledger learns of passes that it does not know of. */
  #report(facts: PassFacts): void {
    for (const phase of BOTH) {
      const passes = facts.passes[phase]! - facts.reported[phase]!;
      if (passes === 0) continue;
      const formed = facts.formed[phase]! - facts.reportedFormed[phase]!;
      facts.reported[phase] = facts.passes[phase]!;
      facts.reportedFormed[phase] = facts.formed[phase]!;
      for (let i = 0; i < this.#ofTokens.length; i++) {
        const row = this.#ofTokens[i]!;
        const { times, isSend } = this.#rows[row]!;
        const of = times * (isSend ? passes - formed : passes);
        if (of > 0) this.#recordRow(row, facts.costs[row]!, phase, of);
      }
      if (phase === 1 && formed > 0)
        this.#moved?.addProjections(this.#parts.costs, facts.tokens, this.#ranksPerGroup, this.#attentions * formed);
    }
  }

  /** Records the quantities that samples request. */
  #recordRow(row: number, cost: OpCost, phase: Phase, times: number): void {
    const { op } = this.#rows[row]!;
    this.#ledger.work(phase, op.kind, cost.durationNs, times);
    this.#moved?.add(cost, times);
    if (this.#withOps && op.lane === NETWORK) this.#parts.recorder.work.probe!.done.ops.add(op.kind, longestOf(cost.durationNs), times);
  }

  #settleRow(row: number, cost: OpCost, phase: Phase, times: number, durationNs = cost.durationNs): void {
    const [{ op }, { work }] = [this.#rows[row]!, this.#parts.recorder];
    work.count(op.kind, phase, cost, times);
    if (op.kind === EXPERTS && this.#law === undefined) addSlowest(cost.durationNs, times, this.#slowestNs[phase]!, 0, 1);
    work.reach(op, durationNs);
  }
}

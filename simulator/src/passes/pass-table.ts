import { copyPass, Pass } from "@tokenyard/model";
import { type Plan, switchesDispatch } from "@tokenyard/placement";
import {
  type ContextWork,
  createGroupCost,
  createOpCost,
  FIRST_DRAFT,
  type GroupCost,
  type HostTime,
  isOfDraft,
  isOfPast,
  type Op,
  type OpCost,
  type Part,
  WHOLE,
} from "@tokenyard/program";
import type { BatchSizes } from "@tokenyard/serving";
import type { LawProgram } from "../law/law-program.ts";
import { HalfPass } from "../micro-batches/half-pass.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PassTape } from "../programs/pass-tape.ts";
import { type Slowdown, slowDown } from "../programs/shape.ts";
import type { Stage } from "../stages/stage.ts";
import { KeptByTokens } from "./kept-by-tokens.ts";
import { createPassFacts, forgetFacts, type PassFacts } from "./pass-facts.ts";
import type { RunParts, RunSizes } from "./pass-run.ts";

/** Time and work of a pass's ops, in one piece or in halves: costs are computed once for each row and pass; those that depend on tokens are cached by them. */
export class PassTable {
  readonly pass: PassTape;
  readonly #parts: RunParts;
  readonly #law: LawProgram | undefined;
  readonly #slowdown: Slowdown | undefined;
  readonly #stage: Stage;
  readonly #ranksPerGroup: number;
  /** [rows] those of contexts and launches */
  readonly #costs: readonly (OpCost | undefined)[];
  /** Numbers of rows. */
  readonly #ofTokens: readonly number[];
  /** Ops that do not follow the law. */
  readonly #askedByTokens: readonly number[];
  readonly #ofContexts: readonly number[];
  /** Exchanges that depend on the earlier cached part of prompts. */
  readonly #ofPast: readonly number[];
  /** Ops that take longer from one decode step to the next. */
  readonly #growing: readonly number[];
  /** Host time, if it takes any. */
  readonly #host: HostTime | undefined;
  /** Whether phases send tokens in different ways, or host or kernels take other times for them. */
  readonly #isByPhase: boolean;
  /** The examined pass. */
  #given: Pass | undefined;
  #isCopied = false;
  /** A copy of the pass, as its scheduler writes the next one into its own; then its halves, where it is split. */
  readonly #pass: Pass;
  readonly #halves: readonly HalfPass[];
  /** Whether a draft follows. */
  readonly #drafts: boolean;
  /** [parts × data groups] */
  readonly #rows: Float64Array;
  readonly #byTokens: KeptByTokens<PassFacts>;
  readonly #settle: (facts: PassFacts) => void;
  readonly #cost: GroupCost;
  /** Gates that a pass has, of each part. */
  readonly #gates: number;

  /** `settle` is given facts that are about to be of other tokens. */
  constructor(
    stage: Stage,
    pass: PassTape,
    parts: RunParts,
    plan: Plan,
    { experts, tables, shape }: RunSizes,
    sizes: BatchSizes | undefined,
    settle: (facts: PassFacts) => void,
    law: LawProgram | undefined,
  ) {
    const { ranks, replica } = stage.spec;
    const { dataGroups } = plan;
    const { host, promptKernels } = parts.costs;
    const { rows, ops } = pass;
    const byRank = parts.recorder.work.probe?.wanted.bytes === true;
    const counts = host?.counts ?? 0;
    const numbersOf = (follows: string) => [...rows.keys()].filter((row) => rows[row]!.follows === follows);
    this.pass = pass;
    this.#host = host;
    this.#isByPhase = switchesDispatch(plan) || host?.isByPhase === true || promptKernels > 1 || plan.context > 1;
    this.#stage = stage;
    this.#parts = parts;
    this.#law = law;
    this.#slowdown = shape?.slowdown;
    this.#ranksPerGroup = ranks / dataGroups;
    this.#costs = rows.map(({ follows }) => (follows === "tokens" ? undefined : createOpCost(ranks, byRank)));
    this.#ofTokens = numbersOf("tokens");
    this.#ofPast = numbersOf("contexts").filter((row) => isOfPast(rows[row]!.op.work));
    this.#ofContexts = numbersOf("contexts").filter((row) => !isOfPast(rows[row]!.op.work));
    this.#growing = this.#ofContexts.filter((row) => rows[row]!.grows);
    this.#pass = new Pass(replica, 0, dataGroups);
    this.#pass.rows = new Float64Array(dataGroups);
    const isSplit = ops.some(({ part }) => part === 1 || part === 2);
    this.#drafts = ops.some(isOfDraft);
    this.#halves = isSplit ? [0, 1].map((half) => new HalfPass(replica, 0, dataGroups, half as 0 | 1, sizes)) : [];
    this.#rows = new Float64Array((this.#drafts ? 5 : isSplit ? 3 : 1) * dataGroups);
    const gates = ops.filter((op) => op.work === "gate" && !isOfDraft(op));
    const parted = new Set(gates.map(({ part }) => part)).size;
    this.#gates = gates.length / Math.max(1, parted);
    const numbers = this.#rows.length + counts + this.#ofTokens.length * (ranks + 4) + parted * (experts + 1);
    const byLaw = new Set(law?.rows.rows.map(({ row }) => row));
    this.#askedByTokens = this.#ofTokens.filter((row) => !byLaw.has(row));
    const of = { tokens: this.#rows.length, dataGroups, counts, experts: pass.draws || law !== undefined ? 0 : experts, byRank, byLaw };
    this.#settle = settle;
    this.#byTokens = new KeptByTokens(tables, numbers, () => createPassFacts(pass, this.#costs, of), settle);
    this.#cost = createGroupCost(dataGroups);
  }

  /** The facts of `pass` of `microBatch`, which has begun it, but for contexts. */
  look(pass: Pass, microBatch: MicroBatch): PassFacts {
    this.#given = pass;
    this.#isCopied = this.#halves.length > 0;
    const rows = this.#drafts ? this.#rowsWithDraft(pass, microBatch) : this.#halves.length === 0 ? pass.rows : this.#rowsOfParts(pass);
    const facts = this.#byTokens.find(rows, this.#host?.countsOf(pass), this.#isByPhase ? pass.phase : 0);
    if (!this.#byTokens.known) this.#fill(facts, microBatch);
    return facts;
  }

  /** Fills in the contexts of the examined pass. */
  fillContexts(microBatch: MicroBatch): void {
    for (let i = 0; i < this.#ofContexts.length; i++) {
      const row = this.#ofContexts[i]!;
      const { op } = this.pass.rows[row]!;
      const pass = op.part === WHOLE ? this.#given! : isOfDraft(op) ? microBatch.workOf(op).scheduled! : this.#halves[op.part - 1]!;
      this.#fillContext(row, microBatch.workOf(op).sequences!.cost(op.work as ContextWork, pass));
    }
    for (const row of this.#ofPast) this.ask(this.pass.rows[row]!.op, row, microBatch);
  }

  /** Whether forms know the exchanges of passes with these `facts`: decode-only steps have none that depend on earlier cached parts of prompts. */
  knowsPast({ phase }: PassFacts): boolean {
    for (const row of this.#ofPast) this.#costs[row]!.durationNs.fill(0);
    return phase === 1 || this.#ofPast.length === 0;
  }

  /** Fills in the next pass of a run that only decodes: each sequence has one more token of context, and as many as before in a window. */
  fillNext(microBatch: MicroBatch): void {
    const { sequences, contextTokens, pairs } = this.#pass;
    if (!this.#isCopied) copyPass(this.#given!, this.#pass);
    this.#isCopied = true;
    for (let g = 0; g < sequences.length; g++) {
      contextTokens[g] = contextTokens[g]! + sequences[g]!;
      pairs[g] = contextTokens[g]!;
    }
    for (let h = 0; h < this.#halves.length; h++) this.#halves[h]!.take(this.#pass);
    for (let i = 0; i < this.#growing.length; i++) {
      const row = this.#growing[i]!;
      const { op } = this.pass.rows[row]!;
      microBatch.workOf(op).sequences!.fill(op.work as ContextWork, this.#partOf(op.part), this.#cost);
      this.#fillContext(row, this.#cost);
    }
  }

  /** Fills in the costs of `op`, which is launched now. */
  ask(op: Op, row: number, microBatch: MicroBatch): void {
    this.#ask(op, microBatch, this.#costs[row]!);
  }

  /** One of the holders of `facts` no longer looks at them. */
  release(facts: PassFacts): void {
    if (--facts.holders === 0 && !this.#byTokens.keeps(facts, this.#host && facts.hosted)) this.#settle(facts);
  }

  get kept(): readonly PassFacts[] {
    return this.#byTokens.kept;
  }

  #rowsOfParts(pass: Pass): Float64Array {
    copyPass(pass, this.#pass);
    const groups = pass.rows.length;
    for (let h = 0; h < this.#halves.length; h++) this.#halves[h]!.take(this.#pass);
    for (let at = 0; at < this.#rows.length; at++) {
      const part = Math.floor(at / groups) as Part;
      this.#rows[at] = this.#partOf(part).rows[at - part * groups]!;
    }
    return this.#rows;
  }

  /** Like `#rowsOfParts`, with the rows of the draft. */
  #rowsWithDraft(pass: Pass, { drafting }: MicroBatch): Float64Array {
    const groups = pass.rows.length;
    for (let g = 0; g < groups; g++) {
      this.#rows[g] = pass.rows[g]!;
      for (let at = 0; at < 2; at++) this.#rows[(FIRST_DRAFT + at) * groups + g] = drafting!.passes[at]!.rows[g]!;
    }
    return this.#rows;
  }

  #partOf(part: Part): Pass {
    return part === WHOLE ? this.#pass : this.#halves[part - 1]!;
  }

  #ask(op: Op, microBatch: MicroBatch, cost: OpCost): void {
    this.#parts.costsByPart.ask(op, microBatch.workOf(op), this.#stage.spec, cost);
    if (this.#slowdown !== undefined && op.work !== "host") slowDown(cost.durationNs, this.#slowdown[op.lane]);
  }

  #fillContext(row: number, { durationNs, groupBytes, flops, bytes, insideSeconds }: GroupCost): void {
    const { op } = this.pass.rows[row]!;
    const cost = this.#costs[row]!;
    const perGroup = this.#ranksPerGroup;
    cost.ranksEach = perGroup;
    for (let g = 0; g < groupBytes.length && cost.rankBytes.length > 0; g++) cost.rankBytes[g] = groupBytes[g]!;
    for (let rank = 0, g = 0; rank < cost.durationNs.length; g++) {
      const ns = durationNs[g]!;
      for (const end = rank + perGroup; rank < end; rank++) cost.durationNs[rank] = ns;
    }
    if (this.#slowdown !== undefined) slowDown(cost.durationNs, this.#slowdown[op.lane]);
    cost.flops = flops * perGroup;
    cost.memoryBytes = bytes * perGroup;
    cost.insideSeconds = insideSeconds * perGroup;
  }

  #fill(facts: PassFacts, microBatch: MicroBatch): void {
    forgetFacts(facts);
    const { rows, draws } = this.pass;
    const law = this.#law;
    for (let i = 0; i < this.#askedByTokens.length; i++) {
      const row = this.#askedByTokens[i]!;
      const { op } = rows[row]!;
      const isDrawn = op.work === "gate" && !draws;
      if (isDrawn && law === undefined) this.#parts.gate.draw(op.layer, this.#stage.spec.id, microBatch.workOf(op), microBatch.admittedNs);
      if (isDrawn && isOfDraft(op)) law?.drawDraft(op, microBatch.workOf(op));
      this.#ask(op, microBatch, facts.costs[row]!);
    }
    if (law !== undefined) law.fill(facts, this.pass);
    else if (!draws) this.#fillRouting(facts, microBatch);
  }

  #fillRouting(facts: PassFacts, microBatch: MicroBatch): void {
    for (const of of facts.parts) {
      const { load } = of.part === WHOLE ? microBatch : microBatch.twoBatch!.halves[of.part - 1]!;
      const { rankRows, fates, fatesOf, elsewhere } = load!;
      of.routed.set(load!.routed);
      of.rankRows = rankRows.slice();
      of.fates.dropped = fates.dropped;
      of.fates.masked = fates.masked;
      of.maskedOf = fatesOf?.masked.slice();
      facts.masked += fates.masked * this.#gates;
      facts.elsewhere += elsewhere * this.#gates;
    }
  }
}

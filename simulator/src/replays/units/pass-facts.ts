import { copyPass, type Fates, Pass, type Phase } from "@tokenyard/model";
import { type Plan, switchesDispatch } from "@tokenyard/placement";
import {
  createGroupCost,
  createOpCost,
  type GroupCost,
  type HostTime,
  isOfContext,
  type Op,
  type OpCost,
  type Part,
  WHOLE,
} from "@tokenyard/program";
import type { BatchSizes } from "@tokenyard/serving";
import { HalfPass } from "../../micro-batches/half-pass.ts";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import { type Slowdown, slowDown } from "../../stages/slowdown.ts";
import type { Stage } from "../../stages/stage.ts";
import type { StagedProgram } from "../../stages/stage-spec.ts";
import { KeptByTokens } from "../accounts/kept-by-tokens.ts";
import type { RunParts, RunSizes } from "../pass-run.ts";

/** Where the tokens of a part of a pass go, in each layer with experts. */
interface RoutedPart {
  readonly part: Part;
  /** [data groups] of its pass */
  readonly rows: Float64Array;
  /** Copies routed to each expert [experts], and those over capacity. */
  readonly routed: Float64Array;
  readonly fates: Fates;
  /** Those masked by expert [experts], where somebody asks. */
  maskedOf: Float64Array | undefined;
  /** Kept copies by the experts' rank that they go to [experts' ranks]. */
  rankRows: Float64Array;
}

/** What follows from how many rows each data group has, of the whole and of each half, where nothing is drawn. */
interface TokenFacts {
  /** [parts × data groups] −1 before it is filled */
  readonly tokens: Float64Array;
  /** [counts of the host's time] */
  readonly hosted: Float64Array;
  /** Where exchanges or the host's time differ by it; else 0. */
  phase: Phase;
  /** [ops that differ] */
  readonly costs: readonly OpCost[];
  readonly parts: readonly RoutedPart[];
}

/** What the ops of a pass, in one piece or in halves, take and do, where nothing of it is drawn: those of one work and part are alike. */
export class PassFacts {
  /** By place in the program. */
  readonly ops: OpCost[] = [];

  readonly #parts: RunParts;
  readonly #slowdown: Slowdown | undefined;
  readonly #stage: Stage;
  readonly #ranksPerGroup: number;
  /** One of each that follows from more than how many tokens are new, and one of each that does not. */
  readonly #ofSequences: readonly Op[];
  readonly #ofTokens: readonly Op[];
  /** [ops] which of those it is like; −1 of others */
  readonly #likeOf: Int32Array;
  /** [those of sequences] */
  readonly #costs: readonly OpCost[];
  /** Of those, the ones that take longer from one decode step to the next. */
  readonly #growing: readonly number[];
  /** Where the host takes time. */
  readonly #host: HostTime | undefined;
  /** Whether phases send tokens in different ways, or the host takes other times for them. */
  readonly #isByPhase: boolean;
  /** A copy of the pass, as its scheduler writes the next one into its own; then its halves, where it is split. */
  readonly #pass: Pass;
  readonly #halves: readonly HalfPass[];
  /** [parts × data groups] */
  readonly #rows: Float64Array;
  readonly #byTokens: KeptByTokens<TokenFacts>;
  readonly #cost: GroupCost;
  #tokens: TokenFacts | undefined;

  constructor(
    stage: Stage,
    { program: { ops } }: StagedProgram,
    parts: RunParts,
    plan: Plan,
    { experts, tables, shape }: RunSizes,
    sizes?: BatchSizes,
  ) {
    const { ranks, replica } = stage.spec;
    const { dataGroups } = plan;
    const { host } = parts.costs;
    const counts = host?.counts ?? 0;
    this.#host = host;
    this.#isByPhase = switchesDispatch(plan) || host?.isByPhase === true;
    this.#stage = stage;
    this.#parts = parts;
    this.#slowdown = shape?.slowdown;
    this.#ranksPerGroup = ranks / dataGroups;
    const ofSequences = firstOfEach(ops.filter(({ work }) => isOfContext(work)));
    const ofTokens = firstOfEach(ops.filter(({ work }) => !isOfContext(work)));
    this.#ofSequences = ofSequences;
    this.#ofTokens = ofTokens;
    this.#likeOf = Int32Array.from(ops, (op) => ofTokens.findIndex((other) => isLike(op, other)));
    const byRank = parts.recorder.work.probe?.wanted.bytes === true;
    this.#costs = ofSequences.map(() => createOpCost(ranks, byRank));
    for (const [at, op] of ops.entries()) {
      if (isOfContext(op.work)) this.ops[at] = this.#costs[ofSequences.findIndex((other) => isLike(op, other))]!;
    }
    this.#growing = [...ofSequences.keys()].filter((i) => ofSequences[i]!.work === "attention");
    this.#pass = new Pass(replica, 0, dataGroups);
    this.#pass.rows = new Float64Array(dataGroups);
    const isSplit = ops.some(({ part }) => part !== WHOLE);
    this.#halves = isSplit ? [0, 1].map((half) => new HalfPass(replica, 0, dataGroups, half as 0 | 1, sizes)) : [];
    this.#rows = new Float64Array((isSplit ? 3 : 1) * dataGroups);
    const routedParts = ofTokens.filter(({ work }) => work === "gate").map(({ part }) => part);
    this.#byTokens = new KeptByTokens(
      tables,
      this.#rows.length + counts + ofTokens.length * (ranks + 4) + routedParts.length * (experts + 1),
      (tokens = new Float64Array(this.#rows.length).fill(-1)): TokenFacts => ({
        tokens,
        hosted: new Float64Array(counts),
        phase: 0,
        costs: ofTokens.map(() => createOpCost(ranks, byRank)),
        parts: routedParts.map((part) => ({
          part,
          rows: tokens.subarray(part * dataGroups, (part + 1) * dataGroups),
          routed: new Float64Array(experts),
          fates: { rerouted: 0, dropped: 0, masked: 0 },
          maskedOf: undefined,
          rankRows: new Float64Array(0),
        })),
      }),
    );
    this.#cost = createGroupCost(dataGroups);
  }

  /** Where the tokens of the whole, or of each half, go; none where there are no experts. */
  get routed(): readonly RoutedPart[] {
    return this.#tokens!.parts;
  }

  /** Works them out for `pass` of `microBatch`, which has begun it. */
  look(pass: Pass, microBatch: MicroBatch): void {
    copyPass(pass, this.#pass);
    const groups = this.#pass.rows.length;
    for (let h = 0; h < this.#halves.length; h++) this.#halves[h]!.take(this.#pass);
    for (let at = 0; at < this.#rows.length; at++) {
      const part = Math.floor(at / groups) as Part;
      this.#rows[at] = this.#partOf(part).rows[at - part * groups]!;
    }
    const tokens = this.#byTokens.find(this.#rows, this.#host?.countsOf(this.#pass), this.#isByPhase ? pass.phase : 0);
    this.#tokens = tokens;
    if (!this.#byTokens.known) this.#workOutTokens(tokens, microBatch);
    for (let at = 0; at < this.#likeOf.length; at++) if (this.#likeOf[at]! >= 0) this.ops[at] = tokens.costs[this.#likeOf[at]!]!;
    for (let i = 0; i < this.#ofSequences.length; i++) this.#workOut(i, microBatch);
  }

  /** Works them out for the next pass of a run that only decodes: each sequence has one token more in its context, and as many as before in a window. */
  lookAtNext(microBatch: MicroBatch): void {
    const { sequences, contextTokens, pairs } = this.#pass;
    for (let g = 0; g < sequences.length; g++) {
      contextTokens[g] = contextTokens[g]! + sequences[g]!;
      pairs[g] = contextTokens[g]!;
    }
    for (let h = 0; h < this.#halves.length; h++) this.#halves[h]!.take(this.#pass);
    for (let i = 0; i < this.#growing.length; i++) this.#workOut(this.#growing[i]!, microBatch);
  }

  #partOf(part: Part): Pass {
    return part === WHOLE ? this.#pass : this.#halves[part - 1]!;
  }

  /** Number `i` of those of sequences, for each rank of a data group. */
  #workOut(i: number, microBatch: MicroBatch): void {
    const op = this.#ofSequences[i]!;
    const cost = this.#costs[i]!;
    microBatch.workOf(op).sequences!.fill(op.work as never, this.#partOf(op.part), this.#cost);
    const { durationNs, groupBytes, flops, bytes, insideSeconds } = this.#cost;
    const perGroup = this.#ranksPerGroup;
    cost.ranksEach = perGroup;
    for (let g = 0; g < groupBytes.length && cost.rankBytes.length > 0; g++) cost.rankBytes[g] = groupBytes[g]!;
    for (let rank = 0; rank < cost.durationNs.length; rank++) cost.durationNs[rank] = durationNs[Math.floor(rank / perGroup)]!;
    this.#slow(op, cost);
    cost.flops = flops * perGroup;
    cost.memoryBytes = bytes * perGroup;
    cost.insideSeconds = insideSeconds * perGroup;
  }

  #workOutTokens({ costs, parts }: TokenFacts, microBatch: MicroBatch): void {
    for (let i = 0; i < this.#ofTokens.length; i++) {
      const op = this.#ofTokens[i]!;
      const work = microBatch.workOf(op);
      if (op.work === "gate") this.#parts.gate.draw(op.layer, this.#stage.spec.id, work);
      this.#parts.costsByPart.ask(op, work, this.#stage.spec, costs[i]!);
      this.#slow(op, costs[i]!);
    }
    for (const of of parts) {
      const { routed, rankRows, fates, fatesOf } = (of.part === WHOLE ? microBatch : microBatch.twoBatch!.halves[of.part - 1]!).load!;
      of.routed.set(routed);
      of.rankRows = rankRows.slice();
      of.fates.dropped = fates.dropped;
      of.fates.masked = fates.masked;
      of.maskedOf = fatesOf?.masked.slice();
    }
  }

  #slow({ work, lane }: Op, { durationNs }: OpCost): void {
    if (this.#slowdown !== undefined && work !== "host") slowDown(durationNs, this.#slowdown[lane]);
  }
}

/** Of ops that are alike, the first. */
function firstOfEach(ops: readonly Op[]): Op[] {
  return ops.filter((op, at) => ops.findIndex((other) => isLike(op, other)) === at);
}

function isLike(op: Op, { work, part }: Op): boolean {
  return op.work === work && op.part === part;
}

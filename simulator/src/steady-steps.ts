import type { Pass } from "@tokenyard/serving";
import type { MicroBatch } from "./micro-batch.ts";
import type { Op } from "./op.ts";
import type { Recorder } from "./recorder.ts";
import type { StageLanes, StageSpec } from "./stage-spec.ts";
import type { OpRun } from "./timing.ts";
import type { WorkTally } from "./work-tally.ts";

/** An op of a layer, and its place in the program. */
export interface PlacedOp {
  readonly op: Op;
  readonly at: number;
}

/** A stretch of like layers in the pass that was timed whole. */
export interface SteadyStretch {
  readonly ops: readonly PlacedOp[];
  readonly layers: number;
  /** Of one of the layers. */
  runs: readonly OpRun[];
}

/** What an op takes and does, by its place in the program. */
export interface OpFacts {
  /** [ranks] */
  readonly durationNs: readonly Float64Array[];
  readonly flops: Float64Array;
  readonly memoryBytes: Float64Array;
  readonly nodeBytes: Float64Array;
  readonly fabricBytes: Float64Array;
}

/**
 * The decode steps that follow one that was timed whole. In a layer, the attention alone takes longer from step to step, and all ranks meet
 * at one op not far behind it; from there on everything repeats. So a step lasts as long as the first one, and longer by what the last rank
 * comes later to that op, in each layer. Sums over steps are all that is kept.
 */
export class SteadySteps {
  readonly #facts: OpFacts;
  readonly #stretches: readonly SteadyStretch[];
  readonly #groups: number;
  readonly #ranksPerGroup: number;
  /** [stretches] place among its ops of the one that all ranks have together; 0 where there is no attention */
  readonly #meeting: readonly number[];
  // By data group:
  readonly #sequences: Float64Array;
  readonly #context: Float64Array;
  readonly #before: Float64Array;
  readonly #after: Float64Array;
  readonly #lastNs: Float64Array;
  readonly #contextSum: Float64Array;
  readonly #attentionSum: Float64Array;
  /** [stretches × groups] between attention and meeting */
  readonly #preNs: Float64Array;
  /** [stretches] when the last rank came to the meeting, in the first step and summed over the others */
  readonly #meetFirstNs: Float64Array;
  readonly #meetSumNs: Float64Array;
  readonly #out = { before: 0, after: 0, flops: 0, bytes: 0 };
  #microBatch: MicroBatch | undefined;
  #firstNs = 0;
  #steps = 0;

  constructor(spec: StageSpec, facts: OpFacts, stretches: readonly SteadyStretch[], dataGroups: number) {
    const column = (length = dataGroups) => new Float64Array(length);
    this.#facts = facts;
    this.#stretches = stretches;
    this.#groups = dataGroups;
    this.#ranksPerGroup = spec.ranks / dataGroups;
    this.#meeting = stretches.map(({ ops }) => (attends(ops) ? meetingOf(ops, spec) : 0));
    this.#sequences = column();
    this.#context = column();
    this.#before = column();
    this.#after = column();
    this.#lastNs = column();
    this.#contextSum = column();
    this.#attentionSum = column();
    this.#preNs = column(stretches.length * dataGroups);
    this.#meetFirstNs = column(stretches.length);
    this.#meetSumNs = column(stretches.length);
  }

  /** Whether the steps of a program may be taken so: all ranks meet behind each attention that grows, and at the end of each layer. */
  static fit(stretches: readonly Pick<SteadyStretch, "ops">[], spec: StageSpec): boolean {
    if (spec.ranks === 1) return true;
    return stretches.every(({ ops }) => {
      const meetsAtEnd = ops[0]!.op.layer < 0 || isForAll(ops[ops.length - 1]!, spec);
      return meetsAtEnd && (!attends(ops) || meetingOf(ops, spec) > 0);
    });
  }

  /** `pass` took `firstNs`. */
  begin(pass: Pass, microBatch: MicroBatch, firstNs: number): void {
    const groups = this.#groups;
    const { durationNs } = this.#facts;
    this.#microBatch = microBatch;
    this.#firstNs = firstNs;
    this.#steps = 0;
    for (let g = 0; g < groups; g++) {
      const sequences = pass.sequences[g]!;
      microBatch.work!.projectionSeconds(sequences, this.#out);
      this.#sequences[g] = sequences;
      this.#context[g] = pass.contextTokens[g]!;
      this.#before[g] = this.#out.before;
      this.#after[g] = this.#out.after;
      this.#lastNs[g] = 0;
      this.#contextSum[g] = 0;
      this.#attentionSum[g] = 0;
    }
    for (let s = 0; s < this.#stretches.length; s++) {
      const { ops } = this.#stretches[s]!;
      const meeting = this.#meeting[s]!;
      let last = 0;
      for (let g = 0; g < groups && meeting > 0; g++) {
        const rank = g * this.#ranksPerGroup;
        let pre = 0;
        for (let o = 1; o < meeting; o++) pre += durationNs[ops[o]!.at]![rank]!;
        this.#preNs[s * groups + g] = pre;
        last = Math.max(last, durationNs[ops[0]!.at]![rank]! + pre);
      }
      this.#meetFirstNs[s] = last;
      this.#meetSumNs[s] = 0;
    }
  }

  /** The next step's nanoseconds: one token more of each sequence. */
  next(spend: boolean): number {
    const groups = this.#groups;
    const work = this.#microBatch!.work!;
    this.#steps++;
    for (let g = 0; g < groups; g++) {
      const sequences = this.#sequences[g]!;
      if (sequences === 0) continue;
      const context = this.#context[g]! + sequences;
      const ns = work.decodeNs(sequences, context, this.#before[g]!, this.#after[g]!);
      this.#context[g] = context;
      this.#contextSum[g] = this.#contextSum[g]! + context;
      this.#attentionSum[g] = this.#attentionSum[g]! + ns;
      this.#lastNs[g] = ns;
    }
    let stepNs = this.#firstNs;
    for (let s = 0; s < this.#meeting.length; s++) {
      if (this.#meeting[s] === 0) continue;
      let last = 0;
      let meetNs = -1;
      for (let g = 0; g < groups; g++) {
        const arrivesNs = this.#lastNs[g]! + this.#preNs[s * groups + g]!;
        if (arrivesNs <= meetNs) continue;
        last = g;
        meetNs = arrivesNs;
      }
      this.#meetSumNs[s] = this.#meetSumNs[s]! + meetNs;
      stepNs += this.#stretches[s]!.layers * (meetNs - this.#meetFirstNs[s]!);
      if (spend) this.#spendUntilMeeting(s, last);
    }
    return stepNs;
  }

  /** Adds the steps since `begin` to recorder, tally and critical path; the lanes are closed by the caller. */
  account(stage: StageLanes, recorder: Recorder, tally: WorkTally, phase: number): void {
    const steps = this.#steps;
    if (steps === 0) return;
    for (let s = 0; s < this.#stretches.length; s++) {
      const { ops, layers } = this.#stretches[s]!;
      const first = this.#meeting[s]! > 0 ? 1 : 0; // the attention apart
      for (let o = first; o < ops.length; o++) {
        this.#accountOp(stage, recorder, phase, s, o);
        const { at } = ops[o]!;
        const { flops, memoryBytes, nodeBytes, fabricBytes } = this.#facts;
        tally.flops += flops[at]! * layers * steps;
        tally.memoryBytes += memoryBytes[at]! * layers * steps;
        tally.nodeBytes += nodeBytes[at]! * layers * steps;
        tally.fabricBytes += fabricBytes[at]! * layers * steps;
      }
      if (first > 0) this.#accountAttention(stage, recorder, tally, phase, s);
      this.#spendFromMeeting(s);
    }
  }

  #accountOp(stage: StageLanes, recorder: Recorder, phase: number, s: number, o: number): void {
    const { ops, layers, runs } = this.#stretches[s]!;
    const { op, at } = ops[o]!;
    const durationNs = this.#facts.durationNs[at]!;
    const { arrivedNs, startNs, endNs } = runs[o]!;
    const { firstRank, ranks } = stage.spec;
    const meets = o === this.#meeting[s] && o > 0;
    for (let r = 0; r < ranks; r++) {
      const work = durationNs[r]!;
      let waiting = (endNs[r]! - (meets ? startNs[r]! : arrivedNs[r]!) - work) * this.#steps;
      if (meets) {
        const g = Math.floor(r / this.#ranksPerGroup);
        waiting += this.#meetSumNs[s]! - this.#attentionSum[g]! - this.#preNs[s * this.#groups + g]! * this.#steps;
      }
      recorder.addSpent(firstRank + r, phase, op.kind, work * layers * this.#steps, waiting * layers);
    }
  }

  #accountAttention(stage: StageLanes, recorder: Recorder, tally: WorkTally, phase: number, s: number): void {
    const { ops, layers } = this.#stretches[s]!;
    const { kind } = ops[0]!.op;
    const perGroup = this.#ranksPerGroup;
    for (let g = 0; g < this.#groups; g++) {
      if (this.#sequences[g] === 0) continue;
      for (let i = 0; i < perGroup; i++) {
        recorder.addSpent(stage.spec.firstRank + g * perGroup + i, phase, kind, this.#attentionSum[g]! * layers, 0);
      }
      this.#microBatch!.work!.decodeWork(this.#sequences[g]!, this.#contextSum[g]!, this.#steps, this.#out);
      tally.flops += this.#out.flops * perGroup * layers;
      tally.memoryBytes += this.#out.bytes * perGroup * layers;
    }
  }

  /** Along the critical path, up to the op where ranks meet: what the last data group did. */
  #spendUntilMeeting(s: number, group: number): void {
    const { ops, layers } = this.#stretches[s]!;
    const { spentNs } = this.#microBatch!;
    const attention = ops[0]!.op.kind;
    spentNs[attention] = spentNs[attention]! + layers * this.#lastNs[group]!;
    for (let o = 1; o < this.#meeting[s]!; o++) {
      const { op, at } = ops[o]!;
      spentNs[op.kind] = spentNs[op.kind]! + layers * this.#facts.durationNs[at]![group * this.#ranksPerGroup]!;
    }
  }

  /** From there on it is the same in every step, whoever came last: walked back from the rank that ended last. */
  #spendFromMeeting(s: number): void {
    const { ops, layers, runs } = this.#stretches[s]!;
    const { spentNs } = this.#microBatch!;
    let rank = lastToEnd(runs[ops.length - 1]!.endNs);
    for (let o = ops.length - 1; o >= this.#meeting[s]!; o--) {
      const { kind } = ops[o]!.op;
      const run = runs[o]!;
      spentNs[kind] = spentNs[kind]! + (run.endNs[rank]! - run.startNs[rank]!) * layers * this.#steps;
      rank = run.cause[rank]!;
    }
  }
}

function attends(ops: readonly PlacedOp[]): boolean {
  return ops[0]!.op.work === "attention";
}

/** The first op that all ranks of the stage have together; with one rank, the one behind the attention. */
function meetingOf(ops: readonly PlacedOp[], spec: StageSpec): number {
  return spec.ranks === 1 ? 1 : ops.findIndex((op) => isForAll(op, spec));
}

function isForAll({ at }: PlacedOp, spec: StageSpec): boolean {
  return spec.slices[0]!.groups[at]!.offsets.length === 2;
}

/** The first of the ranks that end last. */
export function lastToEnd(endNs: Float64Array): number {
  let last = 0;
  for (let rank = 1; rank < endNs.length; rank++) if (endNs[rank]! > endNs[last]!) last = rank;
  return last;
}

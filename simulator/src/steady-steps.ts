import { lastToEnd } from "./critical-path.ts";
import type { MicroBatch } from "./micro-batch.ts";
import type { PassFacts } from "./pass-facts.ts";
import type { Recorder } from "./recorder.ts";
import type { StageLanes, StageSpec } from "./stage-spec.ts";
import { attentionOf, isForAll, type Stretch } from "./stretch.ts";
import type { TimedPass } from "./timed-pass.ts";
import type { WorkTally } from "./work-tally.ts";

/** Steps whose attention is worked out at once: few where nobody knows what comes, as most runs are cut short by an arrival. */
const FEW_STEPS = 8;
const MANY_STEPS = 64;

/**
 * The decode steps that follow a pass that was timed whole. In a unit of layers, the attention that sees the whole context alone takes longer
 * from step to step, and all ranks meet at one op not far behind it; from there on everything repeats. So a step lasts as long as the first
 * pass, and longer by what the last rank comes later to that op, in each unit. How long each step's attention takes is kept until it is known
 * how many steps there were; then their sums are told.
 */
export class SteadySteps {
  readonly #facts: PassFacts;
  readonly #first: TimedPass;
  readonly #stretches: readonly Stretch[];
  readonly #groups: number;
  readonly #ranksPerGroup: number;
  /** [stretches] places among the ops of a unit of its growing attention, −1 where there is none, and of the op where all ranks meet behind it */
  readonly #attention: readonly number[];
  readonly #meeting: readonly number[];
  /** [stretches][ops] whether an op differs from step to step: the growing attention, and that of the meeting in how long ranks wait for it */
  readonly apart: readonly (readonly boolean[])[];
  /** [steps][groups] nanoseconds of a step's attention, of each of the group's ranks */
  #attentionNs: Float64Array<ArrayBuffer>;
  /** Steps that it tells of. */
  #known = 0;
  /** [stretches × groups] between attention and meeting */
  readonly #preNs: Float64Array;
  /** [stretches] when the last rank came to the meeting in the first pass, from the start of its attention */
  readonly #meetNs: Float64Array;
  // By data group, over the steps:
  readonly #attentionSum: Float64Array;
  /** In how many of them its ranks came to the meeting last, and how long their attention took in those. */
  readonly #lastCount: Float64Array;
  readonly #lastSum: Float64Array;
  readonly #out = { flops: 0, bytes: 0 };
  #microBatch: MicroBatch | undefined;
  #firstNs = 0;

  constructor(spec: StageSpec, facts: PassFacts, first: TimedPass, stretches: readonly Stretch[], dataGroups: number) {
    this.#facts = facts;
    this.#first = first;
    this.#stretches = stretches;
    this.#groups = dataGroups;
    this.#ranksPerGroup = spec.ranks / dataGroups;
    this.#attention = stretches.map(({ ops }) => attentionOf(ops));
    this.#meeting = stretches.map((stretch) => meetingOf(stretch, spec));
    this.apart = stretches.map(({ ops }, s) =>
      ops.map((_, o) => this.#attention[s]! >= 0 && (o === this.#attention[s] || o === this.#meeting[s])),
    );
    this.#attentionNs = new Float64Array(MANY_STEPS * dataGroups);
    this.#preNs = new Float64Array(stretches.length * dataGroups);
    this.#meetNs = new Float64Array(stretches.length);
    this.#attentionSum = new Float64Array(dataGroups);
    this.#lastCount = new Float64Array(dataGroups);
    this.#lastSum = new Float64Array(dataGroups);
  }

  /** Whether the steps of a program may be taken so: all ranks meet before each growing attention, behind it, and at the end of each unit of layers. */
  static fit(stretches: readonly Stretch[], spec: StageSpec): boolean {
    if (spec.ranks === 1) return true;
    return stretches.every((stretch) => {
      const { ops } = stretch;
      if (ops[0]!.op.layer >= 0 && !isForAll(ops[ops.length - 1]!, spec)) return false;
      const attention = attentionOf(ops);
      if (attention < 0) return true;
      return meetingOf(stretch, spec) > 0 && (attention === 0 || isForAll(ops[attention - 1]!, spec));
    });
  }

  /**
   * The pass that the facts tell of took `endsNs[0] − startNs`. Times the steps after it, until there are `most` passes or the next would
   * start at `untilNs` or later; fills `endsNs` and returns how many passes there are.
   */
  time(microBatch: MicroBatch, startNs: number, endsNs: Float64Array, most: number, untilNs: number): number {
    this.#begin(microBatch);
    let endNs = endsNs[0]!;
    this.#firstNs = endNs - startNs;
    const groups = this.#groups;
    let count = 1;
    while (count < most && endNs < untilNs) {
      if (count > this.#known) {
        const fit = Math.ceil((untilNs - endNs) / this.#firstNs); // no step is shorter than the first pass
        this.#lookAhead(Math.min(most - 1 - this.#known, fit, fit < MANY_STEPS || this.#known > 0 ? MANY_STEPS : FEW_STEPS));
      }
      let stepNs = this.#firstNs;
      for (let s = 0; s < this.#meeting.length; s++) {
        if (this.#attention[s]! < 0) continue;
        let meetNs = -1;
        for (let g = 0; g < groups; g++) {
          const arrivesNs = this.#attentionNs[(count - 1) * groups + g]! + this.#preNs[s * groups + g]!;
          if (arrivesNs > meetNs) meetNs = arrivesNs;
        }
        stepNs += this.#stretches[s]!.times * (meetNs - this.#meetNs[s]!);
      }
      endNs += stepNs;
      endsNs[count++] = endNs;
    }
    return count;
  }

  /** Adds the first `steps` of them to tally and critical path, and what is `apart` in them to the recorder; the lanes are closed by the caller. */
  account(stage: StageLanes, recorder: Recorder, tally: WorkTally, phase: number, steps: number): void {
    this.#sumAttention(steps);
    for (let s = 0; s < this.#stretches.length; s++) {
      const { ops, times } = this.#stretches[s]!;
      const attention = this.#attention[s]!;
      for (let o = 0; o < ops.length; o++) {
        if (o === attention) continue;
        const { at } = ops[o]!;
        const { flops, memoryBytes, nodeBytes, fabricBytes } = this.#facts.ops[at]!;
        tally.flops += flops * times * steps;
        tally.memoryBytes += memoryBytes * times * steps;
        tally.nodeBytes += nodeBytes * times * steps;
        tally.fabricBytes += fabricBytes * times * steps;
      }
      if (attention >= 0) {
        this.#accountMeeting(stage, recorder, phase, s, steps, this.#sumMeetings(s, steps));
        this.#accountAttention(stage, recorder, tally, phase, s, steps);
        this.#spendUntilMeeting(s);
      }
      this.#spendFromMeeting(s, steps);
    }
  }

  #begin(microBatch: MicroBatch): void {
    const groups = this.#groups;
    const facts = this.#facts.ops;
    this.#microBatch = microBatch;
    this.#known = 0;
    for (let s = 0; s < this.#stretches.length; s++) {
      const { ops } = this.#stretches[s]!;
      const attention = this.#attention[s]!;
      if (attention < 0) continue;
      let last = 0;
      for (let g = 0; g < groups; g++) {
        const rank = g * this.#ranksPerGroup;
        let pre = 0;
        for (let o = attention + 1; o < this.#meeting[s]!; o++) pre += facts[ops[o]!.at]!.durationNs[rank]!;
        this.#preNs[s * groups + g] = pre;
        last = Math.max(last, facts[ops[attention]!.at]!.durationNs[rank]! + pre);
      }
      this.#meetNs[s] = last;
    }
  }

  /** Works out the attention of `steps` more steps. */
  #lookAhead(steps: number): void {
    const groups = this.#groups;
    const from = this.#known;
    this.#known += steps;
    if (this.#known * groups > this.#attentionNs.length) {
      const longer = new Float64Array(2 * this.#known * groups);
      longer.set(this.#attentionNs);
      this.#attentionNs = longer;
    }
    const work = this.#microBatch!.work!;
    const { sequences, contextTokens } = this.#facts.pass;
    for (let g = 0; g < groups; g++) {
      const n = sequences[g]!;
      const context = contextTokens[g]! + n * (from + 1);
      if (n > 0) work.decodeNs(n, context, steps, this.#attentionNs, from * groups + g, groups);
      else for (let i = from; i < this.#known; i++) this.#attentionNs[i * groups + g] = 0;
    }
  }

  #sumAttention(steps: number): void {
    const groups = this.#groups;
    for (let g = 0; g < groups; g++) {
      let sum = 0;
      for (let i = 0; i < steps; i++) sum += this.#attentionNs[i * groups + g]!;
      this.#attentionSum[g] = sum;
    }
  }

  /** When the last rank came to the meeting of stretch `s`, summed over the steps; fills who that was. */
  #sumMeetings(s: number, steps: number): number {
    const groups = this.#groups;
    if (groups === 1) {
      this.#lastCount[0] = steps;
      this.#lastSum[0] = this.#attentionSum[0]!;
      return this.#attentionSum[0]! + this.#preNs[s]! * steps;
    }
    this.#lastCount.fill(0);
    this.#lastSum.fill(0);
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      let last = 0;
      let meetNs = -1;
      for (let g = 0; g < groups; g++) {
        const arrivesNs = this.#attentionNs[i * groups + g]! + this.#preNs[s * groups + g]!;
        if (arrivesNs <= meetNs) continue;
        last = g;
        meetNs = arrivesNs;
      }
      sum += meetNs;
      this.#lastCount[last] = this.#lastCount[last]! + 1;
      this.#lastSum[last] = this.#lastSum[last]! + this.#attentionNs[i * groups + last]!;
    }
    return sum;
  }

  /** In each step a rank waits for the meeting from when its own data group came until the last one did, and there as long as in the first pass. */
  #accountMeeting(stage: StageLanes, recorder: Recorder, phase: number, s: number, steps: number, meetSum: number): void {
    const { ops, times } = this.#stretches[s]!;
    const meeting = this.#meeting[s]!;
    const { op, at } = ops[meeting]!;
    const { durationNs } = this.#facts.ops[at]!;
    const { startNs, endNs } = this.#first.runsOf(s)[meeting]!;
    const { firstRank, ranks } = stage.spec;
    for (let r = 0; r < ranks; r++) {
      const work = durationNs[r]!;
      const g = ranks === this.#groups ? r : Math.floor(r / this.#ranksPerGroup);
      const untilMetNs = meetSum - this.#attentionSum[g]! - this.#preNs[s * this.#groups + g]! * steps;
      const waiting = (endNs[r]! - startNs[r]! - work) * steps + untilMetNs;
      recorder.addSpent(firstRank + r, phase, op, work * times * steps, waiting * times);
    }
  }

  #accountAttention(stage: StageLanes, recorder: Recorder, tally: WorkTally, phase: number, s: number, steps: number): void {
    const { ops, times } = this.#stretches[s]!;
    const { op } = ops[this.#attention[s]!]!;
    const { sequences, contextTokens } = this.#facts.pass;
    const perGroup = this.#ranksPerGroup;
    for (let g = 0; g < this.#groups; g++) {
      const n = sequences[g]!;
      if (n === 0) continue;
      for (let i = 0; i < perGroup; i++) {
        recorder.addSpent(stage.spec.firstRank + g * perGroup + i, phase, op, this.#attentionSum[g]! * times, 0);
      }
      const context = contextTokens[g]! * steps + (n * steps * (steps + 1)) / 2; // step i has i·n tokens more than the first pass
      this.#microBatch!.work!.decodeWork(n, context, steps, this.#out);
      tally.flops += this.#out.flops * perGroup * times;
      tally.memoryBytes += this.#out.bytes * perGroup * times;
    }
  }

  /** Along the critical path, from the attention to the op where ranks meet: what the last data group of each step did. */
  #spendUntilMeeting(s: number): void {
    const { ops, times } = this.#stretches[s]!;
    const { spentNs } = this.#microBatch!;
    const attention = this.#attention[s]!;
    const { kind } = ops[attention]!.op;
    for (let g = 0; g < this.#groups; g++) {
      const count = this.#lastCount[g]!;
      if (count === 0) continue;
      spentNs[kind] = spentNs[kind]! + times * this.#lastSum[g]!;
      for (let o = attention + 1; o < this.#meeting[s]!; o++) {
        const { op, at } = ops[o]!;
        spentNs[op.kind] = spentNs[op.kind]! + times * this.#facts.ops[at]!.durationNs[g * this.#ranksPerGroup]! * count;
      }
    }
  }

  /** The rest of the unit is the same in every step, whoever came last: walked back from the rank that ended last, past the attention. */
  #spendFromMeeting(s: number, steps: number): void {
    const { ops, times } = this.#stretches[s]!;
    const runs = this.#first.runsOf(s);
    const { spentNs } = this.#microBatch!;
    let rank = lastToEnd(runs[ops.length - 1]!.endNs);
    for (let o = ops.length - 1; o >= 0; o--) {
      if (o < this.#meeting[s]! && o >= this.#attention[s]!) continue;
      const { kind } = ops[o]!.op;
      const run = runs[o]!;
      spentNs[kind] = spentNs[kind]! + (run.endNs[rank]! - run.startNs[rank]!) * times * steps;
      rank = run.cause[rank]!;
    }
  }
}

/** Place in a unit of the first op behind the growing attention that all ranks of the stage have together; with one rank, of the op behind it. */
function meetingOf({ ops }: Stretch, spec: StageSpec): number {
  const attention = attentionOf(ops);
  if (attention < 0) return 0;
  return spec.ranks === 1 ? attention + 1 : ops.findIndex((op, o) => o > attention && isForAll(op, spec));
}

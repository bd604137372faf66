import { ATTENTION, HEAD, LANES } from "@tokenyard/program";
import type { Recorder } from "../../logs/recorder.ts";
import type { Stage } from "../../stages/stage.ts";
import { inPass, type OpenSegment } from "../segments/open/open-segment.ts";
import type { SegmentTimes } from "../segments/segment-times.ts";
import { LastGroups } from "./last-groups.ts";

const PHASES = [0, 1] as const;

/** What passes come to on open segments, but for what tokens tell of, by data group: all ranks of one take the same. */
export class GroupAccount {
  /** [phases × data groups] of a rank */
  readonly attentionNs: Float64Array;
  readonly headNs: Float64Array;
  readonly #stage: Stage;
  readonly #groups: number;
  // Ops in a pass:
  readonly #attentions: number;
  readonly #windowed: number;
  readonly #heads: number;
  /** [phases × lanes × data groups] at the ends of open segments, of a rank */
  readonly #waitingNs: Float64Array;
  // By data group, over the passes of a run:
  readonly #sumNs: Float64Array;
  readonly #last: LastGroups;

  /** `open`: the open segments, and behind them the last. */
  constructor(stage: Stage, open: readonly OpenSegment[], dataGroups: number) {
    this.#stage = stage;
    this.#groups = dataGroups;
    this.#attentions = inPass(open, "attentions");
    this.#windowed = inPass(open, "windowed");
    this.#heads = inPass(open, "heads");
    this.attentionNs = new Float64Array(2 * dataGroups);
    this.headNs = new Float64Array(2 * dataGroups);
    this.#waitingNs = new Float64Array(4 * dataGroups);
    this.#sumNs = new Float64Array(dataGroups);
    this.#last = new LastGroups(dataGroups);
  }

  /** The passes of `run` have ended: their critical path goes to `spentNs` [SPENT_KEYS]. */
  add(run: SegmentTimes, spentNs: Float64Array): void {
    if (this.#groups === 1) {
      this.#addAlone(run, spentNs);
      return;
    }
    this.#sumAttention(run);
    this.#spendBySegment(run, spentNs);
    this.#work(run);
  }

  /** No more passes. `gone` [ranks] 1: nothing is told of it. */
  close(recorder: Recorder, gone: Uint8Array | undefined): void {
    const { firstRank, ranks } = this.#stage.spec;
    for (let r = 0; r < ranks; r++) {
      if (gone?.[r] === 1) continue;
      const rank = firstRank + r;
      const g = Math.floor((r * this.#groups) / ranks);
      for (const phase of PHASES) {
        recorder.lanes.worked(rank, phase, ATTENTION, this.attentionNs[phase * this.#groups + g]!);
        recorder.lanes.worked(rank, phase, HEAD, this.headNs[phase * this.#groups + g]!);
        for (const lane of LANES) recorder.lanes.waited(rank, phase, lane, this.#waitingNs[(phase * 2 + lane) * this.#groups + g]!);
      }
    }
  }

  /** One data group is the last on every segment. */
  #addAlone({ microBatch, count, attentionNs, windowed, head }: SegmentTimes, spentNs: Float64Array): void {
    const { phase } = microBatch!;
    let sumNs = 0;
    for (let i = 0; i < count; i++) sumNs += attentionNs[i]!;
    const ownNs = this.#attentions * sumNs + this.#windowed * windowed.durationNs[0]! * count;
    const headNs = this.#heads * head.durationNs[0]! * count;
    spentNs[ATTENTION] = spentNs[ATTENTION]! + ownNs;
    spentNs[HEAD] = spentNs[HEAD]! + headNs;
    this.attentionNs[phase] = this.attentionNs[phase]! + ownNs;
    this.headNs[phase] = this.headNs[phase]! + headNs;
  }

  #spendBySegment(run: SegmentTimes, spentNs: Float64Array): void {
    const { segments } = run;
    for (let l = 0; l < segments.length; l++) {
      const segment = segments[l]!;
      const segmentsNs = this.#last.find(run, l, this.#sumNs);
      this.#spend(run, segment, spentNs);
      if (segment.lane >= 0) this.#wait(run, l, segmentsNs);
    }
  }

  #sumAttention({ count, attentionNs }: SegmentTimes): void {
    const groups = this.#groups;
    for (let g = 0; g < groups; g++) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += attentionNs[i * groups + g]!;
      this.#sumNs[g] = sum;
    }
  }

  /** Along the critical path: what the last data group of each pass did on a segment. */
  #spend({ facts, windowed, head }: SegmentTimes, segment: OpenSegment, spentNs: Float64Array): void {
    for (let g = 0; g < this.#groups; g++) {
      const count = this.#last.passes[g]!;
      if (count === 0) continue;
      const attentionNs = segment.attentions * this.#last.attentionNs[g]! + segment.windowed * windowed.durationNs[g]! * count;
      spentNs[ATTENTION] = spentNs[ATTENTION]! + segment.times * attentionNs;
      spentNs[HEAD] = spentNs[HEAD]! + segment.times * segment.heads * head.durationNs[g]! * count;
      for (let o = 0; o < segment.kinds.length; o++) {
        const kind = segment.kinds[o]!;
        spentNs[kind] = spentNs[kind]! + segment.times * facts!.opsNs[segment.places[o]! * this.#groups + g]! * count;
      }
    }
  }

  /** Segments `l` took `segmentsNs` in all: what a group was quicker, its ranks waited for the last. */
  #wait({ segments, count, times: { baseNs }, microBatch }: SegmentTimes, l: number, segmentsNs: number): void {
    const { attentions, times, lane } = segments[l]!;
    const groups = this.#groups;
    for (let g = 0; g < groups; g++) {
      const at = (microBatch!.phase * 2 + lane) * groups + g;
      const ownNs = attentions * this.#sumNs[g]! + baseNs[l * groups + g]! * count;
      this.#waitingNs[at] = this.#waitingNs[at]! + (segmentsNs - ownNs) * times;
    }
  }

  #work({ microBatch, count, windowed, head }: SegmentTimes): void {
    const groups = this.#groups;
    for (let g = 0; g < groups; g++) {
      const at = microBatch!.phase * groups + g;
      const attentionNs = this.#attentions * this.#sumNs[g]! + this.#windowed * windowed.durationNs[g]! * count;
      this.attentionNs[at] = this.attentionNs[at]! + attentionNs;
      this.headNs[at] = this.headNs[at]! + this.#heads * head.durationNs[g]! * count;
    }
  }
}

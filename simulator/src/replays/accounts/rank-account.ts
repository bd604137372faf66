import { ATTENTION, HEAD, LANES } from "@tokenyard/program";
import type { Recorder } from "../../logs/recorder.ts";
import type { Stage } from "../../stages/stage.ts";
import type { OpenRuns } from "../segments/open/open-runs.ts";
import { inPass, type OpenSegment } from "../segments/open/open-segment.ts";
import type { SegmentTimes } from "../segments/segment-times.ts";
import { OpenSums } from "./open-sums.ts";

const PHASES = [0, 1] as const;

/** The same as `GroupAccount`, of segments that are timed rank by rank: each pass is timed again. */
export class RankAccount {
  readonly #stage: Stage;
  // Ops in a pass:
  readonly #attentions: number;
  readonly #windowed: number;
  readonly #heads: number;
  /** [phases][ranks] */
  readonly #attentionNs: readonly [Float64Array, Float64Array];
  readonly #headNs: readonly [Float64Array, Float64Array];
  /** [phases][lanes × ranks] where ranks meet on open segments, and at the ends of these */
  readonly #waitingNs: readonly [Float64Array, Float64Array];
  /** [ranks] of one attention that grows, over the passes of a run */
  readonly #sumNs: Float64Array;
  /** [open segments] of each `OpenRuns` */
  readonly #sums = new Map<OpenRuns, readonly OpenSums[]>();

  /** `open`: the open segments, and behind them the last. */
  constructor(stage: Stage, open: readonly OpenSegment[]) {
    const { ranks } = stage.spec;
    const columns = (length: number) => [new Float64Array(length), new Float64Array(length)] as const;
    this.#stage = stage;
    this.#attentions = inPass(open, "attentions");
    this.#windowed = inPass(open, "windowed");
    this.#heads = inPass(open, "heads");
    this.#attentionNs = columns(ranks);
    this.#headNs = columns(ranks);
    this.#waitingNs = columns(2 * ranks);
    this.#sumNs = new Float64Array(ranks);
  }

  /** The passes of `run` have ended: their critical path goes to `spentNs` [SPENT_KEYS]. */
  add({ byRank, count, attentionNs, microBatch }: SegmentTimes, spentNs: Float64Array): void {
    const runs = byRank!;
    const { phase } = microBatch!;
    const sums = this.#sums.get(runs) ?? this.#sumsOf(runs);
    this.#sumNs.fill(0);
    for (let l = 0; l < sums.length; l++) sums[l]!.clear();
    for (let i = 0; i < count; i++) {
      runs.time(attentionNs, i);
      addTo(this.#sumNs, runs.attentionNs, 1);
      for (let l = 0; l < sums.length; l++) if (runs.all[l]!.grows) sums[l]!.add(runs.attentionNs);
    }
    for (let l = 0; l < sums.length; l++) {
      const { grows, times } = runs.all[l]!;
      if (!grows) sums[l]!.add(runs.attentionNs); // of all passes alike
      const of = grows ? times : times * count;
      sums[l]!.spend(of, spentNs);
      sums[l]!.wait(this.#sumNs, of, this.#waitingNs[phase]);
    }
    addTo(this.#attentionNs[phase], this.#sumNs, this.#attentions);
    addTo(this.#attentionNs[phase], runs.windowedNs, this.#windowed * count);
    addTo(this.#headNs[phase], runs.headNs, this.#heads * count);
  }

  /** No more passes. `gone` [ranks] 1: nothing is told of it. */
  close(recorder: Recorder, gone: Uint8Array | undefined): void {
    const { firstRank, ranks } = this.#stage.spec;
    for (let r = 0; r < ranks; r++) {
      if (gone?.[r] === 1) continue;
      for (const phase of PHASES) {
        recorder.lanes.worked(firstRank + r, phase, ATTENTION, this.#attentionNs[phase][r]!);
        recorder.lanes.worked(firstRank + r, phase, HEAD, this.#headNs[phase][r]!);
        for (const lane of LANES) recorder.lanes.waited(firstRank + r, phase, lane, this.#waitingNs[phase][lane * ranks + r]!);
      }
    }
  }

  #sumsOf(runs: OpenRuns): readonly OpenSums[] {
    const sums = runs.all.map((segment) => new OpenSums(segment));
    this.#sums.set(runs, sums);
    return sums;
  }
}

function addTo(sums: Float64Array, values: Float64Array, times: number): void {
  if (times === 0) return;
  for (let r = 0; r < values.length; r++) sums[r] = sums[r]! + values[r]! * times;
}

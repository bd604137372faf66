import { LANES } from "@tokenyard/program";
import type { Recorder } from "../../logs/recorder.ts";
import type { StageLanes } from "../../stages/stage-spec.ts";
import type { OpenRuns } from "../segments/open/open-runs.ts";
import type { SegmentTimes } from "../segments/segment-times.ts";
import type { LaneEnd } from "../segments/segments.ts";

/** How long the lanes of a stage were in each phase, from the end of one pass on them to the end of the next. */
export class LaneTimes {
  readonly #stage: StageLanes;
  readonly #recorder: Recorder;
  readonly #ends: readonly LaneEnd[];
  readonly #groups: number;
  readonly #ranksPerGroup: number;
  /** [phases × lanes × ranks] the phase is that of the pass that ended */
  readonly #laneNs: Float64Array;
  /** [data groups] the last segment, in the last pass of a run */
  readonly #lastSegmentNs: Float64Array;
  /** [ranks] 1: the others go on without it */
  readonly #gone: Uint8Array | undefined;
  #firstNs = Number.POSITIVE_INFINITY;
  #lastNs = 0;

  constructor(stage: StageLanes, ends: readonly LaneEnd[], recorder: Recorder, dataGroups: number, gone?: Uint8Array) {
    const { ranks } = stage.spec;
    this.#stage = stage;
    this.#gone = gone;
    this.#recorder = recorder;
    this.#ends = ends;
    this.#groups = dataGroups;
    this.#ranksPerGroup = ranks / dataGroups;
    this.#laneNs = new Float64Array(4 * ranks);
    this.#lastSegmentNs = new Float64Array(dataGroups);
  }

  /** The passes of `run` have ended. */
  add(run: SegmentTimes): void {
    const { byRank, startNs, endNs } = run;
    if (byRank === undefined) this.#addByGroup(run, endNs);
    else this.#addByRank(run, byRank);
    if (startNs < this.#firstNs) this.#firstNs = startNs;
    this.#lastNs = endNs;
  }

  #addByGroup({ count, segments, facts, microBatch, times: { baseNs }, attentionNs, head }: SegmentTimes, endNs: number): void {
    const { ranks, firstRank } = this.#stage.spec;
    const { phase } = microBatch!;
    const groups = this.#groups;
    const l = segments.length - 1;
    const { attentions } = segments[l]!;
    let longest = 0;
    for (let g = 0; g < groups; g++) {
      const growingNs = attentions === 0 ? 0 : attentions * attentionNs[(count - 1) * groups + g]!;
      const ns = baseNs[l * groups + g]! + growingNs;
      this.#lastSegmentNs[g] = ns;
      if (ns > longest) longest = ns;
    }
    const { trailNs } = facts!;
    for (let lane = 0; lane < 2; lane++) {
      const { in: where, heads } = this.#ends[lane]!;
      if (where === "nothing") continue;
      const freeNs = this.#stage.laneFreeNs[lane]!;
      const laneNs = this.#laneNs;
      const first = (phase * 2 + lane) * ranks;
      for (let r = 0; r < ranks; r++) {
        const g = where === "last" ? Math.floor(r / this.#ranksPerGroup) : 0;
        const lastSegmentNs = where === "last" ? this.#lastSegmentNs[g]! - heads * head.durationNs[g]! : 0;
        const laneEndNs = endNs - longest + lastSegmentNs - trailNs[lane * ranks + r]!;
        laneNs[first + r] = laneNs[first + r]! + (laneEndNs - freeNs[r]!);
        freeNs[r] = laneEndNs;
      }
      this.#recorder.ended(firstRank, ranks, LANES[lane]!, phase);
    }
  }

  /** `runs`: the last of the passes was timed last. */
  #addByRank({ endNs, facts, microBatch }: SegmentTimes, runs: OpenRuns): void {
    const { ranks, firstRank } = this.#stage.spec;
    const { phase } = microBatch!;
    for (let lane = 0; lane < 2; lane++) {
      const end = this.#ends[lane]!;
      if (end.in === "nothing") continue;
      const freeNs = this.#stage.laneFreeNs[lane]!;
      const first = (phase * 2 + lane) * ranks;
      for (let r = 0; r < ranks; r++) {
        const laneEndNs = endNs - runs.trailNs(end, facts!.trailNs[lane * ranks + r]!, r);
        this.#laneNs[first + r] = this.#laneNs[first + r]! + (laneEndNs - freeNs[r]!);
        freeNs[r] = laneEndNs;
      }
      this.#recorder.ended(firstRank, ranks, LANES[lane]!, phase);
    }
  }

  /** No more passes: what lanes did in them has been told; in what is left of their time they were idle. */
  close(): void {
    const { firstRank, ranks, id } = this.#stage.spec;
    if (this.#lastNs < this.#firstNs) return; // none ran
    this.#recorder.ranBetween(id, this.#firstNs, this.#lastNs);
    for (const lane of LANES) {
      if (this.#ends[lane]!.in === "nothing") continue;
      for (const phase of [0, 1]) {
        for (let r = 0; r < ranks; r++) {
          const ns = this.#laneNs[(phase * 2 + lane) * ranks + r]!;
          if (this.#gone?.[r] === 1) this.#recorder.downs.stayGone(firstRank + r, phase, lane, ns);
          else this.#recorder.lanes.close(firstRank + r, phase, lane, ns);
        }
      }
    }
  }
}

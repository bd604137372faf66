import { ATTENTION, addTimes, type GroupCost, HEAD, LANES, OP_KINDS, type OpCosts } from "@tokenyard/program";
import type { Recorder } from "../../logs/recorder.ts";
import type { SoFar } from "../../metrics/so-far.ts";
import type { Stage } from "../../stages/stage.ts";
import type { RunParts, RunSizes } from "../pass-run.ts";
import { inPass, type OpenSegment } from "../segments/open-segment.ts";
import type { SegmentTimes } from "../segments/segment-times.ts";
import type { Segments } from "../segments/segments.ts";
import { EarlyPasses } from "./early-passes.ts";
import { LaneTimes } from "./lane-times.ts";
import { LastGroups } from "./last-groups.ts";
import type { PassSummary } from "./pass-summary.ts";

const KINDS = OP_KINDS.length;
const PHASES = [0, 1] as const;

/**
 * What runs of passes come to. The critical path is told at once, as requests look at it when a run ends; the rest is added up, by new tokens
 * where it follows from them, and told at the end.
 */
export class Account {
  readonly #stage: Stage;
  readonly #costs: OpCosts;
  readonly #recorder: Recorder;
  readonly #groups: number;
  readonly #ranksPerGroup: number;
  /** [ranks] 1: the others go on without it, and nothing is told of it but that it is down */
  readonly #gone: Uint8Array | undefined;
  readonly #lanes: LaneTimes;
  /** Layers with experts that send them the same tokens. */
  readonly #routedAlike: readonly number[];
  /** Those whose routing nobody draws. */
  readonly #layersAlike: number;
  /** Op kinds of barriers and closed segments; where there is one data group, of all ops that tokens tell of. */
  readonly #kinds: readonly number[];
  // Ops in a pass:
  readonly #attentions: number;
  readonly #windowed: number;
  readonly #heads: number;
  /** [phases × data groups] of a rank */
  readonly #attentionNs: Float64Array;
  readonly #headNs: Float64Array;
  /** [phases × lanes × data groups] at the ends of open segments, of a rank */
  readonly #waitingNs: Float64Array;
  // Of the attention cores in steps that only decode, in one layer of one rank of each data group:
  #decodedTokens = 0;
  #decodedContext = 0;
  // By data group, over the passes of a run:
  readonly #sumNs: Float64Array;
  readonly #last: LastGroups;
  /** Of passes that samples tell of, and the recorder has not been told; where there are samples. */
  readonly #early: EarlyPasses | undefined;

  /** `open`: the open segments of `segments`, and behind them the last. */
  constructor(
    stage: Stage,
    segments: Segments,
    open: readonly OpenSegment[],
    { costs, recorder }: RunParts,
    dataGroups: number,
    { routesApart, tellsRouting, shape }: RunSizes,
  ) {
    this.#stage = stage;
    this.#gone = shape?.gone;
    this.#costs = costs;
    this.#recorder = recorder;
    this.#groups = dataGroups;
    this.#ranksPerGroup = stage.spec.ranks / dataGroups;
    this.#lanes = new LaneTimes(stage, segments.ends, recorder, dataGroups, shape?.gone);
    this.#routedAlike = routesApart || tellsRouting ? [] : segments.layersWithExperts;
    this.#layersAlike = routesApart ? 0 : segments.layersWithExperts.length;
    const closed = [...segments.barriers, ...segments.closed.flatMap(({ ops }) => ops)].map(({ op }) => op.kind);
    this.#kinds = [...new Set([...closed, ...(dataGroups === 1 ? open.flatMap(({ kinds }) => kinds) : [])])];
    this.#attentions = inPass(open, "attentions");
    this.#windowed = inPass(open, "windowed");
    this.#heads = inPass(open, "heads");
    this.#attentionNs = new Float64Array(2 * dataGroups);
    this.#headNs = new Float64Array(2 * dataGroups);
    this.#waitingNs = new Float64Array(4 * dataGroups);
    this.#sumNs = new Float64Array(dataGroups);
    this.#last = new LastGroups(dataGroups);
    const { probe } = recorder.work;
    if (probe === undefined) return;
    const inOne = { attentions: this.#attentions, windowed: this.#windowed, heads: this.#heads };
    this.#early = new EarlyPasses(probe, stage.spec, costs, dataGroups, inOne);
  }

  /** The passes of `run` have ended: their critical path goes to `spentNs` [SPENT_KEYS]. */
  add(run: SegmentTimes, spentNs: Float64Array): void {
    const { facts, count, microBatch } = run;
    const { phase } = microBatch!;
    facts!.passes[phase] = facts!.passes[phase]! + count;
    this.#early?.add(run);
    for (let i = 0; i < this.#kinds.length; i++) {
      const kind = this.#kinds[i]!;
      spentNs[kind] = spentNs[kind]! + facts!.spentNs[kind]! * count;
    }
    this.#sumAttention(run);
    if (this.#groups === 1) this.#spendAlone(run, spentNs);
    else this.#spendBySegment(run, spentNs);
    this.#work(run);
    this.#lanes.add(run);
  }

  /** Along the critical path, where one data group is the last on every segment. */
  #spendAlone({ count, windowed, head }: SegmentTimes, spentNs: Float64Array): void {
    const attentionNs = this.#attentions * this.#sumNs[0]! + this.#windowed * windowed.durationNs[0]! * count;
    spentNs[ATTENTION] = spentNs[ATTENTION]! + attentionNs;
    spentNs[HEAD] = spentNs[HEAD]! + this.#heads * head.durationNs[0]! * count;
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

  /** Tells of the passes with as many tokens as `facts`. */
  settle(facts: PassSummary): void {
    this.#early?.settle(facts);
    const { work } = this.#recorder;
    const { id, firstRank, ranks } = this.#stage.spec;
    for (const phase of PHASES) {
      const passes = facts.passes[phase]!;
      if (passes === 0) continue;
      facts.passes[phase] = 0;
      for (let r = 0; r < ranks; r++) {
        for (let kind = 0; kind < KINDS; kind++)
          this.#recorder.worked(firstRank + r, phase, kind, facts.busyNs[r * KINDS + kind]! * passes);
        for (const lane of LANES) this.#recorder.waited(firstRank + r, phase, lane, facts.waitingNs[r * 2 + lane]! * passes);
        this.#recorder.slowestNs[(firstRank + r) * 2 + phase]! += facts.slowestNs[r]! * passes;
      }
      addTimes(work.tally, facts.work, passes);
      work.reachAll(facts.longestNs);
      if (this.#routedAlike.length > 0) work.routedAlike(phase, this.#routedAlike, facts.routed, facts.fates, facts.rankRows, passes);
      work.traffic?.addEven(id, phase, facts.tokens, passes * this.#layersAlike);
      if (phase === 1) this.#costs.decoded.addProjections(facts.tokens, this.#attentions * this.#ranksPerGroup * passes, work.tally);
    }
  }

  /** Adds to `soFar` what passes have done that is not told yet. */
  addTo(soFar: SoFar): void {
    this.#early!.addTo(soFar, this.#attentionNs, this.#headNs);
  }

  close(): void {
    const { firstRank, ranks } = this.#stage.spec;
    this.#costs.decoded.addDecoded(
      this.#decodedTokens,
      this.#decodedContext,
      this.#attentions * this.#ranksPerGroup,
      this.#recorder.work.tally,
    );
    for (let r = 0; r < ranks; r++) {
      if (this.#gone?.[r] === 1) continue;
      const rank = firstRank + r;
      const g = Math.floor(r / this.#ranksPerGroup);
      for (const phase of PHASES) {
        this.#recorder.worked(rank, phase, ATTENTION, this.#attentionNs[phase * this.#groups + g]!);
        this.#recorder.worked(rank, phase, HEAD, this.#headNs[phase * this.#groups + g]!);
        for (const lane of LANES) this.#recorder.waited(rank, phase, lane, this.#waitingNs[(phase * 2 + lane) * this.#groups + g]!);
      }
    }
    this.#lanes.close();
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

  /** What tokens do not tell of. */
  #work({ microBatch, count, attention, windowed, head, sequences, contextTokens }: SegmentTimes): void {
    const { phase } = microBatch!;
    const groups = this.#groups;
    for (let g = 0; g < groups; g++) {
      const at = phase * groups + g;
      const attentionNs = this.#attentions * this.#sumNs[g]! + this.#windowed * windowed.durationNs[g]! * count;
      this.#attentionNs[at] = this.#attentionNs[at]! + attentionNs;
      this.#headNs[at] = this.#headNs[at]! + this.#heads * head.durationNs[g]! * count;
      if (phase === 0) continue;
      const n = sequences[g]!;
      this.#recorder.work.tally.insideSeconds +=
        this.#costs.decoded.decodedInside(n, contextTokens[g]!, count) * this.#attentions * this.#ranksPerGroup;
      this.#decodedTokens += n * count;
      this.#decodedContext += contextTokens[g]! * count + (n * count * (count - 1)) / 2; // pass i has i·n tokens more than the first
    }
    if (phase === 0) this.#add(attention, this.#attentions);
    this.#add(windowed, this.#windowed * count);
    this.#add(head, this.#heads * count);
  }

  #add({ flops, bytes, insideSeconds }: GroupCost, times: number): void {
    const { tally } = this.#recorder.work;
    tally.flops += flops * times * this.#ranksPerGroup;
    tally.memoryBytes += bytes * times * this.#ranksPerGroup;
    tally.insideSeconds += insideSeconds * times * this.#ranksPerGroup;
  }
}

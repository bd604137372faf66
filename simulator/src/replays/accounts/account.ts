import { addTally, type GroupCost, type OpCosts } from "@tokenyard/program";
import type { Recorder } from "../../logs/recorder.ts";
import type { SoFar } from "../../metrics/so-far.ts";
import type { Stage } from "../../stages/stage.ts";
import type { RunParts, RunSizes } from "../pass-run.ts";
import { inPass, type OpenSegment } from "../segments/open/open-segment.ts";
import type { SegmentTimes } from "../segments/segment-times.ts";
import type { Segments } from "../segments/segments.ts";
import { EarlyPasses } from "./early-passes.ts";
import { GroupAccount } from "./group-account.ts";
import { LaneTimes } from "./lane-times.ts";
import type { PassSummary } from "./pass-summary.ts";
import { RankAccount } from "./rank-account.ts";

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
  /** Open segments: by data group, or where those are timed so rank by rank. */
  readonly #byGroup: GroupAccount;
  readonly #byRank: RankAccount | undefined;
  // [data groups] Of the attention cores in steps that only decode, in one layer of one rank:
  readonly #decodedTokens: Float64Array;
  readonly #decodedContext: Float64Array;
  /** Of passes that samples tell of, and the recorder has not been told; where there are samples. */
  readonly #early: EarlyPasses | undefined;

  /** `open`: the open segments of `segments`, and behind them the last. */
  constructor(
    stage: Stage,
    segments: Segments,
    open: readonly OpenSegment[],
    { costs, recorder }: RunParts,
    dataGroups: number,
    { routesApart, shape }: RunSizes,
  ) {
    this.#stage = stage;
    this.#gone = shape?.gone;
    this.#costs = costs;
    this.#recorder = recorder;
    this.#groups = dataGroups;
    this.#ranksPerGroup = stage.spec.ranks / dataGroups;
    this.#lanes = new LaneTimes(stage, segments.ends, recorder, dataGroups, shape?.gone);
    this.#routedAlike = routesApart ? [] : segments.layersWithExperts;
    this.#layersAlike = routesApart ? 0 : segments.layersWithExperts.length;
    this.#decodedTokens = new Float64Array(dataGroups);
    this.#decodedContext = new Float64Array(dataGroups);
    const isAlone = dataGroups === 1 && !segments.byRank;
    const closed = [...segments.barriers, ...segments.closed.flatMap(({ ops }) => ops)].map(({ op }) => op.kind);
    this.#kinds = [...new Set([...closed, ...(isAlone ? open.flatMap(({ kinds }) => kinds) : [])])];
    this.#attentions = inPass(open, "attentions");
    this.#windowed = inPass(open, "windowed");
    this.#heads = inPass(open, "heads");
    this.#byGroup = new GroupAccount(stage, open, dataGroups);
    this.#byRank = segments.byRank ? new RankAccount(stage, open) : undefined;
    if (recorder.work.probe === undefined || segments.byRank) return; // of a sampled run no pass is timed so while ranks are slow
    const inOne = { attentions: this.#attentions, windowed: this.#windowed, heads: this.#heads };
    this.#early = EarlyPasses.of(recorder.work.probe, stage.spec, costs, dataGroups, inOne, routesApart);
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
    if (this.#byRank === undefined) this.#byGroup.add(run, spentNs);
    else this.#byRank.add(run, spentNs);
    this.#work(run);
    this.#lanes.add(run);
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
      this.#recorder.lanes.addAlike(firstRank, ranks, phase, facts, passes);
      for (let r = 0, at = firstRank * 2 + phase; r < ranks; r++, at += 2)
        this.#recorder.slowestNs[at] = this.#recorder.slowestNs[at]! + facts.slowestNs[r]! * passes;
      addTally(work.tally, facts.work, passes);
      work.reachAll(facts.longestNs);
      if (this.#routedAlike.length > 0) work.routedAlike(phase, this.#routedAlike, facts, passes);
      work.traffic?.addEven(id, phase, facts.tokens, passes * this.#layersAlike);
      if (phase === 1) this.#costs.decoded.addProjections(facts.tokens, this.#attentions * this.#ranksPerGroup * passes, work.tally);
    }
  }

  /** Adds to `soFar` what passes have done that is not told yet. */
  addTo(soFar: SoFar): void {
    const { attentionNs, headNs } = this.#byGroup;
    this.#early?.addTo(soFar, { attentionNs, headNs, decodedTokens: this.#decodedTokens, decodedContext: this.#decodedContext });
  }

  close(): void {
    this.#costs.decoded.addDecoded(
      sumOf(this.#decodedTokens),
      sumOf(this.#decodedContext),
      this.#attentions * this.#ranksPerGroup,
      this.#recorder.work.tally,
    );
    (this.#byRank ?? this.#byGroup).close(this.#recorder, this.#gone);
    this.#lanes.close();
  }

  /** What tokens do not tell of. */
  #work({ microBatch, count, attention, windowed, head, sequences, contextTokens }: SegmentTimes): void {
    const { phase } = microBatch!;
    const { decoded } = this.#costs;
    for (let g = 0; phase === 1 && g < this.#groups; g++) {
      const n = sequences[g]!;
      if (decoded.isTabled)
        this.#recorder.work.tally.insideSeconds +=
          decoded.decodedInside(n, contextTokens[g]!, count) * this.#attentions * this.#ranksPerGroup;
      this.#decodedTokens[g] = this.#decodedTokens[g]! + n * count;
      this.#decodedContext[g] = this.#decodedContext[g]! + contextTokens[g]! * count + (n * count * (count - 1)) / 2; // pass i has i·n tokens more than the first
    }
    if (phase === 0) this.#add(attention, this.#attentions);
    if (this.#windowed > 0) this.#add(windowed, this.#windowed * count);
    this.#add(head, this.#heads * count);
  }

  #add({ flops, bytes, insideSeconds }: GroupCost, times: number): void {
    const { tally } = this.#recorder.work;
    tally.flops += flops * times * this.#ranksPerGroup;
    tally.memoryBytes += bytes * times * this.#ranksPerGroup;
    tally.insideSeconds += insideSeconds * times * this.#ranksPerGroup;
  }
}

function sumOf(numbers: Float64Array): number {
  let sum = 0;
  for (let g = 0; g < numbers.length; g++) sum += numbers[g]!;
  return sum;
}

import type { Pass } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { COMPUTE, createGroupCost, type GroupCost, HeadCost } from "@tokenyard/program";
import type { Gate } from "../../experts/gate.ts";
import type { SoFar } from "../../metrics/so-far.ts";
import type { UnderWay } from "../../metrics/under-way.ts";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import { fullSpeed, slowDown, slowdownOfGroups } from "../../stages/slowdown.ts";
import type { Stage } from "../../stages/stage.ts";
import type { StagedProgram } from "../../stages/stage-spec.ts";
import { Account } from "../accounts/account.ts";
import type { PassSummary } from "../accounts/pass-summary.ts";
import { Summaries } from "../accounts/summaries.ts";
import { longer } from "../longer.ts";
import { endedBefore, type PassRun, type RunParts, type RunSizes, startedBy } from "../pass-run.ts";
import { GroupTimes } from "./group-times.ts";
import { OpenRuns } from "./open/open-runs.ts";
import { type OpenSegment, openSegments } from "./open/open-segment.ts";
import type { SegmentTimes } from "./segment-times.ts";
import type { Segments } from "./segments.ts";

/** Steps whose attention is worked out at once: few where nobody knows what comes, as most runs are cut short by an arrival. */
const FEW_STEPS = 8;
const MANY_STEPS = 64;

/**
 * Passes segment by segment. What follows from new tokens alone is known since a pass had as many; beside that, a pass takes as long on each open segment
 * as the last of its data groups. Steps that only decode differ in the attention that sees the whole context.
 */
export class SegmentRun implements PassRun, SegmentTimes {
  endsNs: Float64Array;
  pass!: Pass;
  count = 0;
  microBatch: MicroBatch | undefined;
  /** Sends are timed by the stage. */
  readonly sentNs = undefined;
  startNs = 0;
  facts: PassSummary | undefined;

  readonly segments: readonly OpenSegment[];
  readonly contextTokens: Float64Array;
  readonly sequences: Float64Array;
  attentionNs: Float64Array<ArrayBuffer>;
  readonly attention: GroupCost;
  readonly windowed: GroupCost;
  readonly head: HeadCost;

  readonly times: GroupTimes;
  readonly byRank: OpenRuns | undefined;
  readonly #groups: number;
  /** Passes that are timed ahead, at most. */
  readonly #ahead: number;
  /** Of other runs, as `byRank`. */
  readonly createRuns: () => OpenRuns | undefined;
  /** [data groups] by which their kernels take longer, where any are slow and all ranks of each alike */
  readonly factors: Float64Array | undefined;
  readonly summaries: Summaries;
  readonly account: Account;
  readonly #gate: Gate;
  /** That route alike. */
  readonly #layersAlike: number;
  readonly #withWindows: boolean;
  readonly #withHead: boolean;
  /** Whether experts are awaited, from pass to pass for another time. */
  readonly #awaits: boolean;
  /** [segments] how long each takes in the first pass, where that matters */
  readonly #openNs: Float64Array;
  /** Passes whose attention is known. */
  #known = 0;
  /** How long a step took in the last run that only decoded: the next ones take about as long. */
  #stepNs = Number.POSITIVE_INFINITY;

  constructor(stage: Stage, staged: StagedProgram, segments: Segments, parts: RunParts, plan: Plan, sizes: RunSizes) {
    const { dataGroups } = plan;
    const { routesApart, ahead, shape } = sizes;
    const works = staged.program.ops.map(({ work }) => work);
    const column = () => new Float64Array(dataGroups);
    const passes = Math.min(ahead, FEW_STEPS); // at first
    this.endsNs = new Float64Array(passes);
    this.#ahead = ahead;
    this.#groups = dataGroups;
    this.factors = segments.byRank ? undefined : shape?.slowdown && slowdownOfGroups(shape.slowdown, dataGroups)![COMPUTE];
    const slowdown = shape?.slowdown ?? fullSpeed(stage.spec.ranks);
    this.createRuns = () => (segments.byRank ? new OpenRuns(segments, staged.groups, slowdown, dataGroups) : undefined);
    this.byRank = this.createRuns();
    this.segments = openSegments(segments);
    this.contextTokens = column();
    this.sequences = column();
    this.attention = createGroupCost(dataGroups);
    this.windowed = createGroupCost(dataGroups);
    this.head = new HeadCost(dataGroups);
    this.attentionNs = new Float64Array(passes * dataGroups);
    this.times = new GroupTimes(this.segments, dataGroups, this.windowed, this.head, passes);
    this.#awaits = parts.gate.awaits;
    this.#openNs = new Float64Array(this.segments.length);
    this.#withWindows = works.includes("windowed-attention");
    this.#withHead = works.includes("head");
    this.account = new Account(stage, segments, this.segments, parts, dataGroups, sizes);
    this.#gate = parts.gate;
    this.#layersAlike = routesApart ? 0 : segments.layersWithExperts.length;
    this.summaries = new Summaries(stage, staged, segments, parts, plan, sizes, (facts) => this.account.settle(facts));
  }

  get endNs(): number {
    return this.endsNs[this.count - 1]!;
  }

  start(pass: Pass, microBatch: MicroBatch, nowNs: number, foreseen: number, untilNs: number): number | undefined {
    this.pass = pass;
    this.microBatch = microBatch;
    this.startNs = nowNs;
    microBatch.admittedNs = nowNs;
    this.facts = this.summaries.of(pass, microBatch);
    if (!this.facts.holds) return undefined;
    if (this.#withWindows) this.#fill("windowed-attention", pass, this.windowed);
    if (this.#withHead) {
      if (this.factors === undefined) this.head.fill(microBatch.sequences!.head!, pass);
      else this.#fillSlowHead(pass, this.factors);
    }
    this.#known = 0;
    this.count = 0;
    if (pass.phase === 0) this.#knowPrompts(pass);
    else this.#knowContexts(pass);
    if (this.#awaits) this.#follow(microBatch);
    const { byRank } = this;
    if (byRank === undefined) this.times.begin(this.facts);
    else byRank.begin(this.facts, this.windowed, this.head);
    const most = Math.min(foreseen, this.#ahead);
    let endNs = nowNs;
    do {
      if (this.count === this.#known) this.#lookAhead(most, untilNs - endNs);
      if (byRank === undefined) this.count = this.times.fillEnds(this.attentionNs, this.count, this.#known, endNs, untilNs, this.endsNs);
      else {
        this.endsNs[this.count] = endNs + byRank.passNs(this.attentionNs, this.count);
        this.count++;
      }
      endNs = this.endsNs[this.count - 1]!;
    } while (this.count < most && endNs < untilNs);
    if (pass.phase === 1) this.#stepNs = (endNs - nowNs) / this.count;
    return endNs;
  }

  cut(nowNs: number): number {
    this.count = startedBy(nowNs, this.endsNs, this.count);
    return this.endsNs[this.count - 1]!;
  }

  endBefore(cutNs: number): number {
    this.count = endedBefore(cutNs, this.endsNs, this.count);
    return this.count;
  }

  end(spentNs = this.microBatch!.spentNs): void {
    this.account.add(this, spentNs);
    if (this.summaries.tellsEach) this.summaries.end(this.microBatch!);
    if (this.facts!.fates.masked > 0) this.countMasked(this.facts!, this.microBatch!, this.count);
  }

  /** So many passes of `microBatch` with as many tokens as `facts` have ended: counts copies to experts that have no slot. */
  countMasked({ fates: { masked } }: PassSummary, { replica }: MicroBatch, passes: number): void {
    this.#gate.maskedCopies[replica]! += masked * this.#layersAlike * passes;
  }

  /** Tells `underWay` of the ops of the first pass. To be told before it is accounted for. */
  tellOps(underWay: UnderWay): void {
    this.summaries.tellOps(this, underWay);
  }

  /** Adds what is not told yet. */
  addTo(soFar: SoFar): void {
    this.account.addTo(soFar);
  }

  close(): void {
    this.summaries.close();
    this.account.close();
  }

  /** How long experts are waited for follows from when segments before them end. */
  #follow(microBatch: MicroBatch): void {
    if (this.#known === 0) this.#lookAhead(1, 0);
    const { segments, attentionNs, windowed, head } = this;
    const groups = this.#groups;
    for (let l = 0; l < segments.length; l++) {
      const { attentions, windowed: windows, heads } = segments[l]!;
      let longest = 0;
      for (let g = 0; g < groups; g++) {
        const seen = attentions * attentionNs[g]! + windows * windowed.durationNs[g]! + heads * head.durationNs[g]!;
        longest = Math.max(longest, this.facts!.openNs[l * groups + g]! + seen);
      }
      this.#openNs[l] = longest;
    }
    this.summaries.follow(this.facts!, microBatch, this.#openNs);
  }

  #fillSlowHead(pass: Pass, factors: Float64Array): void {
    const { head } = this;
    head.forget();
    head.fill(this.microBatch!.sequences!.head!, pass);
    slowDown(head.durationNs, factors);
  }

  #fill(work: "attention" | "windowed-attention", pass: Pass, cost: GroupCost): void {
    this.microBatch!.sequences!.fill(work, pass, cost);
    if (this.factors !== undefined) slowDown(cost.durationNs, this.factors);
  }

  #knowPrompts(pass: Pass): void {
    this.#fill("attention", pass, this.attention);
    for (let g = 0; g < this.#groups; g++) this.attentionNs[g] = this.attention.durationNs[g]!;
    this.#known = 1;
  }

  /** A loop: to copy a few numbers, `set` takes ten times as long. */
  #knowContexts({ sequences, contextTokens }: Pass): void {
    for (let g = 0; g < this.#groups; g++) {
      this.sequences[g] = sequences[g]!;
      this.contextTokens[g] = contextTokens[g]!;
    }
  }

  /** Works out the attention of more passes, of those that begin within `leftNs` and up to number `most`. */
  #lookAhead(most: number, leftNs: number): void {
    const groups = this.#groups;
    const from = this.#known;
    const fit = Math.ceil(leftNs / this.#stepNs) + 1;
    const steps = Math.min(most - from, fit < MANY_STEPS ? fit : from > 0 ? MANY_STEPS : FEW_STEPS);
    this.#known += steps;
    if (this.#known * groups > this.attentionNs.length) this.#makeRoom();
    const work = this.microBatch!.sequences!;
    for (let g = 0; g < groups; g++) {
      const n = this.sequences[g]!;
      if (n > 0)
        work.decodeNs(this.facts!.tokens[g]!, n, this.contextTokens[g]! + n * from, steps, this.attentionNs, from * groups + g, groups);
      else for (let i = from; i < this.#known; i++) this.attentionNs[i * groups + g] = 0;
    }
    if (this.factors === undefined) return;
    for (let i = from; i < this.#known; i++) slowDown(this.attentionNs.subarray(i * groups, (i + 1) * groups), this.factors);
  }

  #makeRoom(): void {
    const passes = 2 * this.#known;
    this.attentionNs = longer(this.attentionNs, passes * this.#groups);
    this.endsNs = longer(this.endsNs, passes);
    this.times.makeRoom(passes);
  }
}

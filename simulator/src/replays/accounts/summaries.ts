import type { Pass } from "@tokenyard/model";
import { type Plan, switchesDispatch } from "@tokenyard/placement";
import type { HostTime } from "@tokenyard/program";
import type { UnderWay } from "../../metrics/under-way.ts";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import type { Stage } from "../../stages/stage.ts";
import type { StagedProgram } from "../../stages/stage-spec.ts";
import type { RunParts, RunSizes } from "../pass-run.ts";
import { SegmentTimer } from "../segments/segment-timer.ts";
import type { SegmentTimes } from "../segments/segment-times.ts";
import type { Segments } from "../segments/segments.ts";
import { type DrawnPass, DrawnPasses } from "./drawn-passes.ts";
import { KeptByTokens } from "./kept-by-tokens.ts";
import { type PassSummary, passSummaryMaker } from "./pass-summary.ts";

/** Summaries of passes: kept by their tokens where layers route alike, and else worked out for each pass anew. */
export class Summaries {
  /** Whether each run that has ended is to be told by `end`: layers route apart. */
  readonly tellsEach: boolean;
  readonly #timer: SegmentTimer;
  readonly #byTokens: KeptByTokens<PassSummary>;
  /** Of the pass at hand, where each draws its experts. */
  readonly #ofOne: PassSummary | undefined;
  /** Where the host takes time. */
  readonly #host: HostTime | undefined;
  /** Whether phases send tokens in different ways, or the host takes other times for them. */
  readonly #isByPhase: boolean;
  readonly #settle: (facts: PassSummary) => void;
  /** Where passes come again; and the one at hand. */
  readonly #drawn: DrawnPasses | undefined;
  #pass: DrawnPass | undefined;
  readonly #make: () => PassSummary;
  readonly #parts: RunParts;
  readonly #stage: number;
  readonly #experts: number;

  /** `settle` is told of each whose passes are to be accounted for. */
  constructor(
    stage: Stage,
    staged: StagedProgram,
    segments: Segments,
    parts: RunParts,
    plan: Plan,
    sizes: RunSizes,
    settle: (facts: PassSummary) => void,
  ) {
    const { dataGroups } = plan;
    const { experts, routesApart, tables } = sizes;
    const { host } = parts.costs;
    this.tellsEach = routesApart;
    this.#host = host;
    this.#isByPhase = switchesDispatch(plan) || host?.isByPhase === true;
    const { wanted } = parts.recorder.work.probe ?? {};
    const { numbers, make } = passSummaryMaker(segments, dataGroups, stage.spec.ranks, experts, wanted, host?.counts ?? 0);
    this.#timer = new SegmentTimer(stage, staged, segments, parts, dataGroups, sizes);
    this.#ofOne = routesApart ? make() : undefined;
    this.#byTokens = new KeptByTokens(tables, numbers, make, settle);
    this.#settle = settle;
    this.#make = make;
    this.#parts = parts;
    this.#stage = stage.spec.id;
    this.#experts = experts;
    const mayKeep = routesApart && sizes.keepsDrawn === true && parts.gate.repeats && parts.recorder.work.probe === undefined;
    if (mayKeep) this.#drawn = new DrawnPasses(tables, numbers * Float64Array.BYTES_PER_ELEMENT, (of) => this.#settleDrawn(of));
  }

  of(pass: Pass, microBatch: MicroBatch): PassSummary {
    this.#pass = undefined;
    const { version } = microBatch.draws ?? {};
    if (this.#drawn !== undefined && version !== undefined) {
      const key = this.#host === undefined ? version.key : `${version.key}/${pass.phase}/${this.#host.countsOf(pass).join()}`;
      this.#pass = this.#drawn.find(key) ?? this.#draw(this.#drawn, key, pass, microBatch);
      return this.#pass.facts;
    }
    if (this.#ofOne !== undefined) {
      this.#ofOne.tokens.set(pass.rows);
      this.#timer.fill(this.#ofOne, microBatch);
      return this.#ofOne;
    }
    const facts = this.#byTokens.find(pass.rows, this.#host?.countsOf(pass), this.#isByPhase ? pass.phase : 0);
    if (!this.#byTokens.known) this.#timer.fill(facts, microBatch);
    return facts;
  }

  /** What `of` gave is known but for experts that are awaited: adds these, for a pass whose open segments take `openNs`. */
  follow(facts: PassSummary, microBatch: MicroBatch, openNs: Float64Array): void {
    this.#timer.follow(facts, microBatch, openNs);
  }

  /** Tells `underWay` of the ops of the first pass of `run`, whose summary `of` gave, where layers route alike. */
  tellOps(run: SegmentTimes, underWay: UnderWay): void {
    this.#timer.tellOps(run, underWay);
  }

  /** The same where layers route alike, kept as it is until it is released. */
  hold(pass: Pass, microBatch: MicroBatch): PassSummary {
    const facts = this.of(pass, microBatch);
    facts.holders++;
    return facts;
  }

  /** As many calls as of `hold`. Accounts for it, as it may have given its place to another. */
  release(facts: PassSummary): void {
    if (--facts.holders === 0 && !this.#byTokens.keeps(facts, this.#host && facts.hosted)) this.#settle(facts);
  }

  /** A run has ended: what the next pass would overwrite is accounted for. */
  end(microBatch: MicroBatch): void {
    if (this.#pass !== undefined) {
      const { replica, phase } = microBatch;
      this.#parts.recorder.work.passedDrawn(this.#stage, phase, this.#pass.routing!, this.#experts);
      this.#parts.gate.maskedCopies[replica]! += this.#pass.routing!.missed;
      return;
    }
    if (this.#ofOne === undefined) return;
    this.#timer.tellKept(microBatch);
    this.#settle(this.#ofOne);
  }

  /** No more passes. */
  close(): void {
    for (const facts of this.#byTokens.kept) this.#settle(facts);
    this.#drawn?.forget();
  }

  #draw(drawn: DrawnPasses, key: string, { rows, phase }: Pass, microBatch: MicroBatch): DrawnPass {
    const facts = this.#make();
    facts.tokens.set(rows);
    facts.phase = phase;
    const pass = { facts, routing: this.#timer.fillDrawn(facts, microBatch) };
    drawn.keep(key, pass);
    return pass;
  }

  #settleDrawn({ facts, routing }: DrawnPass): void {
    const times = facts.passes[facts.phase]!;
    if (times === 0) return;
    this.#parts.recorder.work.routedDrawn(this.#stage, facts.phase, routing!, times);
    this.#settle(facts);
  }
}

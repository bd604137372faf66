import { clearWorkTally, isOfLoad, NETWORK, OP_KINDS, type Work } from "@tokenyard/program";
import type { DrawnRouting } from "../../logs/routing/drawn-routing.ts";
import type { UnderWay } from "../../metrics/under-way.ts";
import { DrawsMark } from "../../micro-batches/draws-mark.ts";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import { lastToEnd } from "../../stages/critical-path.ts";
import { type Slowdown, slowDown } from "../../stages/slowdown.ts";
import type { Stage } from "../../stages/stage.ts";
import type { StagedProgram } from "../../stages/stage-spec.ts";
import type { PassSummary } from "../accounts/pass-summary.ts";
import type { RunParts, RunSizes } from "../pass-run.ts";
import type { PlacedOp } from "../units/stretch.ts";
import { BesideOps } from "./beside-ops.ts";
import { DrawnNotes } from "./drawn-notes.ts";
import { KeptRouting } from "./kept-routing.ts";
import { SegmentFacts } from "./segment-facts.ts";
import { SegmentOps } from "./segment-ops.ts";
import type { SegmentTimes } from "./segment-times.ts";
import type { RoutedLayer, Segment, Segments, StageBarrier } from "./segments.ts";

const KINDS = OP_KINDS.length;

/**
 * Works out the facts of a pass: its ops are timed once for all layers that are alike, and each segment and barrier once for all that are. Where layers
 * route apart, what follows from that is timed layer by layer.
 */
export class SegmentTimer {
  readonly #stage: Stage;
  readonly #segments: Segments;
  readonly #parts: RunParts;
  /** [ranks] 1: the others go on without it */
  readonly #gone: Uint8Array | undefined;
  readonly #slowdown: Slowdown | undefined;
  /** Of passes that may be taken back. */
  readonly #kept = new KeptRouting();
  /** Of passes that come again, while one is filled. */
  #notes: DrawnNotes | undefined;
  #takesNotes = false;
  /** Those that route apart; none where all route alike. */
  readonly #routed: readonly RoutedLayer[];
  // What all layers have alike:
  readonly #barriers: readonly StageBarrier[];
  readonly #closed: readonly Segment[];
  readonly #ofTokens: readonly PlacedOp[];
  /** And behind them the last. */
  readonly #open: readonly Segment[];
  readonly #facts: SegmentFacts;
  readonly #beside: BesideOps;
  /** Where a sample falls into passes. */
  #ops: SegmentOps | undefined;
  readonly #makeOps: () => SegmentOps;
  /** [ranks] when experts could begin */
  readonly #readyNs: Float64Array;
  /** Of a pass that draws. */
  readonly #before = new DrawsMark();

  constructor(
    stage: Stage,
    staged: StagedProgram,
    segments: Segments,
    parts: RunParts,
    dataGroups: number,
    { routesApart, shape }: Pick<RunSizes, "routesApart" | "shape">,
  ) {
    const { ranks } = stage.spec;
    const { groups } = staged;
    const isAlike = (work: Work) => !(routesApart && isOfLoad(work));
    this.#routed = routesApart ? segments.routed! : [];
    this.#barriers = segments.barriers.filter(({ op }) => isAlike(op.work));
    this.#closed = segments.closed.filter(({ ops }) => ops.every(({ op }) => isAlike(op.work)));
    this.#ofTokens = segments.ofTokens.filter(({ op }) => isAlike(op.work));
    this.#stage = stage;
    this.#gone = shape?.gone;
    this.#slowdown = shape?.slowdown;
    this.#segments = segments;
    this.#open = [...segments.open, segments.last];
    this.#parts = parts;
    const wanted = parts.recorder.work.probe?.wanted;
    this.#facts = new SegmentFacts(staged, segments, ranks, dataGroups, wanted);
    this.#makeOps = () => new SegmentOps(stage.spec, staged, segments, this.#facts, parts.costs.decoded, dataGroups, wanted!.bytes);
    this.#beside = new BesideOps(segments.beside, groups, this.#facts.costAt, ranks);
    this.#readyNs = new Float64Array(ranks);
  }

  /** As `fill`, of a pass that comes again: nobody is told where its tokens go, which is returned; undefined where the times do not hold. */
  fillDrawn(facts: PassSummary, microBatch: MicroBatch): DrawnRouting | undefined {
    this.#notes ??= new DrawnNotes(this.#routed.length, this.#parts.recorder.work.traffic);
    this.#notes.begin();
    this.#takesNotes = true;
    this.fill(facts, microBatch);
    this.#takesNotes = false;
    return facts.holds ? this.#notes.end() : undefined;
  }

  /** Fills `facts`, whose tokens are those of the micro-batch's pass; where experts are awaited but for what `follow` adds. */
  fill(facts: PassSummary, microBatch: MicroBatch): void {
    this.#kept.clear();
    this.#facts.begin();
    facts.closedNs = 0;
    facts.isAskedKnown = false;
    this.#facts.clearBytes(facts);
    facts.spentNs.fill(0);
    facts.longestNs.fill(0);
    facts.busyNs.fill(0);
    facts.waitingNs.fill(0);
    facts.slowestNs.fill(0);
    if (facts.ops !== undefined) facts.ops.length = 0;
    clearWorkTally(facts.work);
    for (let o = 0; o < this.#ofTokens.length; o++) this.#ask(this.#ofTokens[o]!, microBatch, facts);
    for (let m = 0; m < this.#barriers.length; m++) this.#facts.meet(this.#barriers[m]!, this.#barriers[m]!.times, facts);
    for (let l = 0; l < this.#closed.length; l++) this.#facts.passClosed(this.#closed[l]!, this.#closed[l]!.times, facts);
    facts.holds = this.#parts.gate.awaits || this.#passAllRouted(microBatch, facts);
    if (!facts.holds) return;
    for (let l = 0, firstOp = 0; l < this.#open.length; l++) {
      if (this.#segments.byRank) this.#facts.passByRank(this.#open[l]!, firstOp, facts);
      else this.#facts.passOpen(this.#open[l]!, l, firstOp, facts);
      firstOp += this.#open[l]!.ops.length;
    }
    this.#passBeside(facts);
    this.#facts.settle(facts);
    this.#facts.trail(facts);
    this.#leaveOut(facts);
    if (facts.ops !== undefined && this.#routed.length === 0) this.#facts.asked!.keep(facts.passes, this.#facts.row!.costs);
    if (microBatch.load === undefined || this.#routed.length > 0) return;
    facts.routed.set(microBatch.load.routed);
    facts.rankRows = microBatch.load.rankRows.slice();
    facts.fates.dropped = microBatch.load.fates.dropped;
    facts.fates.masked = microBatch.load.fates.masked;
    facts.maskedOf = microBatch.load.fatesOf?.masked.slice();
  }

  /** Tells `underWay` of the ops of the first pass of `run`, where layers route alike. */
  tellOps(run: SegmentTimes, underWay: UnderWay): void {
    this.#facts.asked!.take(run.facts!.passes, this.#facts.row!.costs);
    this.#ops ??= this.#makeOps();
    this.#ops.tell(run, underWay);
  }

  /** The pass that was timed last has ended: what was kept of its routing is told. */
  tellKept({ phase, replica }: MicroBatch): void {
    const { gate, recorder } = this.#parts;
    gate.maskedCopies[replica]! += this.#kept.tell(recorder.work, this.#stage.spec.id, phase);
  }

  /** Nothing is told of ranks that the others go on without. */
  #leaveOut({ busyNs, waitingNs }: PassSummary): void {
    for (let r = 0; this.#gone !== undefined && r < this.#gone.length; r++) {
      if (this.#gone[r] === 0) continue;
      busyNs.fill(0, r * KINDS, (r + 1) * KINDS);
      waitingNs.fill(0, r * 2, r * 2 + 2);
    }
  }

  /**
   * Layers draw their experts, which are awaited: for how long follows from the instant at which a layer could begin with them. `openNs` [open segments]: how
   * long each takes in this pass.
   */
  follow(facts: PassSummary, microBatch: MicroBatch, openNs: Float64Array): void {
    const { steps, open } = this.#segments;
    let atNs = microBatch.admittedNs;
    let next = 0;
    for (let s = 0; s < steps.length; s++) {
      const { of, layer } = steps[s]!;
      if (layer >= 0 && this.#routed[next]?.layer === layer) this.#drawRouted(this.#routed[next++]!, microBatch, facts);
      if ("op" in of) {
        if (of.op.work === "experts") this.#awaitExperts(of, microBatch, atNs, this.#facts.together, facts); // on one rank
        if (layer >= 0) this.#facts.meet(of, 1, facts);
        const { durationNs } = this.#facts.costAt[of.at]!;
        atNs += durationNs[lastToEnd(durationNs)]!;
        continue;
      }
      const number = open.indexOf(of);
      if (number >= 0) {
        atNs += openNs[number]!;
        continue;
      }
      if (layer >= 0) {
        const experts = of.ops.findIndex(({ op }) => op.work === "experts");
        if (experts >= 0) this.#awaitExperts(of.ops[experts]!, microBatch, atNs, this.#facts.timeClosed(of, experts), facts);
        this.#facts.passClosed(of, 1, facts);
      }
      atNs += this.#facts.tookNs(of);
    }
    this.#facts.settle(facts);
    this.#facts.trail(facts);
  }

  #drawRouted({ layer, ofLoad }: RoutedLayer, microBatch: MicroBatch, facts: PassSummary): void {
    const { gate, recorder } = this.#parts;
    gate.draw(layer, this.#stage.spec.id, microBatch, microBatch.admittedNs);
    recorder.work.routed(this.#stage.spec.id, microBatch.phase, layer, microBatch.load!);
    for (let o = 0; o < ofLoad.length; o++) if (ofLoad[o]!.op.work !== "experts") this.#ask(ofLoad[o]!, microBatch, facts);
  }

  /** Experts could begin `behindNs` [ranks] after `atNs`: what they take is known then. */
  #awaitExperts(experts: PlacedOp, microBatch: MicroBatch, atNs: number, behindNs: Float64Array, facts: PassSummary): void {
    for (let r = 0; r < behindNs.length; r++) this.#readyNs[r] = atNs + behindNs[r]!;
    this.#parts.gate.awaitExperts(microBatch.load!, this.#stage.spec.id, this.#readyNs, this.#readyNs);
    this.#ask(experts, microBatch, facts);
  }

  #ask({ op, at }: PlacedOp, microBatch: MicroBatch, { longestNs }: PassSummary): void {
    const { costs, gate } = this.#parts;
    const cost = this.#facts.costAt[at]!;
    if (op.work === "gate" && this.#routed.length === 0) gate.draw(op.layer, this.#stage.spec.id, microBatch, microBatch.admittedNs);
    costs.ask(op, microBatch, this.#stage.spec, cost);
    if (this.#slowdown !== undefined && op.work !== "host") slowDown(cost.durationNs, this.#slowdown[op.lane]);
    if (op.lane === NETWORK) longestNs[op.kind] = Math.max(longestNs[op.kind]!, cost.durationNs[lastToEnd(cost.durationNs)]!);
  }

  /** Layers that draw their experts. False where the times of one do not hold: then nothing is drawn, though the layers up to it are told. */
  #passAllRouted(microBatch: MicroBatch, facts: PassSummary): boolean {
    const mayFail = this.#routed.length > 0 && this.#segments.beside.length > 0;
    const { load, draws } = microBatch;
    if (mayFail) this.#before.take(draws!);
    for (let l = 0; l < this.#routed.length; l++) {
      this.#passRouted(this.#routed[l]!, microBatch, facts);
      if (!mayFail || this.#beside.fit()) continue;
      this.#before.goBack(draws!);
      load!.drawAgain(this.#takesNotes ? -1 : this.#routed[l]!.layer);
      return false;
    }
    return true;
  }

  /** A layer that draws its experts: what follows from them. */
  #passRouted({ layer, ofLoad, barriers, segments }: RoutedLayer, microBatch: MicroBatch, facts: PassSummary): void {
    const { gate, recorder } = this.#parts;
    gate.draw(layer, this.#stage.spec.id, microBatch, microBatch.admittedNs);
    const load = microBatch.load!;
    if (this.#takesNotes) this.#notes!.add(this.#stage.spec.id, load);
    else if (!microBatch.mayGoBack) {
      recorder.work.routed(this.#stage.spec.id, microBatch.phase, layer, load);
      if (this.#gone !== undefined) gate.maskedCopies[microBatch.replica]! += load.missed;
    } else this.#kept.keep(load, recorder.work.traffic !== undefined);
    for (let o = 0; o < ofLoad.length; o++) this.#ask(ofLoad[o]!, microBatch, facts);
    for (let m = 0; m < barriers.length; m++) this.#facts.meet(barriers[m]!, 1, facts);
    for (let l = 0; l < segments.length; l++) this.#facts.passClosed(segments[l]!, 1, facts);
  }

  #passBeside(facts: PassSummary): void {
    for (const op of this.#segments.beside) this.#facts.work(op, op.times, facts);
    if (this.#routed.length === 0) facts.holds = this.#beside.fit();
  }
}

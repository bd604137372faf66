import type { Groups } from "@tokenyard/placement";
import { addTimes, clearWorkTally, createOpCost, isOfLoad, NETWORK, OP_KINDS, type Op, type OpCost, type Work } from "@tokenyard/program";
import { createMark } from "@tokenyard/random";
import { addSlowest } from "../../logs/slowest.ts";
import { listOps } from "../../metrics/op-times.ts";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import { lastToEnd } from "../../stages/critical-path.ts";
import { type Slowdown, slowDown } from "../../stages/slowdown.ts";
import type { Stage } from "../../stages/stage.ts";
import type { StagedProgram } from "../../stages/stage-spec.ts";
import { createOpRun, type OpRun, timeOp } from "../../stages/timing.ts";
import type { PassSummary, WorkCosts } from "../accounts/pass-summary.ts";
import type { RunParts, RunSizes } from "../pass-run.ts";
import type { PlacedOp } from "../units/stretch.ts";
import { KeptRouting } from "./kept-routing.ts";
import type { BesideOp, RoutedLayer, Segment, Segments, StageBarrier } from "./segments.ts";

const KINDS = OP_KINDS.length;

/**
 * Works out the facts of a pass: its ops are timed once for all layers that are alike, and each segment and barrier once for all that are. Where layers
 * route apart, what follows from that is timed layer by layer.
 */
export class SegmentTimer {
  readonly #stage: Stage;
  /** [ops] */
  readonly #groups: readonly Groups[];
  readonly #segments: Segments;
  readonly #parts: RunParts;
  readonly #ranksPerGroup: number;
  /** [ranks] 1: the others go on without it */
  readonly #gone: Uint8Array | undefined;
  readonly #slowdown: Slowdown | undefined;
  /** Of passes that may be taken back. */
  readonly #kept = new KeptRouting();
  /** Those that route apart; none where all route alike. */
  readonly #routed: readonly RoutedLayer[];
  // What all layers have alike:
  readonly #barriers: readonly StageBarrier[];
  readonly #closed: readonly Segment[];
  readonly #ofTokens: readonly PlacedOp[];
  /** And behind them the last. */
  readonly #open: readonly Segment[];
  readonly #byWork: { [work in Work]?: OpCost } = {};
  /** [ops] of each closed segment */
  readonly #runs: ReadonlyMap<Segment, readonly OpRun[]>;
  readonly #together: Float64Array;
  /** How long each closed segment took that was timed last. */
  readonly #tookNs = new Map<Segment, number>();
  /** [ranks] when experts could begin */
  readonly #readyNs: Float64Array;
  /** [ranks] */
  readonly #sumsNs: Float64Array;
  /** Where the streams of a pass stood before it drew. */
  readonly #routing = createMark();
  readonly #overflow = createMark();

  constructor(
    stage: Stage,
    { groups }: StagedProgram,
    segments: Segments,
    parts: RunParts,
    dataGroups: number,
    { routesApart, shape }: Pick<RunSizes, "routesApart" | "shape">,
  ) {
    const { ranks } = stage.spec;
    const isAlike = (work: Work) => !(routesApart && isOfLoad(work));
    this.#routed = routesApart ? segments.routed! : [];
    this.#barriers = segments.barriers.filter(({ op }) => isAlike(op.work));
    this.#closed = segments.closed.filter(({ ops }) => ops.every(({ op }) => isAlike(op.work)));
    this.#ofTokens = segments.ofTokens.filter(({ op }) => isAlike(op.work));
    this.#stage = stage;
    this.#gone = shape?.gone;
    this.#slowdown = shape?.slowdown;
    this.#groups = groups;
    this.#segments = segments;
    this.#open = [...segments.open, segments.last];
    this.#parts = parts;
    this.#ranksPerGroup = ranks / dataGroups;
    const byRank = parts.recorder.work.probe?.wanted.bytes === true;
    for (const { op } of segments.ofTokens) this.#byWork[op.work] = createOpCost(ranks, byRank);
    this.#runs = new Map(segments.closed.map((segment) => [segment, segment.ops.map(() => createOpRun(ranks))]));
    this.#together = new Float64Array(ranks);
    this.#readyNs = new Float64Array(ranks);
    this.#sumsNs = new Float64Array(ranks);
  }

  /** Fills `facts`, whose tokens are those of the micro-batch's pass; where experts are awaited but for what `follow` adds. */
  fill(facts: PassSummary, microBatch: MicroBatch): void {
    this.#kept.clear();
    facts.closedNs = 0;
    facts.knowsLanes = false;
    facts.knowsProjections = false;
    if (facts.rankBytes.length > 0) facts.rankBytes.fill(0);
    facts.spentNs.fill(0);
    facts.longestNs.fill(0);
    facts.busyNs.fill(0);
    facts.waitingNs.fill(0);
    facts.slowestNs.fill(0);
    if (facts.ops !== undefined) facts.ops.length = 0;
    clearWorkTally(facts.work);
    for (let o = 0; o < this.#ofTokens.length; o++) this.#ask(this.#ofTokens[o]!.op, microBatch, facts);
    for (let m = 0; m < this.#barriers.length; m++) this.#meet(this.#barriers[m]!, this.#barriers[m]!.times, facts);
    for (let l = 0; l < this.#closed.length; l++) this.#passClosed(this.#closed[l]!, this.#closed[l]!.times, facts);
    facts.holds = this.#parts.gate.awaits || this.#passAllRouted(microBatch, facts);
    if (!facts.holds) return;
    for (let l = 0, firstOp = 0; l < this.#open.length; l++) {
      this.#passOpen(this.#open[l]!, l, firstOp, facts);
      firstOp += this.#open[l]!.ops.length;
    }
    this.#passBeside(facts);
    this.#trail(facts);
    this.#leaveOut(facts);
    if (facts.costs !== undefined && this.#routed.length === 0) this.#keepCosts(facts.costs);
    if (microBatch.load === undefined || this.#routed.length > 0) return;
    facts.routed.set(microBatch.load.routed);
    facts.rankRows = microBatch.load.rankRows.slice();
    facts.fates.dropped = microBatch.load.fates.dropped;
    facts.fates.masked = microBatch.load.fates.masked;
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
        if (of.op.work === "experts") this.#awaitExperts(of.op, microBatch, atNs, this.#together, facts); // on one rank
        if (layer >= 0) this.#meet(of, 1, facts);
        const { durationNs } = this.#byWork[of.op.work]!;
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
        if (experts >= 0) this.#awaitExperts(of.ops[experts]!.op, microBatch, atNs, this.#timeClosed(of, experts), facts);
        this.#passClosed(of, 1, facts);
      }
      atNs += this.#tookNs.get(of)!;
    }
    this.#trail(facts);
  }

  #drawRouted({ layer, ofLoad }: RoutedLayer, microBatch: MicroBatch, facts: PassSummary): void {
    const { gate, recorder } = this.#parts;
    gate.draw(layer, this.#stage.spec.id, microBatch, microBatch.admittedNs);
    recorder.work.routed(this.#stage.spec.id, microBatch.phase, layer, microBatch.load!);
    for (let o = 0; o < ofLoad.length; o++) if (ofLoad[o]!.work !== "experts") this.#ask(ofLoad[o]!, microBatch, facts);
  }

  /** Experts could begin `behindNs` [ranks] after `atNs`: what they take is known then. */
  #awaitExperts(experts: Op, microBatch: MicroBatch, atNs: number, behindNs: Float64Array, facts: PassSummary): void {
    for (let r = 0; r < behindNs.length; r++) this.#readyNs[r] = atNs + behindNs[r]!;
    this.#parts.gate.awaitExperts(microBatch.load!, this.#stage.spec.id, this.#readyNs, this.#readyNs);
    this.#ask(experts, microBatch, facts);
  }

  #ask(op: Op, microBatch: MicroBatch, { longestNs }: PassSummary): void {
    const { costs, gate } = this.#parts;
    const cost = this.#byWork[op.work]!;
    if (op.work === "gate" && this.#routed.length === 0) gate.draw(op.layer, this.#stage.spec.id, microBatch, microBatch.admittedNs);
    costs.ask(op, microBatch, this.#stage.spec, cost);
    if (this.#slowdown !== undefined && op.work !== "host") slowDown(cost.durationNs, this.#slowdown[op.lane]);
    if (op.lane === NETWORK) longestNs[op.kind] = Math.max(longestNs[op.kind]!, cost.durationNs[lastToEnd(cost.durationNs)]!);
  }

  /** Layers that draw their experts. False where the times of one do not hold: then nothing is drawn, though the layers up to it are told. */
  #passAllRouted(microBatch: MicroBatch, facts: PassSummary): boolean {
    const mayFail = this.#routed.length > 0 && this.#segments.beside.length > 0;
    const { load, draws } = microBatch;
    if (mayFail) {
      draws!.routing.mark(this.#routing);
      draws!.overflow.mark(this.#overflow);
    }
    for (let l = 0; l < this.#routed.length; l++) {
      this.#passRouted(this.#routed[l]!, microBatch, facts);
      if (!mayFail || this.#fitsBeside()) continue;
      draws!.routing.goBack(this.#routing);
      draws!.overflow.goBack(this.#overflow);
      load!.drawAgain(this.#routed[l]!.layer);
      return false;
    }
    return true;
  }

  /** A layer that draws its experts: what follows from them. */
  #passRouted({ layer, ofLoad, barriers, segments }: RoutedLayer, microBatch: MicroBatch, facts: PassSummary): void {
    const { gate, recorder } = this.#parts;
    gate.draw(layer, this.#stage.spec.id, microBatch, microBatch.admittedNs);
    const load = microBatch.load!;
    if (!microBatch.mayGoBack) {
      recorder.work.routed(this.#stage.spec.id, microBatch.phase, layer, load);
      if (this.#gone !== undefined) gate.maskedCopies[microBatch.replica]! += load.missed;
    } else this.#kept.keep(load, recorder.work.traffic !== undefined);
    for (let o = 0; o < ofLoad.length; o++) this.#ask(ofLoad[o]!, microBatch, facts);
    for (let m = 0; m < barriers.length; m++) this.#meet(barriers[m]!, 1, facts);
    for (let l = 0; l < segments.length; l++) this.#passClosed(segments[l]!, 1, facts);
  }

  #keepCosts({ durationNs, rankBytes, memoryBytes }: WorkCosts): void {
    const ranks = this.#together.length;
    for (let o = 0; o < this.#ofTokens.length; o++) {
      const cost = this.#byWork[this.#ofTokens[o]!.op.work]!;
      for (let r = 0; r < ranks; r++) durationNs[o * ranks + r] = cost.durationNs[r]!;
      for (let r = 0; r < cost.rankBytes.length; r++) rankBytes[o * ranks + r] = cost.rankBytes[r]!;
      memoryBytes[o] = cost.memoryBytes;
    }
  }

  #passBeside(facts: PassSummary): void {
    const { beside } = this.#segments;
    for (let b = 0; b < beside.length; b++) this.#work(beside[b]!, beside[b]!.times, facts);
    if (this.#routed.length === 0) facts.holds = this.#fitsBeside();
  }

  /** Whether what runs beside other ops is in nobody's way. */
  #fitsBeside(): boolean {
    const { beside } = this.#segments;
    for (let b = 0; b < beside.length; b++) {
      const { durationNs } = this.#byWork[beside[b]!.op.work]!;
      const others = this.#othersNs(beside[b]!);
      for (let r = 0; r < durationNs.length; r++) if (durationNs[r]! > others[r]!) return false;
    }
    return true;
  }

  /** [ranks] What those beside an op take at least, from when a rank could start them: as long as the slowest of those that have one together. */
  #othersNs({ others }: BesideOp): Float64Array {
    const sums = this.#sumsNs.fill(0);
    for (let o = 0; o < others.length; o++) {
      const { durationNs } = this.#byWork[others[o]!.op.work]!;
      const { offsets, members } = this.#groups[others[o]!.at]!;
      for (let g = 0; g + 1 < offsets.length; g++) {
        let longest = 0;
        for (let i = offsets[g]!; i < offsets[g + 1]!; i++) longest = Math.max(longest, durationNs[members[i]!]!);
        for (let i = offsets[g]!; i < offsets[g + 1]!; i++) sums[members[i]!]! += longest;
      }
    }
    return sums;
  }

  /** All ranks have an op together: it takes as long as the slowest. */
  #meet(placed: PlacedOp, times: number, facts: PassSummary): void {
    const { durationNs } = this.#byWork[placed.op.work]!;
    const { kind, lane } = placed.op;
    const longest = durationNs[lastToEnd(durationNs)]!;
    facts.closedNs += longest * times;
    facts.spentNs[kind] = facts.spentNs[kind]! + longest * times;
    for (let r = 0; r < durationNs.length; r++) facts.waitingNs[r * 2 + lane]! += (longest - durationNs[r]!) * times;
    this.#work(placed, times, facts);
  }

  /** Times the first `count` ops of a segment, from when all ranks enter it together; returns when each is through, [ranks]. */
  #timeClosed(segment: Segment, count: number): Float64Array {
    const { ops } = segment;
    const runs = this.#runs.get(segment)!;
    let ready = this.#together;
    for (let o = 0; o < count; o++) {
      const { op, at } = ops[o]!;
      timeOp(this.#groups[at]!, this.#together, ready, this.#byWork[op.work]!.durationNs, runs[o]!); // its lane is free: one micro-batch, op after op
      ready = runs[o]!.endNs;
    }
    return ready;
  }

  #passClosed(segment: Segment, times: number, facts: PassSummary): void {
    const { ops, until } = segment;
    const runs = this.#runs.get(segment)!;
    const ready = this.#timeClosed(segment, ops.length);
    for (let o = 0; o < ops.length; o++) {
      const { op } = ops[o]!;
      const { endNs, arrivedNs } = runs[o]!;
      const { durationNs } = this.#byWork[op.work]!;
      for (let r = 0; r < ready.length; r++) facts.waitingNs[r * 2 + op.lane]! += (endNs[r]! - arrivedNs[r]! - durationNs[r]!) * times;
      this.#work(ops[o]!, times, facts);
    }
    let rank = lastToEnd(ready);
    const segmentNs = ready[rank]!;
    this.#tookNs.set(segment, segmentNs);
    const { lane } = until!.op;
    facts.closedNs += segmentNs * times;
    for (let r = 0; r < ready.length; r++) facts.waitingNs[r * 2 + lane]! += (segmentNs - ready[r]!) * times;
    for (let o = ops.length - 1; o >= 0; o--) {
      const { startNs, endNs, cause } = runs[o]!;
      facts.spentNs[ops[o]!.op.kind]! += (endNs[rank]! - startNs[rank]!) * times;
      rank = cause[rank]!;
    }
  }

  #passOpen(segment: Segment, number: number, firstOp: number, facts: PassSummary): void {
    const groups = facts.tokens.length;
    for (let g = 0; g < groups; g++) facts.openNs[number * groups + g] = 0;
    for (let o = 0; o < segment.ops.length; o++) {
      const ofTokens = this.#byWork[segment.ops[o]!.op.work];
      if (ofTokens === undefined) continue;
      for (let g = 0; g < groups; g++) {
        const ns = ofTokens.durationNs[g * this.#ranksPerGroup]!;
        facts.opsNs[(firstOp + o) * groups + g] = ns;
        facts.openNs[number * groups + g]! += ns;
      }
      if (groups === 1) facts.spentNs[segment.ops[o]!.op.kind]! += facts.opsNs[firstOp + o]! * segment.times;
      this.#work(segment.ops[o]!, segment.times, facts);
    }
    if (groups === 1) facts.closedNs += facts.openNs[number]! * segment.times;
  }

  #trail({ trailNs }: PassSummary): void {
    const ranks = this.#together.length;
    for (const [lane, end] of this.#segments.ends.entries()) {
      if (end.in === "closed") {
        const runs = this.#runs.get(end.segment!)!;
        const { endNs } = runs[runs.length - 1 - end.behind]!;
        const segmentEnd = runs[runs.length - 1]!.endNs;
        const { durationNs } = this.#byWork[end.segment!.until!.op.work]!;
        const barrierNs = end.segment!.meets ? durationNs[lastToEnd(durationNs)]! : 0;
        for (let r = 0; r < ranks; r++) trailNs[lane * ranks + r] = barrierNs + segmentEnd[lastToEnd(segmentEnd)]! - endNs[r]!;
      } else if (end.in === "last") {
        for (let r = 0; r < ranks; r++) trailNs[lane * ranks + r] = 0;
        for (const { op } of end.segment!.ops.slice(end.segment!.ops.length - end.behind)) {
          const ofTokens = this.#byWork[op.work];
          for (let r = 0; ofTokens !== undefined && r < ranks; r++) trailNs[lane * ranks + r]! += ofTokens.durationNs[r]!;
        }
      }
    }
  }

  /** Ranks work on an op, `times`. */
  #work({ op }: PlacedOp, times: number, facts: PassSummary): void {
    const cost = this.#byWork[op.work]!;
    const { durationNs } = cost;
    const { work, busyNs, ops, rankBytes } = facts;
    for (let r = 0; r < durationNs.length; r++) busyNs[r * KINDS + op.kind]! += durationNs[r]! * times;
    if (op.work === "experts") addSlowest(durationNs, times, facts.slowestNs, 0, 1);
    addTimes(work, cost, times);
    for (let r = 0; cost.memoryBytes > 0 && r < rankBytes.length; r++) rankBytes[r] = rankBytes[r]! + cost.rankBytes[r]! * times;
    if (ops !== undefined && op.lane === NETWORK) listOps(ops, op.kind, durationNs[lastToEnd(durationNs)]!, times);
  }
}

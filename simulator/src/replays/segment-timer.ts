import { addTimes, clearWorkTally, createOpCost, NETWORK, OP_KINDS, type Op, type OpCost, type Work } from "@tokenyard/program";
import { lastToEnd } from "../stages/critical-path.ts";
import type { MicroBatch } from "../stages/micro-batch.ts";
import type { Stage } from "../stages/stage.ts";
import { createOpRun, type OpRun, timeOp } from "../stages/timing.ts";
import type { RunParts } from "./pass-run.ts";
import type { PassSummary } from "./pass-summary.ts";
import type { Segment, Segments } from "./segments.ts";
import type { PlacedOp } from "./stretch.ts";

const KINDS = OP_KINDS.length;

/** Works out the facts of a pass: its ops are timed once for all layers that are alike, and each segment and barrier once for all that are. */
export class SegmentTimer {
  readonly #stage: Stage;
  readonly #segments: Segments;
  readonly #parts: RunParts;
  readonly #ranksPerGroup: number;
  /** And behind them the last. */
  readonly #open: readonly Segment[];
  readonly #byWork: { [work in Work]?: OpCost } = {};
  /** [closed segments][ops] */
  readonly #runs: readonly (readonly OpRun[])[];
  readonly #together: Float64Array;

  constructor(stage: Stage, segments: Segments, parts: RunParts, dataGroups: number) {
    const { ranks } = stage.spec;
    this.#stage = stage;
    this.#segments = segments;
    this.#open = [...segments.open, segments.last];
    this.#parts = parts;
    this.#ranksPerGroup = ranks / dataGroups;
    for (const { op } of segments.ofTokens) this.#byWork[op.work] = createOpCost(ranks);
    this.#runs = segments.closed.map(({ ops }) => ops.map(() => createOpRun(ranks)));
    this.#together = new Float64Array(ranks);
  }

  /** Fills `facts`, whose tokens are those of the micro-batch's pass. */
  fill(facts: PassSummary, microBatch: MicroBatch): void {
    const { closed, barriers, ofTokens } = this.#segments;
    facts.closedNs = 0;
    facts.spentNs.fill(0);
    facts.longestNs.fill(0);
    facts.busyNs.fill(0);
    facts.waitingNs.fill(0);
    clearWorkTally(facts.work);
    for (let o = 0; o < ofTokens.length; o++) this.#ask(ofTokens[o]!.op, microBatch, facts);
    for (let m = 0; m < barriers.length; m++) this.#meet(barriers[m]!, barriers[m]!.times, facts);
    for (let l = 0; l < closed.length; l++) this.#passClosed(closed[l]!, this.#runs[l]!, facts);
    for (let l = 0, firstOp = 0; l < this.#open.length; l++) {
      this.#passOpen(this.#open[l]!, l, firstOp, facts);
      firstOp += this.#open[l]!.ops.length;
    }
    this.#trail(facts);
    if (microBatch.load === undefined) return;
    facts.routed.set(microBatch.load.routed);
    facts.rankRows = microBatch.load.rankRows.slice();
    facts.dropped = microBatch.load.fates.dropped;
  }

  #ask(op: Op, microBatch: MicroBatch, { longestNs }: PassSummary): void {
    const { costs, gate } = this.#parts;
    const cost = this.#byWork[op.work]!;
    if (op.work === "gate") gate.draw(op.layer, this.#stage.spec.id, microBatch);
    costs.ask(op, microBatch, this.#stage.spec, cost);
    if (op.lane === NETWORK) longestNs[op.kind] = Math.max(longestNs[op.kind]!, cost.durationNs[lastToEnd(cost.durationNs)]!);
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

  #passClosed({ ops, until, times }: Segment, runs: readonly OpRun[], facts: PassSummary): void {
    const { groups } = this.#stage.spec.slices[0]!;
    let ready = this.#together;
    for (let o = 0; o < ops.length; o++) {
      const { op, at } = ops[o]!;
      const run = runs[o]!;
      const { durationNs } = this.#byWork[op.work]!;
      timeOp(groups[at]!, this.#together, ready, durationNs, run); // its lane is free: one micro-batch, op after op
      for (let r = 0; r < ready.length; r++)
        facts.waitingNs[r * 2 + op.lane]! += (run.endNs[r]! - run.arrivedNs[r]! - durationNs[r]!) * times;
      this.#work(ops[o]!, times, facts);
      ready = run.endNs;
    }
    let rank = lastToEnd(ready);
    const segmentNs = ready[rank]!;
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
        const runs = this.#runs[this.#segments.closed.indexOf(end.segment!)]!;
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
    const { work, busyNs } = facts;
    for (let r = 0; r < durationNs.length; r++) busyNs[r * KINDS + op.kind]! += durationNs[r]! * times;
    addTimes(work, cost, times);
  }
}

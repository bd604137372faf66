import { addTimes, createOpCost, type Lane, NETWORK, OP_KINDS, type Op, type OpCost, type Work } from "@tokenyard/program";
import { addSlowest } from "../../logs/slowest.ts";
import { listOps } from "../../metrics/op-times.ts";
import type { Wanted } from "../../metrics/wanted.ts";
import { lastToEnd } from "../../stages/critical-path.ts";
import type { StagedProgram } from "../../stages/stage-spec.ts";
import { AskedRow } from "../accounts/asked-row.ts";
import type { PassSummary } from "../accounts/pass-summary.ts";
import { WorkCosts } from "../accounts/work-costs.ts";
import type { PlacedOp } from "../units/stretch.ts";
import { ClosedOp } from "./closed-op.ts";
import { SegmentSums } from "./segment-sums.ts";
import type { Segment, Segments } from "./segments.ts";

const KINDS = OP_KINDS.length;
const NO_ROW = { bytes: 0, lanes: 0 };

/** What barriers and segments come to, each timed from when all ranks enter it together, by what their ops take. */
export class SegmentFacts {
  /** What each work takes of the ranks; to be filled by whoever asks for the costs. */
  readonly byWork: { readonly [work in Work]?: OpCost };
  /** [ops of the program] that of its work; undefined where tokens do not tell of it */
  readonly costAt: readonly (OpCost | undefined)[];
  /** The same in a row, and where that stands among what samples ask for; where they do. */
  readonly asked: WorkCosts | undefined;
  readonly row: AskedRow | undefined;
  /** [ranks] 0: all enter together */
  readonly together: Float64Array;
  readonly #segments: Segments;
  readonly #ranksPerGroup: number;
  /** [ops] of each closed segment */
  readonly #runs: ReadonlyMap<Segment, readonly ClosedOp[]>;
  /** Closed ones of one op, which ranks have each for itself: it says all. */
  readonly #plain: ReadonlySet<Segment>;
  /** [ops of the program] the number of its work among those that tokens tell of; −1: of none */
  readonly #workAt: Int32Array;
  /** By those works. */
  readonly #sums: SegmentSums;
  /** How long each closed segment took that was timed last. */
  readonly #tookNs = new Map<Segment, number>();

  /** `wanted`: what samples ask for, where there are any. */
  constructor({ program, groups }: StagedProgram, segments: Segments, ranks: number, dataGroups: number, wanted: Wanted | undefined) {
    const { ofTokens } = segments;
    this.#segments = segments;
    this.#ranksPerGroup = ranks / dataGroups;
    this.asked = wanted?.work === true ? new WorkCosts(ofTokens.length, ranks, wanted.bytes) : undefined;
    this.row = wanted?.work === true ? new AskedRow(wanted, ranks) : undefined;
    this.byWork = Object.fromEntries(ofTokens.map(({ op }, o) => [op.work, this.asked?.costs[o] ?? createOpCost(ranks)]));
    this.costAt = program.ops.map(({ work }) => this.byWork[work]);
    this.#runs = new Map(segments.closed.map((segment) => [segment, segment.ops.map(({ at }) => new ClosedOp(groups[at]!, ranks))]));
    const isEnd = (segment: Segment) => segments.ends.some((end) => end.in === "closed" && end.segment === segment);
    const isAlone = (at: number) => groups[at]!.offsets.length === groups[at]!.members.length + 1;
    this.#plain = new Set(segments.closed.filter((segment) => segment.ops.length === 1 && isAlone(segment.ops[0]!.at) && !isEnd(segment)));
    this.#workAt = Int32Array.from(program.ops, ({ work }) => ofTokens.findIndex(({ op }) => op.work === work));
    this.#sums = new SegmentSums(
      ofTokens.map(({ op }) => op.kind),
      ranks,
    );
    this.together = new Float64Array(ranks);
  }

  /** A pass begins. */
  begin(): void {
    this.#sums.clear();
  }

  /** Adds what is kept apart until many layers are known. */
  settle(facts: PassSummary): void {
    this.#sums.settle(facts);
  }

  /** How long `segment` took when it was passed last. */
  tookNs(segment: Segment): number {
    return this.#tookNs.get(segment)!;
  }

  /** The ops of a closed segment, as `timeClosed` timed them last. */
  runsOf(segment: Segment): readonly ClosedOp[] {
    return this.#runs.get(segment)!;
  }

  /** All ranks have an op together: it takes as long as the slowest. `settle` tells the rest. */
  meet(placed: PlacedOp, times: number, facts: PassSummary): void {
    this.#passLevel(placed, placed.op.lane, times, facts);
  }

  /** Times the first `count` ops of a segment, from when all ranks enter it together; returns when each is through, [ranks]. */
  timeClosed(segment: Segment, count: number): Float64Array {
    const { ops } = segment;
    const runs = this.#runs.get(segment)!;
    let ready = this.together;
    for (let o = 0; o < count; o++) ready = runs[o]!.time(ready, this.costAt[ops[o]!.at]!.durationNs);
    return ready;
  }

  /** All ranks enter a closed segment together. `settle` tells the rest. */
  passClosed(segment: Segment, times: number, facts: PassSummary): void {
    const { ops, until } = segment;
    if (this.#plain.has(segment)) {
      this.#tookNs.set(segment, this.#passLevel(ops[0]!, until!.op.lane, times, facts));
      return;
    }
    const runs = this.#runs.get(segment)!;
    const ready = this.timeClosed(segment, ops.length);
    for (let o = 0; o < ops.length; o++) {
      const { op, at } = ops[o]!;
      this.#sums.addRun(this.#workAt[at]!, op.lane, runs[o]!, this.costAt[at]!.durationNs, times);
      this.#tell(op, this.costAt[at]!, times, facts);
    }
    let rank = lastToEnd(ready);
    const segmentNs = ready[rank]!;
    this.#tookNs.set(segment, segmentNs);
    facts.closedNs += segmentNs * times;
    this.#sums.addWait(until!.op.lane, ready, segmentNs, times);
    for (let o = ops.length - 1; o >= 0; o--) {
      const run = runs[o]!;
      const cause = run.causeOf(rank);
      facts.spentNs[ops[o]!.op.kind]! += (run.endNs[rank]! - run.readyNs[cause]!) * times;
      rank = cause;
    }
  }

  /** Of an open one, number `number`, what tokens tell of; its ops stand from `firstOp` on in `opsNs`. */
  passOpen(segment: Segment, number: number, firstOp: number, facts: PassSummary): void {
    const groups = facts.tokens.length;
    for (let g = 0; g < groups; g++) facts.openNs[number * groups + g] = 0;
    for (let o = 0; o < segment.ops.length; o++) {
      const ofTokens = this.costAt[segment.ops[o]!.at];
      if (ofTokens === undefined) continue;
      for (let g = 0; g < groups; g++) {
        const ns = ofTokens.durationNs[g * this.#ranksPerGroup]!;
        facts.opsNs[(firstOp + o) * groups + g] = ns;
        facts.openNs[number * groups + g]! += ns;
      }
      if (groups === 1) facts.spentNs[segment.ops[o]!.op.kind]! += facts.opsNs[firstOp + o]! * segment.times;
      this.work(segment.ops[o]!, segment.times, facts);
    }
    if (groups === 1) facts.closedNs += facts.openNs[number]! * segment.times;
  }

  /** The same of one that is timed rank by rank. */
  passByRank(segment: Segment, firstOp: number, facts: PassSummary): void {
    for (let o = 0; o < segment.ops.length; o++) {
      const ofTokens = this.byWork[segment.ops[o]!.op.work];
      if (ofTokens === undefined) continue;
      facts.rankOpsNs[firstOp + o]!.set(ofTokens.durationNs);
      this.work(segment.ops[o]!, segment.times, facts);
    }
  }

  /** Fills in how long before the end of the pass each lane was done, but for what of that is on segments that are timed rank by rank. */
  trail({ trailNs }: PassSummary): void {
    const ranks = this.together.length;
    for (const [lane, end] of this.#segments.ends.entries()) {
      if (end.in === "closed") {
        const runs = this.#runs.get(end.segment!)!;
        const { endNs } = runs[runs.length - 1 - end.behind]!;
        const segmentEnd = runs[runs.length - 1]!.endNs;
        const barrierNs = this.#barrierNs(end.segment!);
        for (let r = 0; r < ranks; r++) trailNs[lane * ranks + r] = barrierNs + segmentEnd[lastToEnd(segmentEnd)]! - endNs[r]!;
      } else if (end.in === "open") trailNs.fill(this.#barrierNs(end.segment!), lane * ranks, (lane + 1) * ranks);
      else if (end.in === "last" && !this.#segments.byRank) {
        for (let r = 0; r < ranks; r++) trailNs[lane * ranks + r] = 0;
        for (const { at } of end.segment!.ops.slice(end.segment!.ops.length - end.behind)) {
          const ofTokens = this.costAt[at];
          for (let r = 0; ofTokens !== undefined && r < ranks; r++) trailNs[lane * ranks + r]! += ofTokens.durationNs[r]!;
        }
      }
    }
  }

  /** How long the barrier takes at the end of a segment, where there is one. */
  #barrierNs({ until, meets }: Segment): number {
    if (!meets) return 0;
    const { durationNs } = this.costAt[until!.at]!;
    return durationNs[lastToEnd(durationNs)]!;
  }

  /** No bytes are known of a pass. */
  clearBytes({ passes }: PassSummary): void {
    const { bytes, lanes } = this.row ?? NO_ROW;
    for (let at = bytes; at < lanes; at++) passes[at] = 0;
  }

  /** Ranks work on an op, `times`. */
  work({ op, at }: PlacedOp, times: number, facts: PassSummary): void {
    const { durationNs } = this.costAt[at]!;
    for (let r = 0; r < durationNs.length; r++) facts.busyNs[r * KINDS + op.kind]! += durationNs[r]! * times;
    this.#tell(op, this.costAt[at]!, times, facts);
  }

  /** Ranks begin an op together, and wait on `lane` for the slowest; returns how long that took. */
  #passLevel({ op, at }: PlacedOp, lane: Lane, times: number, facts: PassSummary): number {
    const cost = this.costAt[at]!;
    const longest = this.#sums.addLevel(this.#workAt[at]!, lane, cost.durationNs, times);
    facts.closedNs += longest * times;
    facts.spentNs[op.kind]! += longest * times;
    this.#tell(op, cost, times, facts);
    return longest;
  }

  #tell(op: Op, cost: OpCost, times: number, { work, slowestNs, ops, passes }: PassSummary): void {
    const { durationNs } = cost;
    if (op.work === "experts") addSlowest(durationNs, times, slowestNs, 0, 1);
    addTimes(work, cost, times);
    if (ops === undefined) return;
    if (cost.memoryBytes > 0) {
      const { rankBytes, ranksEach } = cost;
      for (let at = this.row!.bytes, r = 0, each = 0; r < rankBytes.length; each++)
        for (const end = r + ranksEach; r < end; r++, at++) passes[at] = passes[at]! + rankBytes[each]! * times;
    }
    if (op.lane === NETWORK) listOps(ops, op.kind, durationNs[lastToEnd(durationNs)]!, times);
  }
}

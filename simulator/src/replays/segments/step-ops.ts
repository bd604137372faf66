import type { OpCost, Work } from "@tokenyard/program";
import { lastEndNs, lastToEnd } from "../../stages/critical-path.ts";
import type { PlacedOp } from "../units/stretch.ts";
import type { SegmentFacts } from "./segment-facts.ts";
import type { Segment, Step } from "./segments.ts";

/** An op that runs beside others, from when one of the step's has ended. */
export interface StartedOp {
  readonly placed: PlacedOp;
  /** Number of that one in the step. */
  readonly behind: number;
}

/** Ops of steps alike: when each ends, counted from when its step begins, and when those begin in a pass. */
export class StepOps {
  /** In turn, and behind them those that run beside. */
  readonly ops: readonly PlacedOp[];
  /** [ops] when each has ended on its last rank */
  readonly endsNs: Float64Array;
  /** How long the step takes. */
  tookNs = 0;
  /** [steps of a pass] */
  readonly startsNs: Float64Array;
  readonly #of: Step["of"];
  /** Whether the ranks of a data group pass it together, others apart from them. */
  readonly #isOpen: boolean;
  readonly #inTurn: readonly PlacedOp[];
  readonly #beside: readonly StartedOp[];
  /** [ops in turn] when each ends on each rank, where it is not timed as a closed segment */
  readonly #rankEndsNs: readonly Float64Array[];

  /** `startsNs`: of the steps alike. */
  constructor(of: Step["of"], isOpen: boolean, beside: readonly StartedOp[], startsNs: Float64Array, ranks: number) {
    this.#of = of;
    this.#isOpen = isOpen;
    this.#inTurn = "op" in of ? [of] : of.ops;
    this.#beside = beside;
    this.ops = [...this.#inTurn, ...beside.map(({ placed }) => placed)];
    this.endsNs = new Float64Array(this.ops.length);
    this.startsNs = startsNs;
    this.#rankEndsNs = isOpen ? this.#inTurn.map(() => new Float64Array(ranks)) : [];
  }

  /** Times it once for all, where works take `costs`. */
  time(facts: SegmentFacts, costs: { readonly [work in Work]?: OpCost }): void {
    if ("op" in this.#of) {
      const { durationNs } = costs[this.#of.op.work]!;
      this.endsNs[0] = durationNs[lastToEnd(durationNs)]!;
    } else if (this.#isOpen) this.#timeOpen(costs);
    else this.#timeClosed(this.#of, facts);
    this.tookNs = 0;
    for (let o = 0; o < this.#inTurn.length; o++) if (this.endsNs[o]! > this.tookNs) this.tookNs = this.endsNs[o]!;
    for (let b = 0; b < this.#beside.length; b++) this.#timeBeside(b, facts, costs);
  }

  #timeOpen(costs: { readonly [work in Work]?: OpCost }): void {
    let beforeNs: Float64Array | undefined;
    for (let o = 0; o < this.#inTurn.length; o++) {
      const { durationNs } = costs[this.#inTurn[o]!.op.work]!;
      const endNs = this.#rankEndsNs[o]!;
      for (let r = 0; r < endNs.length; r++) endNs[r] = (beforeNs === undefined ? 0 : beforeNs[r]!) + durationNs[r]!;
      this.endsNs[o] = lastEndNs(endNs);
      beforeNs = endNs;
    }
  }

  #timeClosed(segment: Segment, facts: SegmentFacts): void {
    facts.timeClosed(segment, this.#inTurn.length);
    const runs = facts.runsOf(segment);
    for (let o = 0; o < this.#inTurn.length; o++) this.endsNs[o] = lastEndNs(runs[o]!.endNs);
  }

  #timeBeside(b: number, facts: SegmentFacts, costs: { readonly [work in Work]?: OpCost }): void {
    const { placed, behind } = this.#beside[b]!;
    const { durationNs } = costs[placed.op.work]!;
    const freeNs = this.#freeNs(behind, facts);
    let last = 0;
    for (let r = 0; r < durationNs.length; r++) {
      const endNs = (freeNs === undefined ? this.tookNs : freeNs[r]!) + durationNs[r]!;
      if (endNs > last) last = endNs;
    }
    this.endsNs[this.#inTurn.length + b] = last;
  }

  /** When op number `o` has ended on each rank; undefined: on all with the step. */
  #freeNs(o: number, facts: SegmentFacts): Float64Array | undefined {
    if ("op" in this.#of) return undefined;
    return this.#isOpen ? this.#rankEndsNs[o] : facts.runsOf(this.#of)[o]!.endNs;
  }
}

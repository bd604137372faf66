import type { Groups } from "@tokenyard/placement";
import { COMPUTE, type GroupCost } from "@tokenyard/program";
import { pacesOf, type Slowdown } from "../../../stages/slowdown.ts";
import type { PassSummary } from "../../accounts/pass-summary.ts";
import type { LaneEnd, Segment, Segments } from "../segments.ts";
import { OpenRun } from "./open-run.ts";

/** Open segments timed rank by rank, where ranks of a data group may go apart: pass by pass those that grow, the others once for all. */
export class OpenRuns {
  /** And behind them the last. */
  readonly all: readonly OpenRun[];
  // [ranks] of one such op:
  readonly attentionNs: Float64Array;
  readonly windowedNs: Float64Array;
  readonly headNs: Float64Array;
  readonly #numbers: ReadonlyMap<Segment, number>;
  readonly #dataGroups: number;
  /** [ranks] */
  readonly #factors: Float64Array;
  // By pace: its data group, and by how much its kernels take longer, and what one attention that grows takes of it.
  readonly #groupOf: Int32Array;
  readonly #factorOf: Float64Array;
  readonly #paceNs: Float64Array;
  /** What is not timed pass by pass. */
  #fixedNs = 0;

  constructor({ open, last }: Segments, groups: readonly Groups[], slowdown: Slowdown, dataGroups: number) {
    const factors = slowdown[COMPUTE];
    const ranks = factors.length;
    const paceOf = pacesOf(slowdown, dataGroups);
    const firsts = [...new Set(paceOf)].map((pace) => paceOf.indexOf(pace));
    this.attentionNs = new Float64Array(ranks);
    this.windowedNs = new Float64Array(ranks);
    this.headNs = new Float64Array(ranks);
    this.#dataGroups = dataGroups;
    this.#factors = factors;
    this.#groupOf = Int32Array.from(firsts, (r) => Math.floor((r * dataGroups) / ranks));
    this.#factorOf = Float64Array.from(firsts, (r) => factors[r]!);
    this.#paceNs = new Float64Array(firsts.length);
    this.#numbers = new Map([...open, last].map((segment, l) => [segment, l]));
    this.all = [...open, last].map((segment) => new OpenRun(segment, groups, paceOf, firsts.length));
  }

  /** Passes begin with as many tokens as `facts`; `windowed` and `head` [data groups]: what these take of ranks at full speed. */
  begin({ closedNs, rankOpsNs }: PassSummary, windowed: GroupCost, head: GroupCost): void {
    this.#spread(windowed.durationNs, 0, this.windowedNs);
    this.#spread(head.durationNs, 0, this.headNs);
    this.#fixedNs = closedNs;
    for (let l = 0, place = 0; l < this.all.length; l++) {
      const segment = this.all[l]!;
      const { ops, durationsNs } = segment;
      for (let o = 0; o < ops.length; o++, place++) {
        const { work } = ops[o]!.op;
        durationsNs[o] = work === "windowed-attention" ? this.windowedNs : work === "head" ? this.headNs : rankOpsNs[place]!;
      }
      segment.begin();
      if (segment.grows) continue;
      segment.time(this.attentionNs);
      this.#fixedNs += segment.tookNs * segment.times;
    }
  }

  /** How long pass number `i` takes, where one attention takes `attentionNs` [passes × data groups] of ranks at full speed. */
  passNs(attentionNs: Float64Array, i: number): number {
    let sumNs = this.#fixedNs;
    const from = i * this.#dataGroups;
    const paceNs = this.#paceNs;
    for (let p = 0; p < paceNs.length; p++) paceNs[p] = Math.round(attentionNs[from + this.#groupOf[p]!]! * this.#factorOf[p]!);
    let isTimed = false;
    for (let l = 0; l < this.all.length; l++) {
      const segment = this.all[l]!;
      if (!segment.grows) continue;
      let ns = segment.growingNs(paceNs);
      if (ns === undefined) {
        if (!isTimed) this.#spread(attentionNs, from, this.attentionNs);
        isTimed = true;
        segment.time(this.attentionNs);
        ns = segment.tookNs;
      }
      sumNs += ns * segment.times;
    }
    return sumNs;
  }

  /** Times all segments that grow in pass number `i`. */
  time(attentionNs: Float64Array, i: number): void {
    this.#spread(attentionNs, i * this.#dataGroups, this.attentionNs);
    for (let l = 0; l < this.all.length; l++) if (this.all[l]!.grows) this.all[l]!.time(this.attentionNs);
  }

  /** How long before the end of the pass that was timed last rank `r` had done with a lane; `trailNs`: what of that is behind these segments, and not on the last. */
  trailNs({ in: where, segment, behind }: LaneEnd, trailNs: number, r: number): number {
    const last = this.all[this.all.length - 1]!;
    if (where !== "last" && where !== "open") return last.tookNs + trailNs;
    const of = where === "last" ? last : this.all[this.#numbers.get(segment!)!]!;
    const ownNs = of.tookNs - of.endNs(of.ops.length - 1 - behind, r, this.attentionNs);
    return where === "last" ? ownNs : last.tookNs + trailNs + ownNs;
  }

  /** What an op of sequences takes of each rank, that takes of a data group at full speed what stands in `groupNs` from `from` on. */
  #spread(groupNs: Float64Array, from: number, into: Float64Array): void {
    const size = into.length / this.#dataGroups;
    for (let r = 0, g = from; r < into.length; g++) {
      const ns = groupNs[g]!;
      for (const end = r + size; r < end; r++) into[r] = Math.round(ns * this.#factors[r]!);
    }
  }
}

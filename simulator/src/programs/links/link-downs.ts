import type { Groups, Plan } from "@tokenyard/placement";
import { OP_KINDS, type Op } from "@tokenyard/program";
import { Histogram } from "@tokenyard/report";
import type { StageSpec } from "../stage-spec.ts";
import type { OpRun } from "../timing.ts";
import { type DownTimes, endAfter, joined } from "./down-times.ts";
import { fabricOf } from "./fabric.ts";

/** Time in which collectives stopped for links that were down, by op kind. */
export class Delays {
  readonly ns: readonly Histogram[] = OP_KINDS.map(() => new Histogram());
  /** Whether any link is down for so short a time. */
  isAny = false;

  /** Adds the delay of an op that has ended. */
  add({ kind }: Op, ns: number): void {
    if (ns > 0) this.ns[kind]!.add(ns, 1);
  }
}

/** When links that a stage needs are down for so short a time that collectives only wait for them. */
export class LinkDowns {
  readonly delays: Delays;
  /** [groups] down times of all members */
  readonly #ofGroups = new Map<Groups, readonly (DownTimes | undefined)[]>();
  /** [ranks] */
  readonly #ofSends: readonly (DownTimes | undefined)[];
  /** Down times of the whole replica. */
  readonly #all: DownTimes;
  /** Place in it of the first that is not over. */
  #at = 0;

  /** `ofRank`: those of links, by rank; `all`: those of all ranks of the replica. */
  constructor(spec: StageSpec, plan: Plan, ofRank: ReadonlyMap<number, DownTimes>, all: DownTimes, delays: Delays) {
    const { crosses, sendsTo } = fabricOf(spec, plan);
    this.#all = all;
    this.delays = delays;
    for (const [groups, own] of crosses) {
      const of = (g: number) => [...groups.members.subarray(groups.offsets[g], groups.offsets[g + 1])];
      this.#ofGroups.set(
        groups,
        own.map((isCrossing, g) => (isCrossing ? joined(of(g).map((local) => ofRank.get(spec.firstRank + local))) : undefined)),
      );
    }
    this.#ofSends = Array.from(sendsTo, (to, local) => (to < 0 ? undefined : joined([ofRank.get(spec.firstRank + local), ofRank.get(to)])));
  }

  /** When links are down next, or since when, if they are at `nowNs`, which never falls; Infinity: they will not be. */
  nextNs(nowNs: number): number {
    while (this.#at < this.#all.length && this.#all[this.#at + 1]! <= nowNs) this.#at += 2;
    return this.#at < this.#all.length ? this.#all[this.#at]! : Number.POSITIVE_INFINITY;
  }

  /** `op` has been timed as `run` says, the last group ending at `endNs`: those that meet links that are down end later. Returns when the last one does. */
  hold({ work }: Op, groups: Groups, run: OpRun, endNs: number): number {
    run.heldNs = 0;
    const ofGroups = work === "send" ? this.#ofSends : this.#ofGroups.get(groups);
    if (ofGroups === undefined) return endNs;
    let last = endNs;
    for (let g = 0; g < ofGroups.length; g++) {
      const times = ofGroups[g];
      if (times === undefined) continue;
      const { members, offsets } = groups;
      const first = members[offsets[g]!]!;
      const heldNs = endAfter(times, run.startNs[first]!, run.endNs[first]!) - run.endNs[first]!;
      if (heldNs === 0) continue;
      run.heldNs = Math.max(run.heldNs, heldNs);
      for (let m = offsets[g]!; m < offsets[g + 1]!; m++) {
        run.durationNs[members[m]!]! += heldNs;
        run.endNs[members[m]!]! += heldNs;
      }
      last = Math.max(last, run.endNs[first]!);
    }
    return last;
  }
}

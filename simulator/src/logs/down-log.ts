import { COMPUTE, LANES, type Lane } from "@tokenyard/program";
import type { StageLanes } from "../programs/stage-spec.ts";
import type { RankTimes } from "./rank-times.ts";

/** Ranks that were down: with all of their stage, or left behind by others that go on. */
export class DownLog {
  /** [ranks] whether others go on without it: then all of its time is down */
  readonly isGone: Uint8Array;
  isAnyGone = false;
  readonly #times: RankTimes;
  /** [ranks] down since it was left behind, or before, in all */
  readonly #goneNs: Float64Array;
  /** Stages and the instants from and to which they were down, one after the other. */
  readonly #spans: number[] = [];

  constructor(times: RankTimes, ranks: number) {
    this.#times = times;
    this.isGone = new Uint8Array(ranks);
    this.#goneNs = new Float64Array(ranks);
  }

  /** A rank that is gone has been so for another `ns` of a lane. */
  stayGone(rank: number, phase: number, lane: Lane, ns: number): void {
    this.#times.addDown(rank, phase, lane, ns);
    if (lane === COMPUTE) this.#goneNs[rank]! += ns;
  }

  /** From `nowNs` on others run without the rank of `stage` at index `local`, or it takes part again. */
  leave({ spec: { firstRank }, laneFreeNs }: StageLanes, local: number, isGone: boolean, nowNs: number): void {
    const rank = firstRank + local;
    if ((this.isGone[rank] === 1) === isGone) return;
    for (const lane of LANES) {
      this.#rest(rank, lane, nowNs - laneFreeNs[lane][local]!);
      laneFreeNs[lane][local] = nowNs;
    }
    this.isGone[rank] = isGone ? 1 : 0;
    this.isAnyGone ||= isGone;
  }

  /** Records that `stage` was down from `fromNs` to `toNs`; until then its lanes were idle. */
  down({ spec: { id, firstRank, ranks }, laneFreeNs }: StageLanes, fromNs: number, toNs: number): void {
    this.#spans.push(id, fromNs, toNs);
    for (let r = 0; r < ranks; r++) {
      for (const lane of LANES) {
        const freeNs = laneFreeNs[lane][r]!;
        const sinceNs = Math.max(fromNs, freeNs);
        this.#rest(firstRank + r, lane, sinceNs - freeNs);
        this.#times.addDown(firstRank + r, this.#times.phaseOf(firstRank + r, lane), lane, toNs - sinceNs);
        laneFreeNs[lane][r] = toNs;
      }
    }
  }

  /** Part of the time from `fromNs` to `toNs` in which `rank`, of stage `id`, was up. */
  thereNs(rank: number, id: number, fromNs: number, toNs: number): number {
    let ns = toNs - fromNs;
    for (let at = 0; at < this.#spans.length; at += 3) {
      if (this.#spans[at] !== id) continue;
      ns -= Math.max(0, Math.min(toNs, this.#spans[at + 2]!) - Math.max(fromNs, this.#spans[at + 1]!));
    }
    return Math.max(0, ns - this.#goneNs[rank]!);
  }

  /** A lane has had nothing to do for `ns`. */
  #rest(rank: number, lane: Lane, ns: number): void {
    const phase = this.#times.phaseOf(rank, lane);
    if (this.isGone[rank] === 1) this.stayGone(rank, phase, lane, ns);
    else this.#times.addIdle(rank, phase, lane, ns);
  }
}

import type { Stream } from "@tokenyard/random";
import type { Visits } from "../draws/visits.ts";
import type { Mix } from "./mixes.ts";

/** Picks of an expert that are tried before those that are left are looked through. */
const MOST_TRIES = 32;

/** Chooses the experts of one token after another. */
export class Chosen {
  readonly experts: number;
  readonly #chosenAt: Float64Array; // [experts] the token that last chose it
  #visitedAt = new Float64Array(0); // [ranks, and behind them nodes] the token that last came there
  #now = 0;

  constructor(experts: number) {
    this.experts = experts;
    this.#chosenAt = new Float64Array(experts);
  }

  /** `last` [topK] are the experts of the token before, −1 where there was none: keeps each with the chance `repeat`, others follow one after another by weight. */
  next(last: Int32Array, mix: Mix, repeat: number, stream: Stream): void {
    const now = ++this.#now;
    let kept = 0;
    if (last[0]! >= 0 && repeat > 0) {
      for (let k = 0; k < last.length; k++) {
        if (stream.next() >= repeat) continue;
        last[kept++] = last[k]!;
        this.#chosenAt[last[kept - 1]!] = now;
      }
    }
    for (let k = kept; k < last.length; k++) {
      const expert = this.#another(mix, now, stream);
      this.#chosenAt[expert] = now;
      last[k] = expert;
    }
  }

  /** One that is not chosen yet, by weight among those. */
  #another({ byWeight, weights }: Mix, now: number, stream: Stream): number {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const expert = byWeight.pick(stream);
      if (this.#chosenAt[expert] !== now) return expert;
    }
    let left = 0;
    for (let x = 0; x < weights.length; x++) if (this.#chosenAt[x] !== now) left += weights[x]!;
    let u = stream.next() * left;
    let last = -1;
    for (let x = 0; x < weights.length; x++) {
      if (this.#chosenAt[x] === now) continue;
      last = x;
      u -= weights[x]!;
      if (u < 0) return x;
    }
    return last;
  }

  addVisits(chosen: Int32Array, { places, toRanks, toNodes }: Visits, source: number): void {
    const { rankOf, nodeOf, nodes } = places;
    const ranks = nodeOf.length;
    if (this.#visitedAt.length < ranks + nodes) this.#visitedAt = new Float64Array(ranks + nodes);
    const visitedAt = this.#visitedAt;
    const now = this.#now;
    for (let k = 0; k < chosen.length; k++) {
      const rank = rankOf[chosen[k]!]!;
      const node = ranks + nodeOf[rank]!;
      if (visitedAt[rank] !== now) toRanks[source * ranks + rank]! += 1;
      if (visitedAt[node] !== now) toNodes[source * nodes + nodeOf[rank]!]! += 1;
      visitedAt[rank] = now;
      visitedAt[node] = now;
    }
  }
}

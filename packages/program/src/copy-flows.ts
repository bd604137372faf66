import { TokenFlows } from "@tokenyard/cluster";
import type { Plan } from "@tokenyard/placement";
import type { ExpertLoad } from "./expert-load.ts";

/** The copies that members of an exchange group send each other: worked out once for the dispatch of a load and its combine. */
export class CopyFlows {
  /** Copies that each member sends to others, or gets, whichever are more, once `count` has counted [data groups]. */
  readonly most: Float64Array;
  /** Those that all send to others. */
  moved = 0;
  readonly #flows = new TokenFlows();
  readonly #arrived: Float64Array;
  /** Data groups that share an expert; they send to its slot of their own number. */
  readonly #parts: number;
  /** Experts' ranks of a data group. */
  readonly #perGroup: number;
  /** [experts' ranks] their data group, the first of those that share it */
  readonly #memberOf: Int32Array;
  // What is known, of which load:
  #load: ExpertLoad | undefined;
  #settled = -1;
  #share = -1;
  #isListed = false;
  #isCounted = false;

  constructor({ attentionTensor, tensor, expert, dataGroups }: Plan) {
    this.#parts = Math.max(1, tensor / attentionTensor);
    this.#perGroup = Math.max(1, attentionTensor / tensor);
    this.#memberOf = Int32Array.from({ length: expert }, (_, e) => (this.#parts > 1 ? e * this.#parts : Math.floor(e / this.#perGroup)));
    this.most = new Float64Array(dataGroups);
    this.#arrived = new Float64Array(dataGroups);
  }

  /** From data group to data group, to the experts on place `share` of each. */
  of(load: ExpertLoad, share: number): TokenFlows {
    this.#see(load, share);
    if (this.#isListed) return this.#flows;
    this.#isListed = true;
    this.#flows.clear();
    const sent = load.arrivals();
    const { places, lengths, columns } = load.arrivalLists();
    for (let from = 0; from < lengths.length; from++) {
      const row = from * columns;
      for (let at = row, end = row + lengths[from]!; at < end; at++) {
        const e = places[at]!;
        if (this.#reaches(e, share)) this.#flows.send(from, this.#memberOf[e]! + (from % this.#parts), sent[row + e]!);
      }
    }
    return this.#flows;
  }

  /** The same, counted. */
  count(load: ExpertLoad, share: number): void {
    this.#see(load, share);
    if (this.#isCounted) return;
    this.#isCounted = true;
    const { most } = this;
    const arrived = this.#arrived;
    const memberOf = this.#memberOf;
    const parts = this.#parts;
    const reachesAll = parts > 1 || this.#perGroup === 1;
    const sent = load.arrivals();
    const { places, lengths, columns } = load.arrivalLists();
    for (let g = 0; g < arrived.length; g++) arrived[g] = 0;
    let moved = 0;
    for (let from = 0; from < lengths.length; from++) {
      const row = from * columns;
      let left = 0;
      for (let at = row, end = row + lengths[from]!; at < end; at++) {
        const e = places[at]!;
        if (!reachesAll && !this.#reaches(e, share)) continue;
        const to = parts > 1 ? memberOf[e]! + (from % parts) : memberOf[e]!;
        if (to === from) continue;
        const copies = sent[row + e]!;
        left += copies;
        arrived[to]! += copies;
      }
      most[from] = left;
      moved += left;
    }
    for (let g = 0; g < arrived.length; g++) if (arrived[g]! > most[g]!) most[g] = arrived[g]!;
    this.moved = moved;
  }

  #reaches(e: number, share: number): boolean {
    return this.#parts > 1 || e % this.#perGroup === share;
  }

  #see(load: ExpertLoad, share: number): void {
    if (this.#load === load && this.#settled === load.settled && this.#share === share) return;
    this.#load = load;
    this.#settled = load.settled;
    this.#share = share;
    this.#isListed = false;
    this.#isCounted = false;
  }
}

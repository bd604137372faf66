import type { Lists } from "./lists.ts";
import type { ExpertPlaces, Visits } from "./visits.ts";

const WORD = 32; // bits

/** Destinations of tokens whose experts were picked one after another. */
export class PickedVisits {
  readonly #picks: Int32Array;
  readonly #topK: number;
  readonly #nodes = new WeakMap<ExpertPlaces, Int32Array>(); // see nodesOf
  #visitedAt = new Float64Array(0); // [ranks or nodes] the token that last came there
  #visiting = 0;
  #listedAt = new Float64Array(0); // [ranks] the call that last listed it
  #listing = 0;

  /** `picks` [tokens × topK] */
  constructor(picks: Int32Array, topK: number) {
    this.#picks = picks;
    this.#topK = topK;
  }

  /** Adds the tokens of the first `picked` picks to the visits of `source`; `lists`, if given, record its ranks. */
  add(picked: number, { places, toRanks, toNodes }: Visits, source: number, lists: Lists | undefined): void {
    const { rankOf, nodeOf, nodes } = places;
    if (lists !== undefined) this.#listRanks(picked, rankOf, toRanks, source, lists);
    this.#addPlaces(picked, rankOf, toRanks, source * nodeOf.length, nodeOf.length);
    if (nodes === 1) toNodes[source]! += picked / this.#topK;
    else this.#addPlaces(picked, this.#nodesOf(places), toNodes, source * nodes, nodes);
  }

  /** Lists the ranks of the first `picked` picks that `source` had not sent to before. */
  #listRanks(picked: number, rankOf: Int32Array, toRanks: Float64Array, source: number, { places, lengths, columns }: Lists): void {
    const picks = this.#picks;
    const first = source * columns;
    const listed = this.#listing + 1;
    this.#listing = listed;
    if (this.#listedAt.length < columns) this.#listedAt = new Float64Array(columns);
    const listedAt = this.#listedAt;
    let next = first + lengths[source]!;
    for (let i = 0; i < picked; i++) {
      const rank = rankOf[picks[i]!]!;
      if (toRanks[first + rank] !== 0 || listedAt[rank] === listed) continue;
      listedAt[rank] = listed;
      places[next++] = rank;
    }
    lengths[source] = next - first;
  }

  /** Adds to `out` from `first` on, by the `count` places of `placeOf` [experts], how many tokens come there. Without a branch that could not be predicted. */
  #addPlaces(picked: number, placeOf: Int32Array, out: Float64Array, first: number, count: number): void {
    const picks = this.#picks;
    const topK = this.#topK;
    if (count <= WORD) {
      for (let at = 0; at < picked; ) {
        let been = 0;
        for (const end = at + topK; at < end; at++) {
          const place = placeOf[picks[at]!]!;
          out[first + place]! += ((been >>> place) & 1) ^ 1;
          been |= 1 << place;
        }
      }
      return;
    }
    if (this.#visitedAt.length < count) this.#visitedAt = new Float64Array(count);
    const visitedAt = this.#visitedAt;
    let now = this.#visiting;
    for (let at = 0; at < picked; ) {
      now++;
      for (const end = at + topK; at < end; at++) {
        const place = placeOf[picks[at]!]!;
        const isNew = visitedAt[place] === now ? 0 : 1;
        visitedAt[place] = now;
        out[first + place]! += isNew;
      }
    }
    this.#visiting = now;
  }

  /** [experts] node of each */
  #nodesOf(places: ExpertPlaces): Int32Array {
    const nodes = this.#nodes.get(places) ?? places.rankOf.map((rank) => places.nodeOf[rank]!);
    this.#nodes.set(places, nodes);
    return nodes;
  }
}

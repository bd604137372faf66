import { binomial, lnCommoner, type Stream } from "@tokenyard/random";
import { setChances } from "./set-chances.ts";
import type { ExpertPlaces, Visits } from "./visits.ts";

const NEW_RANK = 1;
const NEW_NODE = 2;

/** How far a token has come on its tour: not to this node yet, to this node but not to this rank, to this rank. */
const STATES = 3;

/**
 * Counts of copies and of visits at once, drawn exactly: going through the experts node by node and rank by rank, tokens are kept by how many
 * experts they still need and whether they have been to this rank, or node. Source: docs/models.md#visits.
 */
export class ExpertTour {
  readonly #places: ExpertPlaces;
  readonly #topK: number;
  readonly #order: Int32Array; // [experts]
  readonly #turn: Uint8Array; // [experts] in that order: what begins with it
  readonly #taking: Float64Array; // [experts × topK] in that order, see SetChances
  readonly #lnTaking: Float64Array; // `lnCommoner` of each
  readonly #needing: Float64Array; // [STATES × (topK + 1)]

  constructor(weights: Float64Array, topK: number, places: ExpertPlaces) {
    const { rankOf, nodeOf } = places;
    const nodeOfExpert = (e: number) => nodeOf[rankOf[e]!]!;
    this.#places = places;
    this.#topK = topK;
    this.#order = Int32Array.from(weights.keys()).sort((a, b) => nodeOfExpert(a) - nodeOfExpert(b) || rankOf[a]! - rankOf[b]! || a - b);
    this.#turn = Uint8Array.from(this.#order, (e, i) => {
      const before = this.#order[i - 1];
      if (before === undefined || nodeOfExpert(before) !== nodeOfExpert(e)) return NEW_NODE;
      return rankOf[before] === rankOf[e] ? 0 : NEW_RANK;
    });
    this.#taking = setChances(
      Float64Array.from(this.#order, (e) => weights[e]!),
      topK,
    ).taking;
    this.#lnTaking = this.#taking.map(lnCommoner);
    this.#needing = new Float64Array(STATES * (topK + 1));
  }

  /** Fills the row `source` of `out` [sources × experts] and of `visits` for `tokens` tokens. */
  count(tokens: number, stream: Stream, out: Float64Array, source: number, visits: Visits): void {
    const experts = this.#order.length;
    const { rankOf, nodeOf, nodes } = this.#places;
    const row = this.#topK + 1;
    const needing = this.#needing.fill(0);
    needing[this.#topK] = tokens;
    let toRank = 0;
    let toNode = 0;
    for (let i = 0; i < experts; i++) {
      const e = this.#order[i]!;
      if (this.#turn[i] !== 0) {
        toRank = 0;
        if (this.#turn[i] === NEW_NODE) toNode = 0;
        this.#arrive(this.#turn[i]!);
      }
      let copies = 0;
      // from those who have been here to those who have not, and j rises: no token is asked twice about one expert
      for (let state = STATES - 1; state >= 0; state--) {
        for (let j = 1; j < row; j++) {
          const waiting = needing[state * row + j]!;
          if (waiting === 0) continue;
          const at = i * this.#topK + j - 1;
          const taking = binomial(stream, waiting, this.#taking[at]!, this.#lnTaking[at]!);
          needing[state * row + j] = waiting - taking;
          needing[(STATES - 1) * row + j - 1]! += taking;
          copies += taking;
          if (state < STATES - 1) toRank += taking;
          if (state === 0) toNode += taking;
        }
      }
      out[source * experts + e] = copies;
      const rank = rankOf[e]!;
      visits.toRanks[source * nodeOf.length + rank] = toRank;
      visits.toNodes[source * nodes + nodeOf[rank]!] = toNode;
    }
  }

  /** Nobody has been to the rank that comes now; nor, where a node begins, to the node. */
  #arrive(turn: number): void {
    const row = this.#topK + 1;
    const needing = this.#needing;
    for (let j = 0; j < row; j++) {
      needing[row + j]! += needing[2 * row + j]!;
      needing[2 * row + j] = 0;
      if (turn !== NEW_NODE) continue;
      needing[j]! += needing[row + j]!;
      needing[row + j] = 0;
    }
  }
}

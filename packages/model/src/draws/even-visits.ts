import { type ExpertPlaces, sumCopies, type Visits } from "./visits.ts";

/**
 * Visits under an even gate whose tokens choose no expert together more often than others do: of the copies for a rank with L of E experts
 * 1 − C(E−L, K)/C(E, K) tokens in K·L/E copies come, and for a node alike. Not whole numbers. Source: docs/models/routing.md#visits.
 */
export class EvenVisits {
  readonly #topK: number;
  readonly #places: ExpertPlaces;
  readonly #ofRanks: Float64Array; // [ranks] visits per copy
  readonly #ofNodes: Float64Array; // [nodes]

  constructor(topK: number, places: ExpertPlaces) {
    const { rankOf, nodeOf, nodes } = places;
    const onRank = new Float64Array(nodeOf.length);
    const onNode = new Float64Array(nodes);
    for (const rank of rankOf) {
      onRank[rank]! += 1;
      onNode[nodeOf[rank]!]! += 1;
    }
    this.#topK = topK;
    this.#places = places;
    this.#ofRanks = onRank.map((held) => visitsPerCopy(held, rankOf.length, topK));
    this.#ofNodes = onNode.map((held) => visitsPerCopy(held, rankOf.length, topK));
  }

  /** Fills the row `source` of `visits` for the `copies` [sources × experts] of its `tokens` tokens. */
  fill(tokens: number, copies: Float64Array, source: number, visits: Visits): void {
    sumCopies(copies, source, visits);
    if (this.#topK === 1) return;
    const { nodeOf, nodes } = this.#places;
    const { toRanks, toNodes } = visits;
    for (let node = 0; node < nodes; node++) {
      const at = source * nodes + node;
      toNodes[at] = Math.min(tokens, toNodes[at]! * this.#ofNodes[node]!);
    }
    for (let rank = 0; rank < nodeOf.length; rank++) {
      const at = source * nodeOf.length + rank;
      const atNode = source * nodes + nodeOf[rank]!;
      toRanks[at] = Math.min(tokens, toRanks[at]! * this.#ofRanks[rank]!);
      toNodes[atNode] = Math.max(toNodes[atNode]!, toRanks[at]!);
    }
  }
}

/** Tokens that come, for each copy that comes, to where `held` of the experts are. */
function visitsPerCopy(held: number, experts: number, topK: number): number {
  if (held === 0) return 0;
  let passes = 1; // that none of a token's experts is there
  for (let i = 0; i < topK; i++) passes *= Math.max(0, experts - held - i) / (experts - i);
  return ((1 - passes) * experts) / (topK * held);
}

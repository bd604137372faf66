import { multinomial, type Stream } from "@tokenyard/random";
import { ExpertTree } from "./expert-tree.ts";
import { expertChances, LEAST_WEIGHT, setChances } from "./set-chances.ts";
import { type ExpertPlaces, sumCopies, type Visits } from "./visits.ts";

/**
 * How many of n tokens choose each expert, when a token's experts are `topK` different ones, the set S with P(S) ∝ Π weight(e), e in S.
 * The counts are drawn exactly: for many tokens by halves of the experts, for few of them token by token.
 * Source: docs/models.md#routing.
 */
export class ExpertChoice {
  readonly #weights: Float64Array; // [experts], adding up to 1
  readonly #topK: number;
  readonly #cumulative: Float64Array; // [experts]
  readonly #guide: Int32Array; // [experts], see guideOf
  readonly #allDifferent: number; // see SetChances
  readonly #picks: Int32Array; // [topK] of the token at hand
  readonly #pickedAt: Float64Array; // [experts] the try that last picked it
  readonly #trees = new Map<ExpertPlaces | undefined, ExpertTree>();
  #tries = 0;

  /** `weights` [experts] are positive and add up to 1; topK is at most their number. */
  constructor(weights: Float64Array, topK: number) {
    this.#weights = weights.map((weight) => Math.max(weight, LEAST_WEIGHT));
    this.#topK = topK;
    this.#allDifferent = setChances(this.#weights, topK).allDifferent;
    this.#cumulative = cumulated(this.#weights);
    this.#guide = guideOf(this.#cumulative);
    this.#picks = new Int32Array(topK);
    this.#pickedAt = new Float64Array(weights.length);
  }

  /**
   * Fills the row `source` of `out` [sources × experts] with the copies that `tokens` tokens send, which add up to tokens · topK; and of
   * `visits`, where some are given, with what follows from the same choices.
   */
  count(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits): void {
    const experts = this.#weights.length;
    if (this.#topK === 1) {
      multinomial(stream, tokens, this.#weights, out, source * experts);
      if (visits !== undefined) sumCopies(out, source, visits);
    } else if (tokens <= TOKENS_PER_EXPERT * experts * this.#allDifferent) this.#countEach(tokens, stream, out, source, visits);
    else this.#treeOf(visits?.places).count(tokens, stream, out, source, visits);
  }

  /** Share of all copies that each expert gets in the mean [experts]. */
  shares(): Float64Array {
    return expertChances(setChances(this.#weights, this.#topK), this.#topK).map((chance) => chance / this.#topK);
  }

  #treeOf(places: ExpertPlaces | undefined): ExpertTree {
    const tree = this.#trees.get(places) ?? new ExpertTree(this.#weights, this.#topK, places);
    this.#trees.set(places, tree);
    return tree;
  }

  /** Token after token: independent picks, all begun anew when one comes twice, give every set its chance ∝ Π weights. */
  #countEach(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits): void {
    const picks = this.#picks;
    const pickedAt = this.#pickedAt;
    const offset = source * this.#weights.length;
    out.fill(0, offset, offset + this.#weights.length);
    if (visits !== undefined) clearVisits(visits, source);
    for (let token = 0; token < tokens; token++) {
      let picked = 0;
      this.#tries++;
      while (picked < picks.length) {
        const expert = this.#pick(stream.next());
        if (pickedAt[expert] === this.#tries) {
          picked = 0;
          this.#tries++;
        } else {
          pickedAt[expert] = this.#tries;
          picks[picked++] = expert;
        }
      }
      for (let i = 0; i < picked; i++) out[offset + picks[i]!]! += 1;
      if (visits !== undefined) addVisits(picks, visits, source);
    }
  }

  /** The first expert whose cumulative weight lies above `u`; the last one if rounding left none. */
  #pick(u: number): number {
    const cumulative = this.#cumulative;
    const last = cumulative.length - 1;
    let expert = this.#guide[Math.floor(u * cumulative.length)]!;
    while (expert < last && cumulative[expert]! <= u) expert++;
    return expert;
  }
}

/** Adds one token with `picks` [topK] to the visits of `source`. */
function addVisits(picks: Int32Array, { places, toRanks, toNodes }: Visits, source: number): void {
  const { rankOf, nodeOf, nodes } = places;
  for (let i = 0; i < picks.length; i++) {
    const rank = rankOf[picks[i]!]!;
    const node = nodeOf[rank]!;
    let newRank = 1;
    let newNode = 1;
    for (let before = 0; before < i && newRank === 1; before++) {
      const other = rankOf[picks[before]!]!;
      if (other === rank) newRank = 0;
      if (nodeOf[other] === node) newNode = 0;
    }
    if (newRank === 0) continue;
    toRanks[source * nodeOf.length + rank]! += 1;
    toNodes[source * nodes + node]! += newNode;
  }
}

function clearVisits({ places, toRanks, toNodes }: Visits, source: number): void {
  const ranks = places.nodeOf.length;
  toRanks.fill(0, source * ranks, (source + 1) * ranks);
  toNodes.fill(0, source * places.nodes, (source + 1) * places.nodes);
}

/** Up to so many tokens for each expert, as many as are picked without a second try, drawing one by one is the cheaper way, about. */
const TOKENS_PER_EXPERT = 0.6;

function cumulated(weights: Float64Array): Float64Array {
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum;
  });
}

/**
 * Guide [experts]: at g, the first expert whose cumulative weight lies above g / experts. From there a search for u ≥ g / experts
 * takes two steps on average, whatever the weights (Chen and Asau 1974).
 */
function guideOf(cumulative: Float64Array): Int32Array {
  const guide = new Int32Array(cumulative.length);
  let expert = 0;
  for (let g = 0; g < guide.length; g++) {
    while (expert < cumulative.length - 1 && cumulative[expert]! <= g / guide.length) expert++;
    guide[g] = expert;
  }
  return guide;
}

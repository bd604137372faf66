import { binomial, lnCommoner, multinomial, type Stream } from "@tokenyard/random";
import { ExpertTour } from "./expert-tour.ts";
import { LEAST_WEIGHT, setChances } from "./set-chances.ts";
import { type ExpertPlaces, sumCopies, type Visits } from "./visits.ts";

/**
 * How many of n tokens choose each expert, when a token's experts are `topK` different ones, the set S with P(S) ∝ Π weight(e), e in S.
 * The counts are drawn exactly: for many tokens by at most experts × topK binomials, for few of them token by token.
 * Source: docs/models.md#routing.
 */
export class ExpertChoice {
  readonly #weights: Float64Array; // [experts], adding up to 1
  readonly #topK: number;
  readonly #taking: Float64Array; // [experts × topK], see SetChances
  readonly #lnTaking: Float64Array; // `lnCommoner` of each
  readonly #cumulative: Float64Array; // [experts]
  readonly #guide: Int32Array; // [experts], see guideOf
  readonly #allDifferent: number; // see SetChances
  readonly #needing: Float64Array; // [topK + 1] tokens that still need j experts
  readonly #picks: Int32Array; // [topK] of the token at hand
  readonly #pickedAt: Float64Array; // [experts] the try that last picked it
  readonly #tours = new Map<ExpertPlaces, ExpertTour>();
  #tries = 0;

  /** `weights` [experts] are positive and add up to 1; topK is at most their number. */
  constructor(weights: Float64Array, topK: number) {
    this.#weights = weights.map((weight) => Math.max(weight, LEAST_WEIGHT));
    this.#topK = topK;
    const { taking, allDifferent } = setChances(this.#weights, topK);
    this.#taking = taking;
    this.#lnTaking = taking.map(lnCommoner);
    this.#allDifferent = allDifferent;
    this.#cumulative = cumulated(this.#weights);
    this.#guide = guideOf(this.#cumulative);
    this.#needing = new Float64Array(topK + 1);
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
    } else if (tokens <= PICKS_PER_BINOMIAL * experts * this.#allDifferent) this.#countEach(tokens, stream, out, source, visits);
    else if (visits === undefined) this.#countTogether(tokens, stream, out, source * experts);
    else this.#tourOf(visits.places).count(tokens, stream, out, source, visits);
  }

  #tourOf(places: ExpertPlaces): ExpertTour {
    const tour = this.#tours.get(places) ?? new ExpertTour(this.#weights, this.#topK, places);
    this.#tours.set(places, tour);
    return tour;
  }

  /** Expert after expert: of the tokens that still need j of the experts left, a binomial number takes this one. */
  #countTogether(tokens: number, stream: Stream, out: Float64Array, offset: number): void {
    const topK = this.#topK;
    const needing = this.#needing;
    needing.fill(0);
    needing[topK] = tokens;
    for (let e = 0; e < this.#weights.length; e++) {
      let copies = 0;
      for (let j = 1; j <= topK; j++) {
        const waiting = needing[j]!;
        if (waiting === 0) continue;
        const at = e * topK + j - 1;
        const taking = binomial(stream, waiting, this.#taking[at]!, this.#lnTaking[at]!);
        needing[j] = waiting - taking;
        needing[j - 1]! += taking; // j rises, so no token is asked twice about one expert
        copies += taking;
      }
      out[offset + e] = copies;
    }
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

/** How many picks cost as much as a binomial, about. A token takes topK / acceptance picks or fewer; all of them take experts × topK binomials. */
const PICKS_PER_BINOMIAL = 3;

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

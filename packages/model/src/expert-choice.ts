import { binomial, multinomial, type Stream } from "@tokenyard/random";

/**
 * How many of n tokens choose each expert, when a token's experts are `topK` different ones, the set S with P(S) ∝ Π weight(e), e in S.
 * The counts are drawn exactly: for many tokens by at most experts × topK binomials, for few of them token by token.
 * Source: docs/models.md#routing.
 */
export class ExpertChoice {
  readonly #weights: Float64Array; // [experts], adding up to 1
  readonly #topK: number;
  readonly #chances: Float64Array; // [experts × topK], see chancesOf
  readonly #cumulative: Float64Array; // [experts]
  readonly #guide: Int32Array; // [experts], see guideOf
  /** Chance that `topK` independent picks are all different. */
  readonly #acceptance: number;
  readonly #needing: Float64Array; // [topK + 1] tokens that still need j experts
  readonly #picks: Int32Array; // [topK] of the token at hand
  readonly #pickedAt: Float64Array; // [experts] the try that last picked it
  #tries = 0;

  /** `weights` [experts] are positive and add up to 1; topK is at most their number. */
  constructor(weights: Float64Array, topK: number) {
    this.#weights = weights.map((weight) => Math.max(weight, LEAST_WEIGHT));
    this.#topK = topK;
    const { chances, acceptance } = chancesOf(this.#weights, topK);
    this.#chances = chances;
    this.#acceptance = acceptance;
    this.#cumulative = cumulated(this.#weights);
    this.#guide = guideOf(this.#cumulative);
    this.#needing = new Float64Array(topK + 1);
    this.#picks = new Int32Array(topK);
    this.#pickedAt = new Float64Array(weights.length);
  }

  /** Fills `out[offset … offset + experts − 1]` with the copies that `tokens` tokens send; they add up to tokens · topK. */
  count(tokens: number, stream: Stream, out: Float64Array, offset: number): void {
    const experts = this.#weights.length;
    if (this.#topK === 1) multinomial(stream, tokens, this.#weights, out, offset);
    else if (tokens <= PICKS_PER_BINOMIAL * experts * this.#acceptance) this.#countEach(tokens, stream, out, offset);
    else this.#countTogether(tokens, stream, out, offset);
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
        const taking = binomial(stream, waiting, this.#chances[e * topK + j - 1]!);
        needing[j] = waiting - taking;
        needing[j - 1]! += taking; // j rises, so no token is asked twice about one expert
        copies += taking;
      }
      out[offset + e] = copies;
    }
  }

  /** Token after token: independent picks, all begun anew when one comes twice, give every set its chance ∝ Π weights. */
  #countEach(tokens: number, stream: Stream, out: Float64Array, offset: number): void {
    const picks = this.#picks;
    const pickedAt = this.#pickedAt;
    out.fill(0, offset, offset + this.#weights.length);
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

/** How many picks cost as much as a binomial, about. A token takes topK / acceptance picks or fewer; all of them take experts × topK binomials. */
const PICKS_PER_BINOMIAL = 3;

/** Under this a weight's ratio to another could leave the range of numbers. No sample would ever show the difference. */
const LEAST_WEIGHT = 1e-300;

/**
 * Chances [experts × topK] at (e, j − 1): that a token which still needs j of the experts e, e + 1, … takes e.
 * With R(j, e) the sum over all j-sets of experts from e on of their products of weights, that is w·R(j−1, e+1) / R(j, e).
 * The R soon leave the range of numbers, their ratios r(j, e) = R(j, e) / R(j−1, e) do not, and the chance is w / (w + r(j, e+1)).
 */
function chancesOf(weights: Float64Array, topK: number): { chances: Float64Array; acceptance: number } {
  const chances = new Float64Array(weights.length * topK);
  const ratios = new Float64Array(topK + 1); // r(j, e+1) while e is at hand; 0 where fewer than j experts are left
  for (let e = weights.length - 1; e >= 0; e--) {
    const weight = weights[e]!;
    for (let j = Math.min(topK, weights.length - e); j >= 1; j--) {
      chances[e * topK + j - 1] = weight / (weight + ratios[j]!);
      ratios[j] = j === 1 ? weight + ratios[1]! : (weight + ratios[j]!) / (weight / ratios[j - 1]! + 1);
    }
  }
  let acceptance = 1; // topK! · R(topK, 0), the weights adding up to 1
  for (let j = 1; j <= topK; j++) acceptance *= j * ratios[j]!;
  return { chances, acceptance };
}

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

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
  /** Chance that `topK` independent picks are all different. */
  readonly #acceptance: number;
  readonly #needing: Float64Array; // [topK + 1] tokens that still need j experts
  readonly #picks: Int32Array; // [topK] of the token at hand

  /** `weights` [experts] are positive and add up to 1; topK is at most their number. */
  constructor(weights: Float64Array, topK: number) {
    this.#weights = weights.map((weight) => Math.max(weight, LEAST_WEIGHT));
    this.#topK = topK;
    const { chances, acceptance } = chancesOf(this.#weights, topK);
    this.#chances = chances;
    this.#acceptance = acceptance;
    this.#cumulative = cumulated(this.#weights);
    this.#needing = new Float64Array(topK + 1);
    this.#picks = new Int32Array(topK);
  }

  /** Fills `out[offset … offset + experts − 1]` with the copies that `tokens` tokens send; they add up to tokens · topK. */
  count(tokens: number, stream: Stream, out: Float64Array, offset: number): void {
    const experts = this.#weights.length;
    if (this.#topK === 1) multinomial(stream, tokens, this.#weights, out, offset);
    else if (tokens <= experts * this.#acceptance) this.#countEach(tokens, stream, out, offset);
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
    out.fill(0, offset, offset + this.#weights.length);
    for (let token = 0; token < tokens; token++) {
      let picked = 0;
      while (picked < picks.length) {
        const expert = firstAbove(this.#cumulative, stream.next());
        let twice = false;
        for (let i = 0; i < picked; i++) twice ||= picks[i] === expert;
        picks[picked] = expert;
        picked = twice ? 0 : picked + 1;
      }
      for (let i = 0; i < picked; i++) out[offset + picks[i]!]! += 1;
    }
  }
}

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

/** The first index whose cumulative weight lies above `u`; the last one if rounding left none. */
function firstAbove(cumulative: Float64Array, u: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! > u) high = middle;
    else low = middle + 1;
  }
  return low;
}

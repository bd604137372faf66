import { AliasTable, exp, ln, type Stream } from "@tokenyard/random";
import { setChances } from "./set-chances.ts";

/** Number of heaviest experts that have a table of all their sets. */
export const HEAVIEST = 8;
const WORD = 32; // bits
/** Largest number of experts for which half a word nearly always decides the expert. */
const MOST_BY_HALVES = 512;
const MOST_TRIES = 1 << 30;

/**
 * Draws the experts of one token. The heaviest experts, which independent picks would often repeat, are drawn by a table of all their sets,
 * where a set A has the chance Π weight(e), e in A, · R(topK − |A|) of the others. The others are picked one by one, and all again when one
 * repeats. Source: docs/models/routing.md#routing.
 */
export class HeaviestSets {
  readonly #topK: number;
  readonly #sets: AliasTable;
  /** [sets × HEAVIEST] the experts of each, as many as its size */
  readonly #members: Int32Array;
  readonly #sizes: Int32Array;
  /** Undefined where all experts are among the heaviest. */
  readonly #others: AliasTable | undefined;
  /** Bits of a word that each draw uses. */
  readonly #bits: number;
  readonly #pickedAt: Int32Array; // [experts] the try that last picked it
  #tries = 0;
  /** How many times the others of a token are begun, in the mean. */
  readonly meanTries: number;

  /** `weights` [experts] are at least LEAST_WEIGHT and add up to 1; topK is at most their number. */
  constructor(weights: Float64Array, topK: number) {
    const heavy = heaviest(weights);
    const others = weights.slice();
    for (const e of heavy) others[e] = 0;
    const light = others.filter((weight) => weight > 0);
    let total = 0;
    for (let i = 0; i < light.length; i++) total += light[i]!;
    for (let i = 0; i < light.length; i++) light[i]! /= total;
    for (let e = 0; e < others.length; e++) others[e]! /= total;
    const { ratios } = setChances(light, topK);
    // ln of R(j) of the others, and of the chance that j picks of them are all different
    const lnSums = [0];
    const lnDifferent = [0];
    for (let j = 1; j <= topK; j++) {
      const lnRatio = light.length < j ? Number.NEGATIVE_INFINITY : ln(ratios[j]!);
      lnSums.push(lnSums[j - 1]! + lnRatio + ln(total));
      lnDifferent.push(lnDifferent[j - 1]! + lnRatio + ln(j));
    }
    const count = 1 << heavy.length;
    const lnChances = new Float64Array(count);
    this.#members = new Int32Array(count * HEAVIEST);
    this.#sizes = new Int32Array(count);
    const lnWeights = new Float64Array(count); // of sets
    for (let i = 0, set = 1; i < heavy.length; i++) {
      const lnWeight = ln(weights[heavy[i]!]!);
      for (const end = 2 * set; set < end; set++) {
        const before = set - (1 << i); // it, without expert number i
        const size = this.#sizes[before]!;
        lnWeights[set] = lnWeights[before]! + lnWeight;
        for (let k = 0; k < size; k++) this.#members[set * HEAVIEST + k] = this.#members[before * HEAVIEST + k]!;
        this.#members[set * HEAVIEST + size] = heavy[i]!;
        this.#sizes[set] = size + 1;
      }
    }
    let likeliest = Number.NEGATIVE_INFINITY;
    for (let set = 0; set < count; set++) {
      lnChances[set] = lnWeights[set]! + (lnSums[topK - this.#sizes[set]!] ?? Number.NEGATIVE_INFINITY);
      likeliest = Math.max(likeliest, lnChances[set]!);
    }
    let sum = 0;
    for (let set = 0; set < count; set++) sum += exp(lnChances[set]! - likeliest);
    const chances = lnChances.map((chance) => exp(chance - likeliest) / sum);
    this.#topK = topK;
    this.#bits = weights.length <= MOST_BY_HALVES ? WORD / 2 : WORD;
    this.#sets = new AliasTable(chances, this.#bits);
    if (light.length > 0) this.#others = new AliasTable(others, this.#bits);
    this.#pickedAt = new Int32Array(weights.length);
    this.meanTries = chances.reduce(
      (mean, chance, set) => (chance === 0 ? mean : mean + chance / exp(lnDifferent[topK - this.#sizes[set]!]!)),
      0,
    );
  }

  /** Fills `picks` from its start with the experts of `tokens` tokens; up to HEAVIEST places after them may change. */
  pick(tokens: number, stream: Stream, picks: Int32Array): void {
    const topK = this.#topK;
    const sets = this.#sets;
    const others = this.#others!; // not asked where there are none
    const members = this.#members;
    const sizes = this.#sizes;
    const pickedAt = this.#pickedAt;
    const { cells, columnBits } = others ?? sets;
    const columnMask = cells.length / 2 - 1;
    const parts = WORD / this.#bits; // of a word, each for one draw
    const mask = parts === 1 ? -1 : (1 << this.#bits) - 1;
    const shift = this.#bits % WORD;
    if (this.#tries > MOST_TRIES) {
      pickedAt.fill(0);
      this.#tries = 0;
    }
    let now = this.#tries;
    let word = 0;
    let left = 0;
    for (let first = 0, end = topK; end <= tokens * topK; first += topK, end += topK) {
      if (left === 0) {
        word = stream.bits();
        left = parts;
      }
      const set = sets.at(word & mask, stream);
      word >>>= shift;
      left--;
      const row = set * HEAVIEST; // all eight, as their number cannot be predicted; a loop is a sixth slower
      picks[first] = members[row]!;
      picks[first + 1] = members[row + 1]!;
      picks[first + 2] = members[row + 2]!;
      picks[first + 3] = members[row + 3]!;
      picks[first + 4] = members[row + 4]!;
      picks[first + 5] = members[row + 5]!;
      picks[first + 6] = members[row + 6]!;
      picks[first + 7] = members[row + 7]!;
      const from = first + sizes[set]!;
      let at = from;
      now++;
      while (at < end) {
        if (left === 0) {
          word = stream.bits();
          left = parts;
        }
        // as AliasTable.at has it
        const column = word & columnMask;
        const beyond = cells[2 * column]! - ((word & mask) >>> columnBits);
        const expert = beyond === 0 ? others.edge(column, stream) : column ^ ((column ^ cells[2 * column + 1]!) & (beyond >> (WORD - 1)));
        word >>>= shift;
        left--;
        if (pickedAt[expert] === now) {
          at = from;
          now++;
        } else {
          pickedAt[expert] = now;
          picks[at++] = expert;
        }
      }
    }
    this.#tries = now;
  }
}

/** The experts with most weight, the heaviest first; of equals those that come first. */
function heaviest(weights: Float64Array): number[] {
  const heavy: number[] = [];
  for (let e = 0; e < weights.length; e++) {
    let place = heavy.length;
    while (place > 0 && weights[heavy[place - 1]!]! < weights[e]!) place--;
    if (place === HEAVIEST) continue;
    heavy.splice(place, 0, e);
    if (heavy.length > HEAVIEST) heavy.pop();
  }
  return heavy;
}

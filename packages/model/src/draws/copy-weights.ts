import { expertChances, LEAST_WEIGHT, setChances } from "./set-chances.ts";

const SURELY = 1 - 1e-9; // from this chance on an expert counts as visited by every token
const MOST_STEPS = 200; // 35 are enough but in the most lopsided cases
const CLOSE = 1e-9;

/**
 * Weights [experts], adding up to 1, under which tokens that visit `topK` experts each, with P(S) ∝ Π weight, send copies in the
 * proportions of `copies` [experts]. At least topK of these must be over 0. An expert gets one copy of a token at most, so a larger share
 * than 1/topK means every token, and the rest keep their proportions among themselves. Source: docs/models/routing.md#recorded-copies.
 */
export function copyWeights(copies: ArrayLike<number>, topK: number): Float64Array {
  const wanted = wantedChances(copies, topK);
  const sure = wanted.filter((chance) => chance >= SURELY).length;
  const open = [...wanted.keys()].filter((e) => wanted[e]! > 0 && wanted[e]! < SURELY);
  const openWeights = weightsOf(
    Float64Array.from(open, (e) => wanted[e]!),
    topK - sure,
  );
  // an expert that every token visits outweighs the rest, so that no sample would ever show a token without it
  const weights = wanted.map((chance) => (chance >= SURELY ? 1 / sure : 0));
  const scale = sure === 0 ? 1 : 1e-40;
  open.forEach((e, i) => {
    weights[e] = openWeights[i]! * scale;
  });
  return weights;
}

/** Chances [experts] of being visited by a token: in proportion to `copies`, none over 1, topK together. */
function wantedChances(copies: ArrayLike<number>, topK: number): Float64Array {
  const chances = new Float64Array(copies.length);
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    let left = topK;
    let sum = 0;
    for (let e = 0; e < copies.length; e++) {
      if (chances[e]! >= SURELY) left--;
      else sum += copies[e]!;
    }
    for (let e = 0; e < copies.length; e++) {
      if (chances[e]! >= SURELY) continue;
      chances[e] = sum === 0 ? 0 : (left * copies[e]!) / sum;
      if (chances[e]! >= SURELY) {
        chances[e] = 1;
        isChanged = true;
      }
    }
  }
  return chances;
}

/**
 * Weights under which each expert is visited with its chance in `wanted`, all between 0 and 1. Given the others' weights an expert's odds
 * are proportional to its own, so each step moves every weight half-way (in logarithms) to where its own odds would be right.
 */
function weightsOf(wanted: Float64Array, topK: number): Float64Array {
  let weights = normalised(wanted.map(odds));
  for (let step = 0; step < MOST_STEPS && topK > 0; step++) {
    const chances = expertChances(setChances(weights, topK), topK);
    if (chances.every((chance, e) => Math.abs(chance - wanted[e]!) <= CLOSE * wanted[e]!)) break;
    weights = normalised(weights.map((weight, e) => weight * Math.sqrt(odds(wanted[e]!) / odds(chances[e]!))));
  }
  return weights;
}

function odds(chance: number): number {
  return chance / Math.max(1 - chance, 1e-12);
}

function normalised(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.max(weight / sum, LEAST_WEIGHT));
}

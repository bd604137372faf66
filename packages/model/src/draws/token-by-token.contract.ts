import type { Stream } from "@tokenyard/random";
import type { ExpertPlaces } from "./visits.ts";

// The slow reference of every gate with popularity: tokens that choose one by one, from a list of all sets of experts.

/** All sets of `size` experts out of `experts`. */
function setsOf(experts: number, size: number, first = 0): number[][] {
  if (size === 0) return [[]];
  const sets: number[][] = [];
  for (let e = first; e < experts; e++) for (const rest of setsOf(experts, size - 1, e + 1)) sets.push([e, ...rest]);
  return sets;
}

/** Each set's chance, by writing out P(S) ∝ Π weight; `upTo` is the sum of the chances up to and with this one. */
function chancesOfSets(weights: Float64Array, topK: number): { set: number[]; chance: number; upTo: number }[] {
  const sets = setsOf(weights.length, topK).map((set) => ({ set, product: set.reduce((product, e) => product * weights[e]!, 1) }));
  const sum = sets.reduce((total, { product }) => total + product, 0);
  let upTo = 0;
  return sets.map(({ set, product }) => {
    upTo += product / sum;
    return { set, chance: product / sum, upTo };
  });
}

/** A function that draws counts [experts] of `tokens` tokens, one by one. */
export function tokenByToken(weights: Float64Array, topK: number, tokens: number): (stream: Stream) => Float64Array {
  const sets = chancesOfSets(weights, topK);
  return (stream) => {
    const out = new Float64Array(weights.length);
    for (let token = 0; token < tokens; token++) {
      const u = stream.next();
      const chosen = sets.find(({ upTo }) => u < upTo) ?? sets[sets.length - 1]!;
      for (const e of chosen.set) out[e]! += 1;
    }
    return out;
  };
}

/** A function that draws counts [experts], visits of ranks and visits of nodes, one after another, of `tokens` tokens that choose one by one. */
export function visitsTokenByToken(weights: Float64Array, topK: number, tokens: number, places: ExpertPlaces) {
  const sets = chancesOfSets(weights, topK);
  const { rankOf, nodeOf, nodes } = places;
  return (stream: Stream): number[] => {
    const counts = new Array<number>(weights.length).fill(0);
    const toRanks = new Array<number>(nodeOf.length).fill(0);
    const toNodes = new Array<number>(nodes).fill(0);
    for (let token = 0; token < tokens; token++) {
      const u = stream.next();
      const { set } = sets.find(({ upTo }) => u < upTo) ?? sets[sets.length - 1]!;
      for (const e of set) counts[e]! += 1;
      for (const rank of new Set(set.map((e) => rankOf[e]!))) toRanks[rank]! += 1;
      for (const node of new Set(set.map((e) => nodeOf[rankOf[e]!]!))) toNodes[node]! += 1;
    }
    return [...counts, ...toRanks, ...toNodes];
  };
}

/** Mean [experts] and covariance [experts][experts] of one token's counts: of its indicators of the experts. */
export function exactMoments(weights: Float64Array, topK: number): { readonly mean: number[]; readonly covariance: number[][] } {
  const sets = chancesOfSets(weights, topK);
  const both = (a: number, b: number) => sets.reduce((sum, { set, chance }) => sum + (set.includes(a) && set.includes(b) ? chance : 0), 0);
  const mean = [...weights.keys()].map((e) => both(e, e));
  return { mean, covariance: mean.map((p, a) => mean.map((q, b) => both(a, b) - p * q)) };
}

/** How often `draw` gives each outcome. */
export function tallied(draws: number, draw: () => Float64Array | readonly number[]): Map<string, number> {
  const seen = new Map<string, number>();
  for (let i = 0; i < draws; i++) {
    const outcome = draw().join();
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
  }
  return seen;
}

/** Pearson's χ² over the outcomes of two samples of equal size; outcomes rarer than 10 are taken together. */
export function chiSquare(first: Map<string, number>, second: Map<string, number>): { statistic: number; freedom: number } {
  let statistic = 0;
  let cells = 0;
  let rareFirst = 0;
  let rareSecond = 0;
  for (const outcome of new Set([...first.keys(), ...second.keys()])) {
    const a = first.get(outcome) ?? 0;
    const b = second.get(outcome) ?? 0;
    if (a + b < 20) {
      rareFirst += a;
      rareSecond += b;
    } else {
      statistic += ((a - b) * (a - b)) / (a + b);
      cells++;
    }
  }
  if (rareFirst + rareSecond > 0) {
    statistic += ((rareFirst - rareSecond) * (rareFirst - rareSecond)) / (rareFirst + rareSecond);
    cells++;
  }
  return { statistic, freedom: cells - 1 };
}

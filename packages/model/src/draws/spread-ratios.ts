import type { ExpertPlaces } from "./visits.ts";

/** Mean tokens that visit each rank and node, relative to copies that go there independently with the same probability. */
export interface SpreadRatios {
  readonly ranks: PlaceRatios;
  readonly nodes: PlaceRatios;
}

/** Ratios of each place: with all copies at the first slots of their experts, and with copies dealt out evenly to all slots. */
export interface PlaceRatios {
  readonly first: Float64Array;
  readonly own: Float64Array;
}

/** Experts that a place gets any copies of, with their shares. */
export interface SharedExperts {
  readonly experts: Int32Array;
  readonly shares: Float64Array;
}

/** Tokens that visit a place that gets `copies` copies of the `topK` of each of `tokens` tokens, each with the same chance. */
export function visitsOf(copies: number, tokens: number, topK: number): number {
  if (topK === 1) return copies;
  return tokens * (1 - wholePower(Math.max(0, 1 - copies / (tokens * topK)), topK));
}

/**
 * Ratios of a place; `coming` is the chance that a token visits a place with such shares; `shares` [experts] are those of all copies.
 * Source: docs/models/routing.md#visits.
 */
export function spreadRatios(
  { rankOf, nodeOf, nodes, slots }: ExpertPlaces,
  shares: Float64Array,
  topK: number,
  coming: (place: SharedExperts) => number,
): SpreadRatios | undefined {
  if (slots === undefined) return undefined;
  const { firstOf, rankOfSlot } = slots;
  const ranks = nodeOf.length;
  const places = Array.from({ length: ranks + nodes }, () => ({ first: new Map<number, number>(), own: new Map<number, number>() }));
  for (let x = 0; x < rankOf.length; x++) {
    add(places, rankOf[x]!, ranks + nodeOf[rankOf[x]!]!, "first", x, 1);
    const ways = firstOf[x + 1]! - firstOf[x]!;
    for (let i = firstOf[x]!; i < firstOf[x + 1]!; i++) {
      const rank = rankOfSlot[i]!;
      add(places, rank, ranks + nodeOf[rank]!, "own", x, 1 / ways);
    }
  }
  const ratioOf = (got: Map<number, number>) => {
    let copies = 0;
    for (const [x, share] of got) copies += topK * shares[x]! * share;
    const alike = visitsOf(copies, 1, topK);
    const ratio = alike > 0 ? coming({ experts: Int32Array.from(got.keys()), shares: Float64Array.from(got.values()) }) / alike : 1;
    return ratio > 0 && ratio < Number.POSITIVE_INFINITY ? ratio : 1; // sums of products may leave the range of numbers
  };
  const first = Float64Array.from(places, (place) => ratioOf(place.first));
  const own = Float64Array.from(places, (place) => ratioOf(place.own));
  return {
    ranks: { first: first.subarray(0, ranks), own: own.subarray(0, ranks) },
    nodes: { first: first.subarray(ranks), own: own.subarray(ranks) },
  };
}

function add(
  places: readonly { readonly first: Map<number, number>; readonly own: Map<number, number> }[],
  rank: number,
  node: number,
  by: "first" | "own",
  x: number,
  share: number,
): void {
  for (const at of [rank, node]) {
    const got = places[at]![by];
    got.set(x, (got.get(x) ?? 0) + share);
  }
}

/** `base` to the power of `exponent`, by squares: the same on every machine. */
export function wholePower(base: number, exponent: number): number {
  let [power, square] = [1, base];
  for (let left = exponent; left > 0; left >>= 1) {
    if ((left & 1) === 1) power *= square;
    square *= square;
  }
  return power;
}

import type { Stream } from "@tokenyard/random";
import { Lists } from "./lists.ts";
import type { SpreadRatios } from "./spread-ratios.ts";
import type { TokenRouter } from "./token-router.ts";
import { clearVisits, createVisits, type ExpertPlaces, type Visits } from "./visits.ts";

/**
 * Routes tokens as another router does, but draws those of all sources at once, and deals their copies and visits to the sources in
 * proportion to their tokens. Totals by expert, rank and node have the same distribution; those of a single source have the same mean, and
 * are not whole.
 */
export class DealtRouter implements TokenRouter {
  readonly kind: string;
  readonly draws = true;
  readonly deals = true;
  readonly shares?: (layer: number) => Float64Array | undefined;
  readonly spread?: (layer: number, places: ExpertPlaces) => SpreadRatios | undefined;
  readonly #exact: TokenRouter;
  readonly #experts: number;
  // One row for all sources together:
  readonly #tokens = new Float64Array(1);
  readonly #out: Float64Array;
  readonly #lists: Lists;
  readonly #visits = new WeakMap<ExpertPlaces, Visits>();

  /** `exact` draws, at any time and for tokens of any class. */
  constructor(exact: TokenRouter, experts: number) {
    this.kind = exact.kind;
    this.#exact = exact;
    this.#experts = experts;
    this.#out = new Float64Array(experts);
    this.#lists = new Lists(1, experts);
    if (exact.shares !== undefined) this.shares = (layer) => exact.shares!(layer);
    if (exact.spread !== undefined) this.spread = (layer, places) => exact.spread!(layer, places);
  }

  route(layer: number, tokens: ArrayLike<number>, stream: Stream, out: Float64Array, visits?: Visits, lists?: Lists): void {
    const all = visits && this.#visitsOf(visits.places);
    let sum = 0;
    let last = -1;
    for (let source = 0; source < tokens.length; source++) {
      if (tokens[source]! > 0) last = source;
      sum += tokens[source]!;
    }
    this.#draw(layer, sum, stream, all);
    for (let source = 0; source < tokens.length; source++) {
      if (lists === undefined) out.fill(0, source * this.#experts, (source + 1) * this.#experts);
      else lists.clear(source, out);
      if (visits !== undefined) clearVisits(visits, source);
      const own = tokens[source]!;
      if (own === 0) continue;
      const share = own / sum;
      deal(this.#lists, this.#out, source, share, out, lists);
      if (source === last) this.#leave(source, tokens, sum, out);
      if (visits === undefined) continue;
      deal(all!.ranks, all!.toRanks, source, share, visits.toRanks, visits.ranks);
      for (let node = 0; node < all!.toNodes.length; node++)
        visits.toNodes[source * all!.toNodes.length + node] = all!.toNodes[node]! * share;
    }
    if (lists !== undefined) lists.areCurrent = true;
  }

  /** Gives the last source the remainder, so that copies of an expert add up to whole numbers. */
  #leave(last: number, tokens: ArrayLike<number>, sum: number, out: Float64Array): void {
    const { places, lengths } = this.#lists;
    for (let i = 0; i < lengths[0]!; i++) {
      const expert = places[i]!;
      const copies = this.#out[expert]!;
      let others = 0;
      for (let source = 0; source < last; source++) if (tokens[source]! > 0) others += copies * (tokens[source]! / sum);
      out[last * this.#experts + expert] = copies - others;
    }
  }

  #draw(layer: number, tokens: number, stream: Stream, visits: Visits | undefined): void {
    this.#tokens[0] = tokens;
    this.#lists.areCurrent = false;
    this.#exact.route(layer, this.#tokens, stream, this.#out, visits, this.#lists);
    if (!this.#lists.areCurrent) this.#lists.lookAll(this.#out);
  }

  #visitsOf(places: ExpertPlaces): Visits {
    const visits = this.#visits.get(places) ?? createVisits(1, places);
    this.#visits.set(places, visits);
    return visits;
  }
}

/** Gives `source` its `share` of the `numbers` that `from` lists. */
function deal(from: Lists, numbers: Float64Array, source: number, share: number, out: Float64Array, lists: Lists | undefined): void {
  const { places, lengths, columns } = from;
  const row = source * columns;
  for (let i = 0; i < lengths[0]!; i++) {
    const place = places[i]!;
    out[row + place] = numbers[place]! * share;
    if (lists !== undefined) lists.places[row + i] = place;
  }
  if (lists !== undefined) lists.lengths[source] = lengths[0]!;
}

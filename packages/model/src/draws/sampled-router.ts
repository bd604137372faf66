import type { Stream, Streams } from "@tokenyard/random";
import { type CountVector, CountVectors, placeVector } from "./count-vectors.ts";
import { Lists } from "./lists.ts";
import type { SpreadRatios } from "./spread-ratios.ts";
import type { TokenRouter } from "./token-router.ts";
import { clearVisits, createVisits, type ExpertPlaces, type Visits } from "./visits.ts";

/** Count vectors in a pool. */
const VECTORS = 64;
/** Fewer tokens are drawn in less time than their vector is found. */
const FEWEST_TOKENS = 32;
/** Numbers that all pools keep; what is beyond is drawn again where it is needed. */
const MOST_KEPT = 1 << 23;

/**
 * Sends tokens to experts as another router does, but with count vectors that come again: for each layer and exact number of tokens of a source there is
 * a pool of them, drawn exactly, each when it is first needed and from a stream of its own, so that it is the same whoever needs it first. Sources
 * take theirs independently. Few tokens are drawn anew. Source: docs/models.md#sampled-routing.
 */
export class SampledRouter implements TokenRouter {
  readonly kind: string;
  readonly draws = true;
  readonly shares?: (layer: number) => Float64Array | undefined;
  readonly spread?: (layer: number, places: ExpertPlaces) => SpreadRatios | undefined;
  readonly #exact: TokenRouter;
  readonly #streams: Streams;
  readonly #experts: number;
  readonly #pools = new Map<ExpertPlaces | undefined, Map<number, (CountVector | undefined)[]>[]>();
  readonly #tokens = new Float64Array(1);
  /** Of one source. */
  readonly #out: Float64Array;
  readonly #lists: Lists;
  readonly #visits = new Map<ExpertPlaces, Visits>();
  readonly #vectors = new CountVectors();
  #kept = 0;

  /** `exact` draws, and nothing of it changes with time. */
  constructor(exact: TokenRouter, experts: number, streams: Streams) {
    this.kind = exact.kind;
    this.#exact = exact;
    this.#experts = experts;
    this.#streams = streams;
    this.#out = new Float64Array(experts);
    this.#lists = new Lists(1, experts);
    if (exact.shares !== undefined) this.shares = (layer) => exact.shares!(layer);
    if (exact.spread !== undefined) this.spread = (layer, places) => exact.spread!(layer, places);
  }

  route(layer: number, tokens: ArrayLike<number>, stream: Stream, out: Float64Array, visits?: Visits, lists?: Lists): void {
    if (areFew(tokens)) {
      this.#exact.route(layer, tokens, stream, out, visits, lists);
      return;
    }
    for (let source = 0; source < tokens.length; source++) {
      const own = tokens[source]!;
      if (lists === undefined) out.fill(0, source * this.#experts, (source + 1) * this.#experts);
      else lists.clear(source, out);
      if (visits !== undefined) clearVisits(visits, source);
      if (own === 0) continue;
      if (own < FEWEST_TOKENS) this.#addDrawn(layer, own, stream, source, out, visits, lists);
      else placeVector(this.#pooled(layer, own, stream, visits?.places), source, out, this.#experts, visits, lists);
    }
    if (lists !== undefined) lists.areTold = true;
  }

  /** One of the pool, any as likely. */
  #pooled(layer: number, tokens: number, stream: Stream, places: ExpertPlaces | undefined): CountVector {
    const pool = this.#poolOf(layer, tokens, places);
    const at = Math.floor(stream.next() * VECTORS);
    let vector = pool[at];
    if (vector === undefined) {
      const visits = this.#draw(layer, tokens, this.#streams.fresh(`routing/sampled/${layer}/${tokens}/${at}`), places);
      vector = this.#vectors.make(this.#out, visits);
      const numbers = 2 * (vector.end - vector.first);
      if (this.#kept + numbers <= MOST_KEPT) {
        this.#kept += numbers;
        this.#vectors.keep(vector);
        pool[at] = vector;
      }
    }
    return vector;
  }

  #poolOf(layer: number, tokens: number, places: ExpertPlaces | undefined): (CountVector | undefined)[] {
    let ofPlaces = this.#pools.get(places);
    if (ofPlaces === undefined) {
      ofPlaces = [];
      this.#pools.set(places, ofPlaces);
    }
    ofPlaces[layer] ??= new Map();
    const known = ofPlaces[layer].get(tokens);
    if (known !== undefined) return known;
    const pool = new Array<CountVector | undefined>(VECTORS).fill(undefined);
    ofPlaces[layer].set(tokens, pool);
    return pool;
  }

  /** Fills what is of one source; returns its visits. */
  #draw(layer: number, tokens: number, stream: Stream, places: ExpertPlaces | undefined): Visits | undefined {
    const visits = places && this.#visitsOf(places);
    this.#tokens[0] = tokens;
    this.#lists.areTold = false;
    this.#exact.route(layer, this.#tokens, stream, this.#out, visits, this.#lists);
    if (!this.#lists.areTold) this.#lists.lookAll(this.#out);
    return visits;
  }

  #visitsOf(places: ExpertPlaces): Visits {
    const visits = this.#visits.get(places) ?? createVisits(1, places);
    this.#visits.set(places, visits);
    return visits;
  }

  #addDrawn(
    layer: number,
    tokens: number,
    stream: Stream,
    source: number,
    out: Float64Array,
    visits: Visits | undefined,
    lists: Lists | undefined,
  ): void {
    const drawn = this.#draw(layer, tokens, stream, visits?.places);
    const { places, lengths } = this.#lists;
    const first = source * this.#experts;
    for (let i = 0; i < lengths[0]!; i++) {
      out[first + places[i]!] = this.#out[places[i]!]!;
      if (lists !== undefined) lists.places[first + i] = places[i]!;
    }
    if (lists !== undefined) lists.lengths[source] = lengths[0]!;
    if (visits === undefined || drawn === undefined) return;
    visits.toNodes.set(drawn.toNodes, source * drawn.toNodes.length);
    const row = source * drawn.toRanks.length;
    for (let i = 0; i < drawn.ranks.lengths[0]!; i++) {
      const rank = drawn.ranks.places[i]!;
      visits.toRanks[row + rank] = drawn.toRanks[rank]!;
      visits.ranks.places[row + i] = rank;
    }
    visits.ranks.lengths[source] = drawn.ranks.lengths[0]!;
  }
}

/** Whether no source has as many as come again. */
function areFew(tokens: ArrayLike<number>): boolean {
  for (let source = 0; source < tokens.length; source++) if (tokens[source]! >= FEWEST_TOKENS) return false;
  return true;
}

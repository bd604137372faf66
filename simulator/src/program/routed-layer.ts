import { createVisits, type ExpertPlaces, type Overflow, sumCopies, type TokenRouter, type Visits } from "@tokenyard/model";
import type { Stream } from "@tokenyard/random";

/** Which experts the tokens of one micro-batch go to in the layer that it is in now. */
export class RoutedLayer {
  /** Copies that are kept [data groups × experts]. */
  readonly copies: Float64Array;
  /** Copies routed to each expert [experts], before overflow. */
  readonly routed: Float64Array;
  /** Copies that each expert computes [experts]. */
  readonly rows: Float64Array;
  /** Copies over capacity. */
  dropped = 0;
  /** Nanoseconds [ranks of the stage] of the dispatch, or of the combine: the same exchange turned round, maybe in another format. */
  readonly exchangeNs: Float64Array;
  readonly exchangeTraffic = { nodeBytes: 0, fabricBytes: 0 };

  /** Of the layer at hand: kept copies of tokens that go once to a rank; undefined where each copy goes for itself. */
  visits: Visits | undefined;

  readonly #known = new Map<ExpertPlaces, Visits>();
  /** Sums of copies before any were dropped. */
  readonly #before = new Map<ExpertPlaces, Visits>();
  /** And after. */
  readonly #after = new Map<ExpertPlaces, Visits>();
  readonly #routing: Stream;
  readonly #overflow: Stream;

  constructor(dataGroups: number, experts: number, ranks: number, streams: { readonly routing: Stream; readonly overflow: Stream }) {
    this.copies = new Float64Array(dataGroups * experts);
    this.routed = new Float64Array(experts);
    this.rows = new Float64Array(experts);
    this.exchangeNs = new Float64Array(ranks);
    this.#routing = streams.routing;
    this.#overflow = streams.overflow;
  }

  /**
   * Draws where `tokens` [data groups] go in `layer`, and drops what is over `capacity`. With `places` it counts their visits too: drops thin
   * those of a source to a rank by kept ÷ routed, which is exact for one expert a token.
   */
  draw(router: TokenRouter, overflow: Overflow, layer: number, tokens: Float64Array, capacity: number, places?: ExpertPlaces): void {
    this.visits = places && this.#visitsOf(this.#known, places, tokens.length);
    router.route(layer, tokens, this.#routing, this.copies, this.visits);
    this.#sumInto(this.routed);
    const limited = places !== undefined && this.routed.some((copies) => copies > capacity);
    if (limited) this.#sumCopies(this.#visitsOf(this.#before, places, tokens.length), tokens.length);
    this.dropped = overflow.cut(this.copies, tokens.length, this.rows.length, capacity, this.#overflow);
    if (limited && this.dropped > 0) this.#thin(places, tokens.length);
    if (this.dropped === 0) this.rows.set(this.routed);
    else this.#sumInto(this.rows);
  }

  #visitsOf(known: Map<ExpertPlaces, Visits>, places: ExpertPlaces, sources: number): Visits {
    const visits = known.get(places) ?? createVisits(sources, places);
    known.set(places, visits);
    return visits;
  }

  #sumCopies(into: Visits, sources: number): void {
    for (let source = 0; source < sources; source++) sumCopies(this.copies, source, into);
  }

  #thin(places: ExpertPlaces, sources: number): void {
    const before = this.#before.get(places)!;
    const after = this.#visitsOf(this.#after, places, sources);
    this.#sumCopies(after, sources);
    thin(this.visits!.toRanks, after.toRanks, before.toRanks);
    thin(this.visits!.toNodes, after.toNodes, before.toNodes);
  }

  #sumInto(out: Float64Array): void {
    const experts = out.length;
    out.fill(0);
    for (let i = 0, e = 0; i < this.copies.length; i++) {
      out[e] = out[e]! + this.copies[i]!;
      if (++e === experts) e = 0;
    }
  }
}

function thin(visits: Float64Array, kept: Float64Array, routed: Float64Array): void {
  for (let i = 0; i < visits.length; i++) if (kept[i]! < routed[i]!) visits[i]! *= kept[i]! / routed[i]!;
}

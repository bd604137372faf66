import type { ExpertPlaces, Overflow, TokenRouter, Visits } from "@tokenyard/model";
import type { Stream } from "@tokenyard/random";
import { KeptVisits } from "./kept-visits.ts";

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

  readonly #kept = new Map<ExpertPlaces, KeptVisits>();
  readonly #oneEach: boolean;
  readonly #routing: Stream;
  readonly #overflow: Stream;

  constructor(
    dataGroups: number,
    { count, topK }: { readonly count: number; readonly topK: number },
    ranks: number,
    streams: { readonly routing: Stream; readonly overflow: Stream },
  ) {
    const experts = count;
    this.#oneEach = topK === 1;
    this.copies = new Float64Array(dataGroups * experts);
    this.routed = new Float64Array(experts);
    this.rows = new Float64Array(experts);
    this.exchangeNs = new Float64Array(ranks);
    this.#routing = streams.routing;
    this.#overflow = streams.overflow;
  }

  /** Draws where `tokens` [data groups] go in `layer`, and drops what is over `capacity`. With `places` it counts their visits too. */
  draw(router: TokenRouter, overflow: Overflow, layer: number, tokens: Float64Array, capacity: number, places?: ExpertPlaces): void {
    const kept = places && this.#keptOf(places, tokens.length);
    router.route(layer, tokens, this.#routing, this.copies, kept?.drawn);
    this.#sumInto(this.routed);
    if (kept !== undefined && this.#exceeds(capacity)) kept.beforeDrops(this.copies);
    this.dropped = overflow.cut(this.copies, tokens.length, this.rows.length, capacity, this.#overflow);
    kept?.afterDrops(this.copies, this.dropped);
    this.visits = kept?.visits;
    if (this.dropped === 0) this.rows.set(this.routed);
    else this.#sumInto(this.rows);
  }

  #keptOf(places: ExpertPlaces, sources: number): KeptVisits {
    const kept = this.#kept.get(places) ?? new KeptVisits(sources, places, this.#oneEach);
    this.#kept.set(places, kept);
    return kept;
  }

  #exceeds(capacity: number): boolean {
    for (let e = 0; e < this.routed.length; e++) if (this.routed[e]! > capacity) return true;
    return false;
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

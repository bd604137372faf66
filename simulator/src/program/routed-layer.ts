import type { Overflow, TokenRouter } from "@tokenyard/model";
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

  /** Draws where `tokens` [data groups] go in `layer`, and drops what is over `capacity`. */
  draw(router: TokenRouter, overflow: Overflow, layer: number, tokens: Float64Array, capacity: number): void {
    router.route(layer, tokens, this.#routing, this.copies);
    this.#sumInto(this.routed);
    this.dropped = overflow.cut(this.copies, tokens.length, this.rows.length, capacity, this.#overflow);
    if (this.dropped === 0) this.rows.set(this.routed);
    else this.#sumInto(this.rows);
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

import type { ExpertPlaces, Visits } from "@tokenyard/model";
import { KeptVisits } from "./kept-visits.ts";

/** Which experts the tokens of a micro-batch go to in one layer, and what follows from that for the ops between gate and combine. */
export class ExpertLoad {
  /** The layer; −1 before any is known. */
  layer = -1;
  /** Copies that are kept [data groups × experts]. */
  readonly copies: Float64Array;
  /** Copies routed to each expert [experts], before overflow. */
  readonly routed: Float64Array;
  /** Copies that each expert computes [experts]. */
  readonly rows: Float64Array;
  /** Copies over capacity. */
  dropped = 0;
  /** Kept copies of tokens that go once to a rank; undefined where each copy goes for itself. */
  visits: Visits | undefined;
  /** The dispatch, and the combine, which is the same exchange turned round: nanoseconds [ranks of the stage]. */
  readonly exchangeNs: Float64Array;
  readonly exchangeTraffic = { nodeBytes: 0, fabricBytes: 0 };
  /** Bytes of one copy in the exchange that is known; 0: none is. */
  exchangeTokenBytes = 0;

  readonly #sources: number;
  readonly #oneEach: boolean;
  readonly #keptBy = new Map<ExpertPlaces, KeptVisits>();
  #kept: KeptVisits | undefined;

  constructor(dataGroups: number, { count: experts, topK }: { readonly count: number; readonly topK: number }, ranks: number) {
    this.#sources = dataGroups;
    this.#oneEach = topK === 1;
    this.copies = new Float64Array(dataGroups * experts);
    this.routed = new Float64Array(experts);
    this.rows = new Float64Array(experts);
    this.exchangeNs = new Float64Array(ranks);
  }

  /** Nothing is known: another pass begins. */
  forget(): void {
    this.layer = -1;
    this.exchangeTokenBytes = 0;
  }

  /** `copies`, and with `places` the visits that are returned, are to be filled for `layer`, before any are dropped; undefined where copies tell. */
  enter(layer: number, places: ExpertPlaces | undefined): Visits | undefined {
    this.layer = layer;
    this.exchangeTokenBytes = 0;
    this.#kept = places && this.#keptOf(places);
    return this.#kept?.drawn;
  }

  /** They are filled. Copies over `capacity` will be dropped. */
  route(capacity: number): void {
    this.#sumInto(this.routed);
    if (this.#kept !== undefined && this.#exceeds(capacity)) this.#kept.beforeDrops(this.copies);
  }

  /** So many of the copies were dropped. */
  drop(dropped: number): void {
    this.dropped = dropped;
    this.#kept?.afterDrops(this.copies, dropped);
    this.visits = this.#kept?.visits;
    if (dropped === 0) this.rows.set(this.routed);
    else this.#sumInto(this.rows);
  }

  #keptOf(places: ExpertPlaces): KeptVisits {
    const kept = this.#keptBy.get(places) ?? new KeptVisits(this.#sources, places, this.#oneEach);
    this.#keptBy.set(places, kept);
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

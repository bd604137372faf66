import { createVisits, type ExpertPlaces, sumCopies, type Visits } from "@tokenyard/model";

/**
 * How many tokens of a layer come to each rank and node once drops are made: those of a source to a rank are thinned by kept ÷ routed copies.
 * That is exact where each token has one copy; then copies are counted. Source: docs/models.md#visits.
 */
export class KeptVisits {
  readonly visits: Visits;
  readonly #oneEach: boolean;
  readonly #sources: number;
  /** Sums of copies before any are dropped, and after. */
  readonly #routed: Visits;
  readonly #kept: Visits;

  /** `oneEach`: each token has one copy. */
  constructor(sources: number, places: ExpertPlaces, oneEach: boolean) {
    this.visits = createVisits(sources, places);
    this.#routed = createVisits(sources, places);
    this.#kept = createVisits(sources, places);
    this.#oneEach = oneEach;
    this.#sources = sources;
  }

  /** What a router is to fill; undefined where copies tell. */
  get drawn(): Visits | undefined {
    return this.#oneEach ? undefined : this.visits;
  }

  /** `copies` [sources × experts] may be dropped from now on. */
  beforeDrops(copies: Float64Array): void {
    if (!this.#oneEach) this.#sum(copies, this.#routed);
  }

  /** Some were, or none, of which nothing was told before. */
  afterDrops(copies: Float64Array, dropped: number): void {
    if (this.#oneEach) this.#sum(copies, this.visits);
    else if (dropped > 0) {
      this.#sum(copies, this.#kept);
      thin(this.visits.toRanks, this.#kept.toRanks, this.#routed.toRanks);
      thin(this.visits.toNodes, this.#kept.toNodes, this.#routed.toNodes);
    }
  }

  #sum(copies: Float64Array, into: Visits): void {
    for (let source = 0; source < this.#sources; source++) sumCopies(copies, source, into);
  }
}

function thin(visits: Float64Array, kept: Float64Array, routed: Float64Array): void {
  for (let i = 0; i < visits.length; i++) if (kept[i]! < routed[i]!) visits[i]! *= kept[i]! / routed[i]!;
}

import {
  clearVisits,
  createVisits,
  type ExpertPlaces,
  type Fates,
  type Lists,
  type PlaceRatios,
  type SpreadRatios,
  sumCopies,
  type Visits,
  visitsOf,
} from "@tokenyard/model";
import type { ExpertSlots } from "@tokenyard/placement";

/** Sums [sources × ranks] of copies that are dealt out to slots. */
export interface SpreadSums {
  readonly ranks: number;
  /** [experts] of their first slots */
  readonly rankOf: Int32Array;
  /** As if all went to first slots, and by the slots that they go to. */
  readonly first: Float64Array;
  readonly own: Float64Array;
}

/**
 * How many tokens of a layer come to each rank and node once copies are dropped or go elsewhere: those of a source to a rank are thinned by kept ÷ routed
 * copies, or follow them. That is exact where each token has one copy; then copies are counted. Source: docs/models.md#visits.
 */
export class KeptVisits {
  readonly visits: Visits;
  readonly #topK: number;
  readonly #oneEach: boolean;
  readonly #sources: number;
  /** Sums of copies before any are dropped, and after; once there are any. */
  #routedSums: Visits | undefined;
  #keptSums: Visits | undefined;

  /** `topK`: copies of each token. */
  constructor(sources: number, places: ExpertPlaces, topK: number) {
    this.visits = createVisits(sources, places);
    this.#topK = topK;
    this.#oneEach = topK === 1;
    this.#sources = sources;
  }

  /** What a router is to fill; undefined where copies tell. */
  get drawn(): Visits | undefined {
    return this.#oneEach ? undefined : this.visits;
  }

  /** `copies` [sources × experts] may change from now on; `lists` tell where there are any. */
  beforeCut(copies: Float64Array, lists: Lists): void {
    if (!this.#oneEach) this.#sum(copies, lists, this.#routed());
  }

  /** They have, as `fates` tells, or not, of which nothing was told before. `tokens` [sources] */
  afterCut(copies: Float64Array, lists: Lists, { rerouted, dropped, masked }: Fates, tokens: ArrayLike<number>, slots: ExpertSlots): void {
    if (this.#oneEach) this.#sum(copies, lists, this.visits);
    else if (rerouted > 0) {
      this.#sum(copies, lists, this.#kept());
      for (let source = 0; source < this.#sources; source++) {
        if (this.#comes(source)) this.#move(source, this.#routed(), this.#kept(), slots, tokens[source]!);
      }
    } else if (dropped + masked > 0) {
      this.#sum(copies, lists, this.#kept());
      for (let source = 0; source < this.#sources; source++) if (this.#comes(source)) this.#thin(source);
    }
  }

  /** Some copies go to further slots of their experts: where sums of them by rank are to be added up, as if all went to first slots, and as they do. */
  beginSpread(): SpreadSums {
    const before = this.#kept();
    const after = this.#routed();
    for (let source = 0; source < this.#sources; source++) {
      clearVisits(before, source);
      clearVisits(after, source);
    }
    return {
      ranks: this.visits.places.nodeOf.length,
      rankOf: this.visits.places.rankOf,
      first: before.toRanks,
      own: after.toRanks,
    };
  }

  /** They are added up, and visits follow the copies; `ratios`, where a gate knows them. `tokens` [sources] */
  endSpread(slots: ExpertSlots, tokens: ArrayLike<number>, ratios: SpreadRatios | undefined): void {
    const before = this.#kept();
    const after = this.#routed();
    for (let source = 0; source < this.#sources; source++) {
      if (!this.#comes(source)) continue;
      sumNodes(before, source);
      sumNodes(after, source);
      this.#move(source, before, after, slots, tokens[source]!, ratios);
    }
  }

  #routed(): Visits {
    this.#routedSums ??= createVisits(this.#sources, this.visits.places);
    return this.#routedSums;
  }

  #kept(): Visits {
    this.#keptSums ??= createVisits(this.#sources, this.visits.places);
    return this.#keptSums;
  }

  /** Whether `source` has visits. */
  #comes(source: number): boolean {
    return this.visits.ranks.lengths[source]! > 0;
  }

  #thin(source: number): void {
    const { toRanks, toNodes, ranks, places } = this.visits;
    const [routed, kept] = [this.#routed(), this.#kept()];
    thin(toRanks, kept.toRanks, routed.toRanks, source, ranks.columns);
    thin(toNodes, kept.toNodes, routed.toNodes, source, places.nodes);
    ranks.look(source, toRanks); // in order, as sums of fractions depend on it
  }

  /** Visits of `source`, whose copies came as `before` tells, once they come as `after` does. */
  #move(source: number, before: Visits, after: Visits, slots: ExpertSlots, tokens: number, ratios?: SpreadRatios): void {
    const { nodeOf, nodes } = this.visits.places;
    const all = { tokens, topK: this.#topK };
    follow(this.visits.toRanks, before.toRanks, after.toRanks, source, nodeOf.length, all, ratios?.ranks);
    follow(this.visits.toNodes, before.toNodes, after.toNodes, source, nodes, all, ratios?.nodes);
    this.#bound(source, before, after, slots, tokens);
    this.visits.ranks.look(source, this.visits.toRanks);
  }

  /** A token has at most a copy for each slot of a rank, and comes to a node if it comes to one of its ranks. The sums by node are not needed any more. */
  #bound(source: number, before: Visits, after: Visits, { offsets }: ExpertSlots, tokens: number): void {
    const { places, toRanks, toNodes } = this.visits;
    const { nodeOf, nodes } = places;
    const ranks = nodeOf.length;
    const most = before.toNodes; // of each node: its ranks' visits together, and below the most of one
    const least = after.toNodes;
    most.fill(0, source * nodes, (source + 1) * nodes);
    least.fill(0, source * nodes, (source + 1) * nodes);
    for (let rank = 0; rank < ranks; rank++) {
      const at = source * ranks + rank;
      const copies = after.toRanks[at]!;
      const own = offsets[rank + 1]! - offsets[rank]!;
      toRanks[at] = Math.min(copies, tokens, Math.max(toRanks[at]!, own === 0 ? 0 : copies / own));
      const node = source * nodes + nodeOf[rank]!;
      most[node]! += toRanks[at]!;
      least[node] = Math.max(least[node]!, toRanks[at]!);
    }
    for (let node = source * nodes; node < (source + 1) * nodes; node++) {
      toNodes[node] = Math.min(most[node]!, tokens, Math.max(least[node]!, toNodes[node]!));
    }
  }

  #sum(copies: Float64Array, lists: Lists, into: Visits): void {
    for (let source = 0; source < this.#sources; source++) sumCopies(copies, source, into, lists);
  }
}

/**
 * Visits of `source` for the copies that come to each place now: as many as tokens have whose copies each come there with the same chance, times `ratios`,
 * times what came before over that, or, to places where none did, as in the mean. Source: docs/models.md#visits.
 */
function follow(
  visits: Float64Array,
  before: Float64Array,
  after: Float64Array,
  source: number,
  places: number,
  { tokens, topK }: { readonly tokens: number; readonly topK: number },
  ratios: PlaceRatios | undefined,
): void {
  const row = source * places;
  let [all, expected] = [0, 0];
  for (let place = 0; place < places; place++) {
    const at = row + place;
    if (before[at] === 0) continue;
    all += visits[at]!;
    expected += visitsOf(before[at]!, tokens, topK) * (ratios?.first[place] ?? 1);
  }
  if (expected === 0) return;
  for (let place = 0; place < places; place++) {
    const at = row + place;
    const [first, own] = ratios === undefined ? [1, 1] : [ratios.first[place]!, ratios.own[place]!];
    if (after[at] === before[at] && first === own) continue;
    const ratio = before[at]! > 0 ? visits[at]! / (visitsOf(before[at]!, tokens, topK) * first) : all / expected;
    visits[at] = visitsOf(after[at]!, tokens, topK) * own * ratio;
  }
}

function thin(visits: Float64Array, kept: Float64Array, routed: Float64Array, row: number, columns: number): void {
  for (let at = row * columns; at < (row + 1) * columns; at++) if (kept[at]! < routed[at]!) visits[at]! *= kept[at]! / routed[at]!;
}

/** Fills in the sums by node of those of `source` by rank. */
function sumNodes({ places, toRanks, toNodes, ranks }: Visits, source: number): void {
  const { nodeOf, nodes } = places;
  const first = source * nodeOf.length;
  for (let rank = 0; rank < nodeOf.length; rank++) toNodes[source * nodes + nodeOf[rank]!]! += toRanks[first + rank]!;
  ranks.look(source, toRanks);
}

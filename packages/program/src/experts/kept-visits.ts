import {
  clearVisits,
  copyChances,
  createVisits,
  type ExpertPlaces,
  type Fates,
  type Lists,
  type SpreadRatios,
  sumCopies,
  type Visits,
} from "@tokenyard/model";
import type { ExpertSlots } from "@tokenyard/placement";
import { follow, letIn, sumNodes, takeOut } from "./visit-changes.ts";

/** Sums [sources × ranks] of copies that are dealt out to slots. */
export interface SpreadSums {
  readonly ranks: number;
  /** [experts] of their first slots */
  readonly rankOf: Int32Array;
  /** Sums as if all copies went to first slots, and by the slots that they use. */
  readonly first: Float64Array;
  readonly own: Float64Array;
}

/** Copies that may have changed since they were drawn. */
interface CutCopies {
  /** [sources × experts], and where there are any */
  readonly copies: Float64Array;
  readonly lists: Lists;
  readonly fates: Fates;
  /** Copies that went to other experts because there was no slot for them. */
  readonly elsewhere: number;
  /** [sources] */
  readonly tokens: ArrayLike<number>;
}

/**
 * Number of tokens of a layer that reach each rank and node once copies are dropped, or move to other experts or slots. If each token has
 * one copy, copies are counted. Source: docs/models/routing.md#visits.
 */
export class KeptVisits {
  readonly visits: Visits;
  readonly #topK: number;
  readonly #oneEach: boolean;
  readonly #sources: number;
  /** Sums of copies before any are dropped, after, and of those that came for others; once there are any. */
  #routedSums: Visits | undefined;
  #keptSums: Visits | undefined;
  #comeSums: Visits | undefined;
  /** [sources × experts] before any are dropped, where some may be rerouted */
  #before = new Float64Array(0);

  /** `topK`: copies of each token. */
  constructor(sources: number, places: ExpertPlaces, topK: number) {
    this.visits = createVisits(sources, places);
    this.#topK = topK;
    this.#oneEach = topK === 1;
    this.#sources = sources;
  }

  /** Visits that a router has to fill; undefined where they follow from the copies. */
  get drawn(): Visits | undefined {
    return this.#oneEach ? undefined : this.visits;
  }

  /** `copies` [sources × experts] may change from now on, and go to other experts where something `reroutes`; `lists` list them where there are any. */
  beforeCut(copies: Float64Array, lists: Lists, reroutes: boolean): void {
    if (this.#oneEach) return;
    this.#sum(copies, lists, this.#routed());
    if (!reroutes) return;
    if (this.#before.length !== copies.length) this.#before = new Float64Array(copies.length);
    this.#before.set(copies);
  }

  /** The copies have changed, by the counts of `fates`, or stayed, without a call of `beforeCut`. */
  afterCut({ copies, lists, fates, elsewhere, tokens }: CutCopies, slots: ExpertSlots): void {
    const rerouted = fates.rerouted + elsewhere;
    if (this.#oneEach) this.#sum(copies, lists, this.visits);
    else if (rerouted + fates.dropped + fates.masked > 0) {
      this.#sum(copies, lists, this.#kept());
      for (let source = 0; source < this.#sources; source++) {
        if (!this.#comes(source)) continue;
        const come = rerouted > 0 ? this.#sumCome(copies, lists, source) : undefined;
        this.#thin(source, come);
        if (come !== undefined) this.#letIn(source, come, slots, tokens[source]!);
        this.visits.ranks.look(source, this.visits.toRanks); // in order, as sums of fractions depend on it
      }
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

  /** Ends the sums and derives visits from the copies; `ratios` are given where a gate knows them. `tokens` [sources] */
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

  /** Copies of `source` that came for others, by rank and node. */
  #sumCome(copies: Float64Array, { places, lengths, columns }: Lists, source: number): Visits {
    this.#comeSums ??= createVisits(this.#sources, this.visits.places);
    const come = this.#comeSums;
    const { rankOf, nodeOf, nodes } = come.places;
    clearVisits(come, source);
    const row = source * columns;
    for (let at = row, end = row + lengths[source]!; at < end; at++) {
      const x = places[at]!;
      const more = copies[row + x]! - this.#before[row + x]!;
      if (more <= 0) continue;
      come.toRanks[source * nodeOf.length + rankOf[x]!]! += more;
      come.toNodes[source * nodes + nodeOf[rankOf[x]!]!]! += more;
    }
    come.ranks.look(source, come.toRanks);
    return come;
  }

  /** Tokens of `source` come that have a copy left: of those that are kept without those that came for others. To a node they come if they do to one of its ranks. */
  #thin(source: number, come: Visits | undefined): void {
    const chances = copyChances(this.#topK);
    const { toRanks, toNodes, places, ranks } = this.visits;
    const { nodeOf, nodes } = places;
    const [routed, kept] = [this.#routed(), this.#kept()];
    if (come !== undefined) {
      takeOut(kept.toRanks, come.toRanks, source, nodeOf.length);
      takeOut(kept.toNodes, come.toNodes, source, nodes);
    }
    const firstNode = source * nodes;
    for (let at = firstNode; at < firstNode + nodes; at++) {
      if (kept.toNodes[at]! < routed.toNodes[at]!) toNodes[at] = chances.left(toNodes[at]!, routed.toNodes[at]!, kept.toNodes[at]!);
    }
    const all = routed.toNodes; // reused for the sum of the visits of each node's ranks
    all.fill(0, firstNode, firstNode + nodes);
    const row = source * ranks.columns;
    for (let i = row, end = row + ranks.lengths[source]!; i < end; i++) {
      const rank = ranks.places[i]!;
      const at = row + rank;
      if (kept.toRanks[at]! < routed.toRanks[at]!) toRanks[at] = chances.left(toRanks[at]!, routed.toRanks[at]!, kept.toRanks[at]!);
      const node = firstNode + nodeOf[rank]!;
      all[node]! += toRanks[at]!;
      if (toRanks[at]! > toNodes[node]!) toNodes[node] = toRanks[at]!;
    }
    for (let at = firstNode; at < firstNode + nodes; at++) if (toNodes[at]! > all[at]!) toNodes[at] = all[at]!;
  }

  /** Adds other tokens of `source` where copies arrive. */
  #letIn(source: number, come: Visits, slots: ExpertSlots, tokens: number): void {
    const { toRanks, toNodes, places } = this.visits;
    const [routed, kept] = [this.#routed(), this.#kept()];
    const all = { tokens, topK: this.#topK };
    letIn(toRanks, kept.toRanks, come.toRanks, source, places.nodeOf.length, all);
    letIn(toNodes, kept.toNodes, come.toNodes, source, places.nodes, all);
    this.#bound(source, routed, kept, slots, tokens);
  }

  /** Changes the visits of `source` from those of the copies `before` to those of the copies `after`. */
  #move(source: number, before: Visits, after: Visits, slots: ExpertSlots, tokens: number, ratios?: SpreadRatios): void {
    const { nodeOf, nodes } = this.visits.places;
    const all = { tokens, topK: this.#topK };
    follow(this.visits.toRanks, before.toRanks, after.toRanks, source, nodeOf.length, all, ratios?.ranks);
    follow(this.visits.toNodes, before.toNodes, after.toNodes, source, nodes, all, ratios?.nodes);
    this.#bound(source, before, after, slots, tokens);
    this.visits.ranks.look(source, this.visits.toRanks);
  }

  /**
   * A token has at most a copy for each slot of a rank, and visits a node if it visits one of its ranks. The sums by node are not needed
   * afterwards.
   */
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

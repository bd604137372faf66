import { type ExpertFates, type ExpertPlaces, type Fates, Lists, type SpreadRatios, type Visits } from "@tokenyard/model";
import type { ExpertSlots } from "@tokenyard/placement";
import { sumDrawn, sumRouted } from "./drawn-sums.ts";
import { KeptVisits } from "./kept-visits.ts";
import { keepAll, leaveOut, leaveOutFar } from "./left-out.ts";
import type { OwnRanks } from "./own-ranks.ts";
import { PaddedRows } from "./padded-rows.ts";
import type { PickedPorts } from "./picked-ports.ts";
import { countRanks, type RankRows } from "./rank-rows.ts";
import { SentCopies } from "./sent-copies.ts";
import { SlotCopies } from "./slot-copies.ts";
import { splitTokens } from "./split-tokens.ts";

/** Experts that the tokens of a micro-batch go to in one layer, and the loads that follow for the ops between gate and combine. */
export class ExpertLoad implements RankRows {
  /** The layer; −1 before any is known. */
  layer = -1;
  /** Up to which layer of the pass it is recorded where tokens went; −1: of none. */
  reportedTo = -1;
  /** Placement of its experts; undefined before it is known. */
  slots: ExpertSlots | undefined;
  /** Copies routed to each expert [experts], before overflow. */
  readonly routed: Float64Array;
  /** Experts that it has any for: one row. */
  readonly chosen: Lists;
  /** Kept copies for each slot, by source [sources × slots] and in all [slots]; where slots are in order, by expert. */
  sent: Float64Array = new Float64Array(0);
  rows: Float64Array;
  rankRows = new Float64Array(0);
  rankActive = new Int32Array(0);
  /** Fates of the copies over capacity. */
  readonly fates: Fates = { rerouted: 0, dropped: 0, masked: 0 };
  /** Fates by expert, if requested. */
  fatesOf: ExpertFates | undefined;
  /** Masked copies whose expert has no slot. */
  missed = 0;
  /** Copies to experts that have no slot, which went to others. */
  elsewhere = 0;
  /** Own ranks of each source, where copies stay on them. */
  own: OwnRanks | undefined;
  /** Capacity factor of this layer and micro-batch, where it varies. */
  capacityFactor: number | undefined;
  /** Copies that an expert accepts from all sources together. */
  capacity = Number.POSITIVE_INFINITY;
  /** Number of times that copies were settled: derived values hold until it rises. */
  settled = 0;
  /** Rows that experts compute: more than those routed if they are padded. */
  computed: RankRows = this;
  /** [experts' ranks] nanoseconds that each waits for experts that are not on its GPU; empty if all are */
  missNs = new Float64Array(0);
  /** Copies of tokens that are sent once to a rank; undefined where each copy is sent by itself. */
  visits: Visits | undefined;
  /** Tokens that were counted as they were picked: then nothing is known of single sources. */
  picked: PickedPorts | undefined;
  /** The dispatch, and the combine, which is the same exchange turned round: nanoseconds [ranks of the stage]. */
  readonly exchangeNs: Float64Array;
  readonly exchangeTraffic = { nodeBytes: 0, fabricBytes: 0, tabledSeconds: 0 };
  /** The exchange that is known; undefined: none is. */
  exchanged: object | undefined;

  // [sources × experts] filled on first use
  #copies: Float64Array | undefined;
  #lists: Lists | undefined;
  readonly #sources: number;
  readonly #split: number;
  /** [sources], where they share a data group's tokens: those of each */
  readonly #parts: Float64Array;
  readonly #topK: number;
  /** [experts] */
  readonly #kept: Float64Array;
  #padded: PaddedRows | undefined;
  readonly #keptBy = new WeakMap<ExpertPlaces, KeptVisits>(); // experts that move leave places behind
  #visits: KeptVisits | undefined;
  /** Tokens of each source. */
  tokens: ArrayLike<number> = [];
  /** Sent copies by rank, computed on request. */
  readonly #sentCopies: SentCopies;
  #hasSummed = false;
  #knowsSources = false;
  // Of the copies as they were drawn, by rank and for each source:
  #areRanksKnown = false;
  #areSentKnown = false;
  /** Copies by slot where slots are not in order. */
  readonly #slotCopies: SlotCopies;

  /** `split`: sources that share the tokens of a data group, each a part of them. */
  constructor(sources: number, { count: experts, topK }: { readonly count: number; readonly topK: number }, ranks: number, split = 1) {
    this.#sources = sources;
    this.#split = split;
    this.#parts = new Float64Array(split === 1 ? 0 : sources);
    this.#topK = topK;
    this.#slotCopies = new SlotCopies(sources);
    this.#sentCopies = new SentCopies(sources);
    this.routed = new Float64Array(experts);
    this.chosen = new Lists(1, experts);
    this.#kept = new Float64Array(experts);
    this.rows = this.#kept;
    this.exchangeNs = new Float64Array(ranks);
  }

  /** Copies that are computed [sources × experts], and where there are any. */
  get copies(): Float64Array {
    this.#copies ??= new Float64Array(this.#sources * this.routed.length);
    return this.#copies;
  }

  get lists(): Lists {
    this.#lists ??= new Lists(this.#sources, this.routed.length);
    return this.#lists;
  }

  /** Tokens of each source [sources], given the `rows` of data groups: those of the group, or a part each. */
  bring(rows: Float64Array): Float64Array {
    if (this.#split === 1) return rows;
    splitTokens(rows, this.#split, this.#parts);
    return this.#parts;
  }

  /** Makes slots of an expert share its copies by the loads of their ranks instead of evenly. */
  splitByLoad(): void {
    this.#slotCopies.splitByLoad();
  }

  /** Counts the fates of copies by expert, too. */
  countFates(fates: ExpertFates): void {
    this.fatesOf = fates;
    this.fates.maskedOf = fates.byLot;
  }

  /** Nothing is known: another pass begins. */
  forget(): void {
    this.layer = -1;
    this.exchanged = undefined;
  }

  /**
   * Prepares for `layer`, whose experts are in `slots`. The caller fills `copies`, and with `places` the returned visits, before any are
   * dropped; undefined where visits follow from the copies. A caller that keeps `lists` current sets it.
   */
  enter(layer: number, slots: ExpertSlots, places: ExpertPlaces | undefined): Visits | undefined {
    this.layer = layer;
    this.slots = slots;
    this.picked = undefined;
    this.lists.areCurrent = false;
    if (slots.inOrder) {
      this.sent = this.copies;
      this.rows = this.routed;
    }
    this.exchanged = undefined;
    this.#visits = places && this.#keptOf(places);
    return this.#visits?.drawn;
  }

  /** Draws the experts for the `tokens` of each source [sources]. */
  route(tokens: ArrayLike<number>): void {
    this.tokens = tokens;
    if (!this.lists.areCurrent) this.#look();
    keepAll(this);
    this.own = undefined;
    this.#areRanksKnown = this.slots!.inOrder;
    this.#areSentKnown = this.#areRanksKnown && this.#visits === undefined;
    if (this.#areRanksKnown) sumDrawn(this, this.slots!, this, this.#areSentKnown ? this.#sentCopies : undefined);
    else sumRouted(this);
  }

  /** Copies stay with experts that have a slot on `own` ranks of their source; others are left out. To be called after `beforeCut`. */
  stay(own: OwnRanks): void {
    this.own = own;
    leaveOutFar(this, own);
  }

  /** Copies to `missing` experts are left out; to be called after `beforeCut`. */
  mask(missing: Int32Array): void {
    leaveOut(this, missing);
  }

  /** Some of the copies are over capacity: they will change, and go to other experts where something `reroutes`. */
  beforeCut(reroutes = false): void {
    this.#visits?.beforeCut(this.copies, this.lists, reroutes);
  }

  /** The copies are those that are computed, `fates` counts the others. Experts that are padded compute `padding` rows each. `ratios`, where experts have copies and a gate knows them. */
  settle(padding = 0, ratios?: SpreadRatios): void {
    this.settled++;
    const { rerouted, dropped, masked } = this.fates;
    const isWhole = rerouted + dropped + masked === 0;
    this.#hasSummed = isWhole && this.#areSentKnown;
    this.#knowsSources = this.#hasSummed;
    if (rerouted > 0) this.#look();
    const visits = this.own === undefined ? this.#visits : undefined; // every copy stays on its rank
    visits?.afterCut(this, this.slots!);
    this.visits = visits?.visits;
    const slots = this.slots!;
    if (slots.inOrder) this.rows = isWhole ? this.routed : this.#kept;
    if (!isWhole) this.lists.sumRows(this.copies, this.#kept);
    else if (!slots.inOrder) this.#kept.set(this.routed);
    if (!slots.inOrder) {
      const sentTo = visits === undefined ? this.#sentCopies : undefined;
      this.#slotCopies.deal(this, this.#kept, slots, slots.hasCopies ? visits?.beginSpread() : undefined, sentTo);
      this.#hasSummed = sentTo !== undefined;
      this.#knowsSources = this.#hasSummed;
      this.rows = this.#slotCopies.rows;
      this.sent = this.#slotCopies.sent;
    }
    if (slots.hasCopies) visits?.endSpread(slots, this.tokens, ratios);
    if (!isWhole || !this.#areRanksKnown) countRanks(this, slots);
    if (padding > 0) {
      this.#padded ??= new PaddedRows();
      this.#padded.fill(this.rows, padding, slots);
      this.computed = this.#padded;
    } else this.computed = this;
  }

  /**
   * [sources × experts' ranks] tokens that each source sends to each of the experts' ranks, if they are sent once to a rank, else copies
   */
  arrivals(): Float64Array {
    return this.visits === undefined ? this.#sent().byRank : this.visits.toRanks;
  }

  /** Lists of the non-zero numbers of `arrivals`. */
  arrivalLists(): Lists {
    return this.visits === undefined ? this.#sent().lists : this.visits.ranks;
  }

  /** [sources] all copies that each sends, each for itself; undefined where it is not known. */
  sentBySource(): Float64Array | undefined {
    return this.#knowsSources ? this.#sentCopies.bySource : undefined;
  }

  #sent(): SentCopies {
    if (!this.#hasSummed) this.#sentCopies.sum(this, this.slots!);
    this.#hasSummed = true;
    return this.#sentCopies;
  }

  /** Lists where the copies are, if no caller did. */
  #look(): void {
    for (let source = 0; source < this.#sources; source++) {
      if (this.tokens[source]! > 0) this.lists.look(source, this.copies);
      else this.lists.lengths[source] = 0;
    }
  }

  #keptOf(places: ExpertPlaces): KeptVisits {
    const kept = this.#keptBy.get(places) ?? new KeptVisits(this.#sources, places, this.#topK);
    this.#keptBy.set(places, kept);
    return kept;
  }
}

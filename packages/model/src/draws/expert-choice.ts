import { Multinomial, type Stream } from "@tokenyard/random";
import { AlikeCounts } from "./alike-counts.ts";
import { AlikePicks } from "./alike-picks.ts";
import { ExpertTree } from "./expert-tree.ts";
import { HEAVIEST, HeaviestSets } from "./heaviest-sets.ts";
import { addListed, throwFew } from "./listed.ts";
import type { Lists } from "./lists.ts";
import type { PickTaker } from "./pick-taker.ts";
import { PickedVisits } from "./picked-visits.ts";
import { RankBits } from "./rank-bits.ts";
import { expertChances, LEAST_WEIGHT, setChances } from "./set-chances.ts";
import type { VisitMasks } from "./visit-masks.ts";
import { clearVisits, type ExpertPlaces, sumCopies, type Visits } from "./visits.ts";

/**
 * How many of n tokens choose each expert, when a token's experts are `topK` different ones, the set S with P(S) ∝ Π weight(e), e in S.
 * The counts are drawn exactly: for many tokens by halves of the experts, for few of them token by token.
 * Source: docs/models/routing.md#routing.
 */
export class ExpertChoice {
  readonly #weights: Float64Array; // [experts], adding up to 1
  readonly #topK: number;
  readonly #sets: HeaviestSets | undefined; // where weights are not alike
  #alikePicks: AlikePicks | undefined; // where they are
  // Tokens, see TOKENS_PER_EXPERT.
  readonly #mostAlone: number;
  readonly #mostVisiting: number;
  readonly #picks: Int32Array; // [some tokens × topK], and some more
  readonly #pickedVisits: PickedVisits;
  readonly #counts: Int32Array; // [experts] while tokens are counted at once
  readonly #rankBits = new RankBits();
  readonly #trees = new Map<ExpertPlaces | undefined, ExpertTree>();
  #balls: Multinomial | undefined; // where a token has one expert
  #shares: Float64Array | undefined;
  /** Lists that get each new cell as it is filled: of few tokens. */
  #listed: Lists | undefined;
  #visited: Lists | undefined;
  #alike: AlikeCounts | undefined;

  /** `weights` [experts] are positive and add up to 1; topK is at most their number. */
  constructor(weights: Float64Array, topK: number) {
    this.#weights = weights.map((weight) => Math.max(weight, LEAST_WEIGHT));
    this.#topK = topK;
    if (topK > 1 && weights.some((weight) => weight !== weights[0])) this.#sets = new HeaviestSets(this.#weights, topK);
    const { alone, visiting } = this.#sets === undefined ? TOKENS_PER_EXPERT.alike : TOKENS_PER_EXPERT.unlike;
    const experts = weights.length / (this.#sets?.meanTries ?? 1);
    this.#mostAlone = alone * experts;
    this.#mostVisiting = visiting * experts;
    this.#counts = new Int32Array(weights.length);
    this.#picks = new Int32Array(TOKENS_AT_ONCE * topK + HEAVIEST);
    this.#pickedVisits = new PickedVisits(this.#picks, topK);
  }

  /**
   * Fills the row `source` of `out` [sources × experts] with the copies of `tokens` tokens, which add up to tokens · topK; and `visits`, if
   * given, from the same choices. `lists`, if given, state the row's non-zero columns before, and then after.
   */
  count(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits, lists?: Lists): void {
    const experts = this.#weights.length;
    if (tokens === 0 && lists !== undefined) {
      lists.clear(source, out);
      if (visits !== undefined) clearVisits(visits, source);
    } else if (this.#topK === 1) {
      this.#balls ??= new Multinomial(this.#weights);
      if (lists !== undefined && tokens < experts && this.#balls.throwsEach(tokens))
        throwFew(this.#balls, tokens, stream, out, source, lists);
      else {
        this.#balls.draw(stream, tokens, out, source * experts);
        lists?.look(source, out);
      }
      if (visits !== undefined) sumCopies(out, source, visits, lists);
    } else if (tokens <= (visits === undefined ? this.#mostAlone : this.#mostVisiting)) {
      if (lists === undefined) out.fill(0, source * experts, (source + 1) * experts);
      else lists.clear(source, out);
      if (visits !== undefined) clearVisits(visits, source);
      const copies = tokens * this.#topK;
      this.#listed = lists !== undefined && copies < experts ? lists : undefined;
      this.#visited = visits !== undefined && copies < visits.places.nodeOf.length ? visits.ranks : undefined;
      this.#countOneByOne(tokens, stream, out, source, visits);
      if (this.#listed === undefined) lists?.look(source, out);
      if (this.#visited === undefined) visits?.ranks.look(source, visits.toRanks);
    } else {
      this.#treeOf(visits?.places).count(tokens, stream, out, source, visits);
      lists?.look(source, out);
    }
  }

  /** Share of all copies that each expert gets in the mean [experts]; the same array each time. */
  shares(): Float64Array {
    this.#shares ??= expertChances(setChances(this.#weights, this.#topK), this.#topK).map((chance) => chance / this.#topK);
    return this.#shares;
  }

  #countOneByOne(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits): void {
    const sets = this.#sets;
    const listsNone = this.#listed === undefined && this.#visited === undefined;
    if (sets === undefined) {
      if (listsNone && (visits === undefined || fitsWord(visits))) this.#countAlike(tokens, stream, out, source, visits);
      else this.#countEach(this.#beginPicks(), tokens, stream, out, source, visits);
    } else if (listsNone && visits === undefined) this.#countAtOnce(sets, tokens, stream, out, source);
    else if (listsNone && fitsWord(visits!)) this.#countVisits(sets, tokens, stream, out, source, visits!);
    else this.#countEach(sets, tokens, stream, out, source, visits);
  }

  #treeOf(places: ExpertPlaces | undefined): ExpertTree {
    if (this.#trees.size > MOST_TREES) this.#trees.clear(); // experts that move leave places behind
    const tree = this.#trees.get(places) ?? new ExpertTree(this.#weights, this.#topK, places);
    this.#trees.set(places, tree);
    return tree;
  }

  /** Whether a source with this number of tokens is drawn token by token, as by `pick`; false where tokens are counted by halves. */
  picks(tokens: number, isVisiting: boolean): boolean {
    return this.#topK > 1 && tokens <= (isVisiting ? this.#mostVisiting : this.#mostAlone);
  }

  /** Draws as `count` does, and passes the experts of each token of `source` to `taker`. */
  pick(tokens: number, stream: Stream, source: number, taker: PickTaker): void {
    const picker = this.#sets ?? this.#beginPicks();
    for (let left = tokens; left > 0; left -= TOKENS_AT_ONCE) {
      const some = Math.min(left, TOKENS_AT_ONCE);
      picker.pick(some, stream, this.#picks);
      taker.take(source, this.#picks, some, this.#topK);
    }
  }

  #beginPicks(): AlikePicks {
    this.#alikePicks ??= new AlikePicks(this.#weights.length, this.#topK);
    this.#alikePicks.begin();
    return this.#alikePicks;
  }

  /** Some tokens after others. */
  #countEach(sets: HeaviestSets | AlikePicks, tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits): void {
    const picks = this.#picks;
    const topK = this.#topK;
    const offset = source * this.#weights.length;
    for (let left = tokens; left > 0; left -= TOKENS_AT_ONCE) {
      const some = Math.min(left, TOKENS_AT_ONCE);
      sets.pick(some, stream, picks);
      for (let first = 0; first < some * topK; first += topK) {
        if (this.#listed !== undefined) addListed(picks, first, first + topK, out, source, this.#listed);
        else for (let i = first; i < first + topK; i++) out[offset + picks[i]!]! += 1;
      }
      if (visits !== undefined) this.#pickedVisits.add(some * topK, visits, source, this.#visited);
    }
  }

  /** Counts without lists and without visits. */
  #countAtOnce(sets: HeaviestSets, tokens: number, stream: Stream, out: Float64Array, source: number): void {
    const picks = this.#picks;
    const topK = this.#topK;
    const counts = this.#counts;
    for (let left = tokens; left > 0; left -= TOKENS_AT_ONCE) {
      const some = Math.min(left, TOKENS_AT_ONCE);
      sets.pick(some, stream, picks);
      for (let i = 0; i < some * topK; i++) counts[picks[i]!]!++;
    }
    this.#writeCounts(out, source);
  }

  /** Counts with visits, where a word has a bit for each rank. */
  #countVisits(sets: HeaviestSets, tokens: number, stream: Stream, out: Float64Array, source: number, visits: Visits): void {
    const picks = this.#picks;
    const topK = this.#topK;
    const counts = this.#counts;
    const { bits, masks } = this.#rankBits.of(visits.places);
    for (let left = tokens; left > 0; left -= TOKENS_AT_ONCE) {
      const some = Math.min(left, TOKENS_AT_ONCE);
      sets.pick(some, stream, picks);
      for (let first = 0; first < some * topK; first += topK) {
        let been = 0;
        for (let i = first; i < first + topK; i++) {
          const expert = picks[i]!;
          counts[expert]!++;
          been |= bits[expert]!;
        }
        masks.add(been);
      }
    }
    this.#writeCounts(out, source);
    this.#writeMasks(tokens, masks, source, visits);
  }

  #writeMasks(tokens: number, masks: VisitMasks, source: number, { places, toRanks, toNodes }: Visits): void {
    masks.addTo(toRanks, source * places.nodeOf.length);
    toNodes[source]! += tokens;
  }

  #writeCounts(out: Float64Array, source: number): void {
    const counts = this.#counts;
    const offset = source * counts.length;
    for (let e = 0; e < counts.length; e++) {
      out[offset + e] = counts[e]!;
      counts[e] = 0;
    }
  }

  /** Counts where weights are alike, nothing is listed, and a word has a bit for each visited rank. */
  #countAlike(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits): void {
    this.#alike ??= new AlikeCounts(this.#counts.length, this.#topK);
    if (visits === undefined) this.#alike.count(tokens, stream, this.#counts);
    else {
      const { bits, masks } = this.#rankBits.of(visits.places);
      this.#alike.count(tokens, stream, this.#counts, bits, masks);
      this.#writeMasks(tokens, masks, source, visits);
    }
    this.#writeCounts(out, source);
  }
}

const WORD = 32; // bits

/** Whether a word has a bit for each rank that is visited, and all are on one node. */
function fitsWord({ places }: Visits): boolean {
  return places.nodes === 1 && places.nodeOf.length <= WORD;
}

const TOKENS_AT_ONCE = 64;

/**
 * Largest number of tokens for each expert up to which drawing one by one is cheaper, without visits and with them; with unlike weights,
 * the number that is picked without a second try.
 */
const TOKENS_PER_EXPERT = { alike: { alone: 20, visiting: 6 }, unlike: { alone: 7, visiting: 5.5 } };

const MOST_TREES = 8;

import { Multinomial, type Stream } from "@tokenyard/random";
import { ExpertTree } from "./expert-tree.ts";
import { HEAVIEST, HeavySets } from "./heavy-sets.ts";
import type { Lists } from "./lists.ts";
import { expertChances, LEAST_WEIGHT, setChances } from "./set-chances.ts";
import { VisitMasks } from "./visit-masks.ts";
import { clearVisits, type ExpertPlaces, sumCopies, type Visits } from "./visits.ts";

/** [experts] the bit of each one's rank; and what counts by them. */
interface RankBits {
  readonly bits: Int32Array;
  readonly masks: VisitMasks;
}

/**
 * How many of n tokens choose each expert, when a token's experts are `topK` different ones, the set S with P(S) ∝ Π weight(e), e in S.
 * The counts are drawn exactly: for many tokens by halves of the experts, for few of them token by token.
 * Source: docs/models.md#routing.
 */
export class ExpertChoice {
  readonly #weights: Float64Array; // [experts], adding up to 1
  readonly #topK: number;
  readonly #sets: HeavySets | undefined; // where weights are not alike
  // Tokens, see TOKENS_PER_EXPERT.
  readonly #mostAlone: number;
  readonly #mostVisiting: number;
  readonly #picks: Int32Array; // [some tokens × topK], and some more
  readonly #pickedAt: Float64Array; // [experts] the token that last picked it, where weights are alike
  readonly #counts: Int32Array; // [experts] while tokens are counted at once
  readonly #nodes = new Map<ExpertPlaces, Int32Array>(); // see nodesOf
  readonly #rankBits = new Map<ExpertPlaces, RankBits>();
  #visitedAt = new Float64Array(0); // [ranks or nodes] the token that last came there
  #listedAt = new Float64Array(0); // [ranks] the call that last listed it
  #listing = 0;
  readonly #trees = new Map<ExpertPlaces | undefined, ExpertTree>();
  #balls: Multinomial | undefined; // where a token has one expert
  #shares: Float64Array | undefined;
  /** Lists that are told of each new cell as it is filled: of few tokens. */
  #listed: Lists | undefined;
  #visited: Lists | undefined;
  #tries = 0;
  // Where tokens are counted at once: see #chosenBefore, and how many there were.
  #chosenAt: Int32Array | undefined;
  #chosen = 0;
  #visiting = 0;

  /** `weights` [experts] are positive and add up to 1; topK is at most their number. */
  constructor(weights: Float64Array, topK: number) {
    this.#weights = weights.map((weight) => Math.max(weight, LEAST_WEIGHT));
    this.#topK = topK;
    if (topK > 1 && weights.some((weight) => weight !== weights[0])) this.#sets = new HeavySets(this.#weights, topK);
    const { alone, visiting } = this.#sets === undefined ? TOKENS_PER_EXPERT.alike : TOKENS_PER_EXPERT.unlike;
    const experts = weights.length / (this.#sets?.meanTries ?? 1);
    this.#mostAlone = alone * experts;
    this.#mostVisiting = visiting * experts;
    this.#counts = new Int32Array(weights.length);
    this.#picks = new Int32Array(TOKENS_AT_ONCE * topK + HEAVIEST);
    this.#pickedAt = new Float64Array(weights.length);
  }

  /**
   * Fills the row `source` of `out` [sources × experts] with the copies that `tokens` tokens send, which add up to tokens · topK; and of
   * `visits`, where some are given, with what follows from the same choices. `lists`, where some are given, say what the row had, and then what it has.
   */
  count(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits, lists?: Lists): void {
    const experts = this.#weights.length;
    if (tokens === 0 && lists !== undefined) {
      lists.clear(source, out);
      if (visits !== undefined) clearVisits(visits, source);
    } else if (this.#topK === 1) {
      this.#balls ??= new Multinomial(this.#weights);
      this.#balls.draw(stream, tokens, out, source * experts);
      lists?.look(source, out);
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
      if (listsNone && visits === undefined) this.#countAlikeAtOnce(tokens, stream, out, source);
      else if (listsNone && fitsWord(visits!)) this.#countAlikeVisits(tokens, stream, out, source, visits!);
      else this.#countEachAlike(tokens, stream, out, source, visits);
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

  /** Some tokens after others. */
  #countEach(sets: HeavySets, tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits): void {
    const picks = this.#picks;
    const topK = this.#topK;
    const offset = source * this.#weights.length;
    for (let left = tokens; left > 0; left -= TOKENS_AT_ONCE) {
      const some = Math.min(left, TOKENS_AT_ONCE);
      sets.pick(some, stream, picks);
      for (let first = 0; first < some * topK; first += topK) {
        if (this.#listed !== undefined) this.#list(first, first + topK, out, source, this.#listed);
        for (let i = first; i < first + topK; i++) out[offset + picks[i]!]! += 1;
      }
      if (visits !== undefined) this.#addVisits(some * topK, visits, source);
    }
  }

  /** The same where nothing is listed, and nobody visits. */
  #countAtOnce(sets: HeavySets, tokens: number, stream: Stream, out: Float64Array, source: number): void {
    const picks = this.#picks;
    const topK = this.#topK;
    const counts = this.#counts;
    for (let left = tokens; left > 0; left -= TOKENS_AT_ONCE) {
      const some = Math.min(left, TOKENS_AT_ONCE);
      sets.pick(some, stream, picks);
      for (let i = 0; i < some * topK; i++) counts[picks[i]!]!++;
    }
    this.#tellCounts(out, source);
  }

  /** The same with visits, where a word has a bit for each rank. */
  #countVisits(sets: HeavySets, tokens: number, stream: Stream, out: Float64Array, source: number, visits: Visits): void {
    const picks = this.#picks;
    const topK = this.#topK;
    const counts = this.#counts;
    const { bits, masks } = this.#rankBitsOf(visits.places);
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
    this.#tellCounts(out, source);
    this.#tellMasks(tokens, masks, source, visits);
  }

  #tellMasks(tokens: number, masks: VisitMasks, source: number, { places, toRanks, toNodes }: Visits): void {
    masks.tell(toRanks, source * places.nodeOf.length);
    toNodes[source]! += tokens;
  }

  #tellCounts(out: Float64Array, source: number): void {
    const counts = this.#counts;
    const offset = source * counts.length;
    for (let e = 0; e < counts.length; e++) {
      out[offset + e] = counts[e]!;
      counts[e] = 0;
    }
  }

  /** Token after token, where weights are alike: independent picks, of which only one that comes twice is made again. A word of random bits tells several. */
  #countEachAlike(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits): void {
    const picks = this.#picks;
    const pickedAt = this.#pickedAt;
    const topK = this.#topK;
    const full = TOKENS_AT_ONCE * topK;
    const experts = pickedAt.length;
    const offset = source * experts;
    const bits = WORD - Math.clz32(experts - 1);
    const mask = (1 << bits) - 1;
    let now = this.#tries;
    let word = 0;
    let left = 0;
    let at = 0;
    for (let token = 0; token < tokens; token++) {
      const end = at + topK;
      now++;
      while (at < end) {
        if (left < bits) {
          word = stream.bits();
          left = WORD;
        }
        const expert = word & mask;
        word >>= bits; // a shift that keeps the sign: no more bits are taken than there are
        left -= bits;
        if (expert >= experts || pickedAt[expert] === now) continue;
        pickedAt[expert] = now;
        picks[at++] = expert;
      }
      if (this.#listed !== undefined) this.#list(end - topK, end, out, source, this.#listed);
      for (let i = end - topK; i < end; i++) out[offset + picks[i]!]! += 1;
      if (visits !== undefined && at === full) this.#addVisits(at, visits, source);
      if (at === full) at = 0;
    }
    if (visits !== undefined) this.#addVisits(at, visits, source);
    this.#tries = now;
  }

  /** The same picks, each counted as it is made, where nothing is listed, and nobody visits. */
  #countAlikeAtOnce(tokens: number, stream: Stream, out: Float64Array, source: number): void {
    const topK = this.#topK;
    const counts = this.#counts;
    const experts = counts.length;
    const bits = WORD - Math.clz32(experts - 1);
    const mask = (1 << bits) - 1;
    const chosenAt = this.#chosenBefore(tokens, mask);
    let now = this.#chosen;
    let word = 0;
    let left = 0;
    for (let token = 0; token < tokens; token++) {
      now++;
      let taken = 0;
      while (taken < topK) {
        if (left < bits) {
          word = stream.bits();
          left = WORD;
        }
        const expert = word & mask;
        word >>= bits; // a shift that keeps the sign: no more bits are taken than there are
        left -= bits;
        if (chosenAt[expert] === now || expert >= experts) continue;
        chosenAt[expert] = now;
        taken++;
        counts[expert]!++;
      }
    }
    this.#chosen = now;
    this.#tellCounts(out, source);
  }

  /** The same with visits, where a word has a bit for each rank. */
  #countAlikeVisits(tokens: number, stream: Stream, out: Float64Array, source: number, visits: Visits): void {
    const topK = this.#topK;
    const counts = this.#counts;
    const experts = counts.length;
    const bits = WORD - Math.clz32(experts - 1);
    const mask = (1 << bits) - 1;
    const chosenAt = this.#chosenBefore(tokens, mask);
    const { bits: rankBits, masks } = this.#rankBitsOf(visits.places);
    let now = this.#chosen;
    let word = 0;
    let left = 0;
    for (let token = 0; token < tokens; token++) {
      now++;
      let been = 0;
      let taken = 0;
      while (taken < topK) {
        if (left < bits) {
          word = stream.bits();
          left = WORD;
        }
        const expert = word & mask;
        word >>= bits;
        left -= bits;
        if (chosenAt[expert] === now || expert >= experts) continue;
        chosenAt[expert] = now;
        taken++;
        counts[expert]!++;
        been |= rankBits[expert]!;
      }
      masks.add(been);
    }
    this.#chosen = now;
    this.#tellCounts(out, source);
    this.#tellMasks(tokens, masks, source, visits);
  }

  /** [words of so many bits] the token that chose an expert last, of those before `#chosen` + 1. */
  #chosenBefore(tokens: number, mask: number): Int32Array {
    this.#chosenAt ??= new Int32Array(mask + 1);
    if (this.#chosen + tokens > MOST_TOKENS) {
      this.#chosenAt.fill(0);
      this.#chosen = 0;
    }
    return this.#chosenAt;
  }

  /** Lists those of the picks `from` … `end` − 1, one token's, that `source` had not chosen before. */
  #list(from: number, end: number, out: Float64Array, source: number, { places, lengths, columns }: Lists): void {
    const picks = this.#picks;
    const first = source * columns;
    let next = first + lengths[source]!;
    for (let i = from; i < end; i++) if (out[first + picks[i]!] === 0) places[next++] = picks[i]!;
    lengths[source] = next - first;
  }

  /** Adds the tokens of the first `picked` picks to the visits of `source`. */
  #addVisits(picked: number, { places, toRanks, toNodes }: Visits, source: number): void {
    const { rankOf, nodeOf, nodes } = places;
    if (this.#visited !== undefined) this.#listRanks(picked, rankOf, toRanks, source, this.#visited);
    this.#addPlaces(picked, rankOf, toRanks, source * nodeOf.length, nodeOf.length);
    if (nodes === 1) toNodes[source]! += picked / this.#topK;
    else this.#addPlaces(picked, this.#nodesOf(places), toNodes, source * nodes, nodes);
  }

  /** Lists the ranks of the first `picked` picks that `source` had not sent to before. */
  #listRanks(picked: number, rankOf: Int32Array, toRanks: Float64Array, source: number, { places, lengths, columns }: Lists): void {
    const picks = this.#picks;
    const first = source * columns;
    const listed = this.#listing + 1;
    this.#listing = listed;
    if (this.#listedAt.length < columns) this.#listedAt = new Float64Array(columns);
    const listedAt = this.#listedAt;
    let next = first + lengths[source]!;
    for (let i = 0; i < picked; i++) {
      const rank = rankOf[picks[i]!]!;
      if (toRanks[first + rank] !== 0 || listedAt[rank] === listed) continue;
      listedAt[rank] = listed;
      places[next++] = rank;
    }
    lengths[source] = next - first;
  }

  /** Adds to `out` from `first` on, by the `count` places that `placeOf` [experts] tells, how many tokens come there. Without a branch that nobody could foretell. */
  #addPlaces(picked: number, placeOf: Int32Array, out: Float64Array, first: number, count: number): void {
    const picks = this.#picks;
    const topK = this.#topK;
    if (count <= WORD) {
      for (let at = 0; at < picked; ) {
        let been = 0;
        for (const end = at + topK; at < end; at++) {
          const place = placeOf[picks[at]!]!;
          out[first + place]! += ((been >>> place) & 1) ^ 1;
          been |= 1 << place;
        }
      }
      return;
    }
    if (this.#visitedAt.length < count) this.#visitedAt = new Float64Array(count);
    const visitedAt = this.#visitedAt;
    let now = this.#visiting;
    for (let at = 0; at < picked; ) {
      now++;
      for (const end = at + topK; at < end; at++) {
        const place = placeOf[picks[at]!]!;
        const isNew = visitedAt[place] === now ? 0 : 1;
        visitedAt[place] = now;
        out[first + place]! += isNew;
      }
    }
    this.#visiting = now;
  }

  #rankBitsOf(places: ExpertPlaces): RankBits {
    const known = this.#rankBits.get(places);
    if (known !== undefined) return known;
    const made = { bits: places.rankOf.map((rank) => 1 << rank), masks: new VisitMasks(places.nodeOf.length) };
    this.#rankBits.set(places, made);
    return made;
  }

  /** [experts] on which node each lies */
  #nodesOf(places: ExpertPlaces): Int32Array {
    const nodes = this.#nodes.get(places) ?? places.rankOf.map((rank) => places.nodeOf[rank]!);
    this.#nodes.set(places, nodes);
    return nodes;
  }
}

const WORD = 32; // bits

const MOST_TOKENS = 1 << 30;

/** Whether a word has a bit for each rank that is visited, and all are on one node. */
function fitsWord({ places }: Visits): boolean {
  return places.nodes === 1 && places.nodeOf.length <= WORD;
}

const TOKENS_AT_ONCE = 64;

/** Up to so many tokens for each expert drawing one by one is the cheaper way, about, without visits and with them; of unlike weights, as many as are picked without a second try. */
const TOKENS_PER_EXPERT = { alike: { alone: 20, visiting: 6 }, unlike: { alone: 7, visiting: 5.5 } };

const MOST_TREES = 8;

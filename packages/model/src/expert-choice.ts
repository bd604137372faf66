import { AliasTable, Multinomial, type Stream } from "@tokenyard/random";
import { ExpertTree } from "./expert-tree.ts";
import type { Lists } from "./lists.ts";
import { expertChances, LEAST_WEIGHT, setChances } from "./set-chances.ts";
import { clearVisits, type ExpertPlaces, sumCopies, type Visits } from "./visits.ts";

/**
 * How many of n tokens choose each expert, when a token's experts are `topK` different ones, the set S with P(S) ∝ Π weight(e), e in S.
 * The counts are drawn exactly: for many tokens by halves of the experts, for few of them token by token.
 * Source: docs/models.md#routing.
 */
export class ExpertChoice {
  readonly #weights: Float64Array; // [experts], adding up to 1
  readonly #topK: number;
  readonly #byWeight: AliasTable;
  readonly #areAlike: boolean; // the weights
  readonly #mostOneByOne: number; // tokens, see TOKENS_PER_EXPERT
  readonly #picks: Int32Array; // [some tokens × topK]
  readonly #pickedAt: Float64Array; // [experts] the try that last picked it
  readonly #nodes = new Map<ExpertPlaces, Int32Array>(); // see nodesOf
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
  // Where tokens are counted at once: [words of so many bits] the token that chose an expert last, and how many there were; and where there are no visits.
  #chosenAt: Int32Array | undefined;
  #chosen = 0;
  #nowhere: Int32Array | undefined;
  #visiting = 0;

  /** `weights` [experts] are positive and add up to 1; topK is at most their number. */
  constructor(weights: Float64Array, topK: number) {
    this.#weights = weights.map((weight) => Math.max(weight, LEAST_WEIGHT));
    this.#topK = topK;
    this.#byWeight = new AliasTable(this.#weights);
    this.#areAlike = weights.every((weight) => weight === weights[0]);
    const perExpert = this.#areAlike ? TOKENS_PER_EXPERT.alike : TOKENS_PER_EXPERT.unlike * setChances(this.#weights, topK).allDifferent;
    this.#mostOneByOne = perExpert * weights.length;
    this.#picks = new Int32Array(TOKENS_AT_ONCE * topK);
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
    } else if (tokens <= this.#mostOneByOne) {
      if (lists === undefined) out.fill(0, source * experts, (source + 1) * experts);
      else lists.clear(source, out);
      if (visits !== undefined) clearVisits(visits, source);
      const copies = tokens * this.#topK;
      this.#listed = lists !== undefined && copies < experts ? lists : undefined;
      this.#visited = visits !== undefined && copies < visits.places.nodeOf.length ? visits.ranks : undefined;
      if (this.#areAlike && this.#listed === undefined && this.#visited === undefined && mayCountAtOnce(visits)) {
        this.#countAlikeAtOnce(tokens, stream, out, source, visits);
      } else if (this.#areAlike) this.#countEachAlike(tokens, stream, out, source, visits);
      else this.#countEach(tokens, stream, out, source, visits);
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

  #treeOf(places: ExpertPlaces | undefined): ExpertTree {
    if (this.#trees.size > MOST_TREES) this.#trees.clear(); // experts that move leave places behind
    const tree = this.#trees.get(places) ?? new ExpertTree(this.#weights, this.#topK, places);
    this.#trees.set(places, tree);
    return tree;
  }

  /** Token after token: independent picks, all begun anew when one comes twice, give every set its chance ∝ Π weights. */
  #countEach(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits): void {
    const picks = this.#picks;
    const pickedAt = this.#pickedAt;
    const topK = this.#topK;
    const offset = source * pickedAt.length;
    let now = this.#tries;
    let at = 0;
    for (let token = 0; token < tokens; token++) {
      const end = at + topK;
      now++;
      while (at < end) {
        const expert = this.#byWeight.pick(stream);
        if (pickedAt[expert] === now) {
          at = end - topK;
          now++;
        } else {
          pickedAt[expert] = now;
          picks[at++] = expert;
        }
      }
      if (this.#listed !== undefined) this.#list(end - topK, end, out, source, this.#listed);
      for (let i = end - topK; i < end; i++) out[offset + picks[i]!]! += 1;
      if (visits !== undefined && at === picks.length) this.#addVisits(at, visits, source);
      if (at === picks.length) at = 0;
    }
    if (visits !== undefined) this.#addVisits(at, visits, source);
    this.#tries = now;
  }

  /** The same where weights are alike: then only the pick that comes twice is made again, and a word of random bits tells several. */
  #countEachAlike(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits): void {
    const picks = this.#picks;
    const pickedAt = this.#pickedAt;
    const topK = this.#topK;
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
      if (visits !== undefined && at === picks.length) this.#addVisits(at, visits, source);
      if (at === picks.length) at = 0;
    }
    if (visits !== undefined) this.#addVisits(at, visits, source);
    this.#tries = now;
  }

  /** The same picks, each counted as it is made, where nothing is listed and a word has a bit for each rank. */
  #countAlikeAtOnce(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits): void {
    const topK = this.#topK;
    const experts = this.#weights.length;
    const offset = source * experts;
    const bits = WORD - Math.clz32(experts - 1);
    const mask = (1 << bits) - 1;
    this.#chosenAt ??= new Int32Array(mask + 1);
    const chosenAt = this.#chosenAt;
    if (this.#chosen + tokens > MOST_TOKENS) {
      chosenAt.fill(0);
      this.#chosen = 0;
    }
    if (visits === undefined) this.#nowhere ??= new Int32Array(experts);
    const rankOf = visits?.places.rankOf ?? this.#nowhere!;
    const toRanks = visits?.toRanks ?? NOBODY;
    const first = visits === undefined ? 0 : source * visits.places.nodeOf.length;
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
        word >>= bits; // a shift that keeps the sign: no more bits are taken than there are
        left -= bits;
        if (chosenAt[expert] === now || expert >= experts) continue;
        chosenAt[expert] = now;
        taken++;
        out[offset + expert]! += 1;
        const rank = rankOf[expert]!;
        toRanks[first + rank]! += ((been >>> rank) & 1) ^ 1;
        been |= 1 << rank;
      }
    }
    this.#chosen = now;
    if (visits !== undefined) visits.toNodes[source]! += tokens;
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

  /** [experts] on which node each lies */
  #nodesOf(places: ExpertPlaces): Int32Array {
    const nodes = this.#nodes.get(places) ?? places.rankOf.map((rank) => places.nodeOf[rank]!);
    this.#nodes.set(places, nodes);
    return nodes;
  }
}

const WORD = 32; // bits

const MOST_TOKENS = 1 << 30;

/** Where nobody asks how many come to a rank. */
const NOBODY = new Float64Array(1);

/** Whether a word has a bit for each rank that is visited, and all are on one node. */
function mayCountAtOnce(visits: Visits | undefined): boolean {
  return visits === undefined || (visits.places.nodes === 1 && visits.places.nodeOf.length <= WORD);
}

const TOKENS_AT_ONCE = 64;

/** Up to so many tokens for each expert drawing one by one is the cheaper way, about; of unlike weights, as many as are picked without a second try. */
const TOKENS_PER_EXPERT = { alike: 6, unlike: 2.5 };

const MOST_TREES = 8;

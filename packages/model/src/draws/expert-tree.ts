import { binomial, lnCommoner, type Stream } from "@tokenyard/random";
import { lnSetSums, setSumsOf } from "./set-sums.ts";
import { clearVisits, type ExpertPlaces, type Visits } from "./visits.ts";

const NONE = -1;

/**
 * Exact draws of the counts of copies, and of visits, of many tokens at once: a tree halves the experts, first by node, then by rank, down
 * to each one. Of the tokens that need j experts of a part, a multinomial number chooses k of them from its first half and j − k from its
 * second. Tokens that need any expert of a rank or node visit it. Costs some binomials for each part that tokens reach. Source:
 * docs/models/routing.md#routing.
 */
export class ExpertTree {
  readonly #topK: number;
  readonly #ranks: number;
  readonly #nodes: number;
  /** Parts, each before those in it; the first of those in it comes next. [parts] */
  readonly #second: Int32Array; // its second half; NONE for a single expert
  readonly #after: Int32Array; // the next part that is not in it
  readonly #expert: Int32Array; // of a single expert
  readonly #rank: Int32Array; // whose experts it is, or NONE
  readonly #node: Int32Array;
  /**
   * [parts] start of the part's chances by j and k: that a token which needs j, and chooses at least k of them from the first half, chooses
   * exactly k
   */
  readonly #chancesAt: Int32Array;
  readonly #chance: Float64Array;
  readonly #lnChance: Float64Array; // `lnCommoner` of each
  /** Fewest, and most, that j tokens may take from the first half: by part and j. [parts × (topK + 1)] */
  readonly #least: Int32Array;
  readonly #most: Int32Array;
  readonly #needing: Float64Array; // [parts × (topK + 1)] tokens that need j

  /** `weights` [experts] are positive. With `places` visits can be counted. */
  constructor(weights: Float64Array, topK: number, places: ExpertPlaces | undefined) {
    const shape = shapeOf(weights.length, places);
    const parts = shape.sizes.length;
    this.#topK = topK;
    this.#ranks = places?.nodeOf.length ?? 0;
    this.#nodes = places?.nodes ?? 0;
    this.#second = Int32Array.from(shape.second);
    this.#after = Int32Array.from(shape.after);
    this.#expert = Int32Array.from(shape.expert);
    this.#rank = Int32Array.from(shape.rank);
    this.#node = Int32Array.from(shape.node);
    const row = topK + 1;
    this.#needing = new Float64Array(parts * row);
    this.#least = new Int32Array(parts * row);
    this.#most = new Int32Array(parts * row);
    this.#chancesAt = new Int32Array(parts);
    const chances: number[] = [];
    const sums: Float64Array[] = new Array(parts);
    for (let part = parts - 1; part >= 0; part--) {
      const second = shape.second[part]!;
      if (second === NONE) {
        sums[part] = lnSetSums(weights[shape.expert[part]!]!);
        continue;
      }
      const [first, other] = [sums[part + 1]!, sums[second]!];
      this.#chancesAt[part] = chances.length;
      sums[part] = setSumsOf(first, other, topK, (j, least, chancesOfJ) => {
        this.#least[part * row + j] = least;
        this.#most[part * row + j] = least + chancesOfJ.length - 1;
        for (let k = 0; k < row; k++) chances.push(chancesOfJ[k - least] ?? 0);
      });
    }
    this.#chance = Float64Array.from(chances);
    this.#lnChance = this.#chance.map(lnCommoner);
  }

  /** Fills the row `source` of `out` [sources × experts], and of `visits` where some are given, for `tokens` tokens. */
  count(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits): void {
    const row = this.#topK + 1;
    const needing = this.#needing;
    const parts = this.#second.length;
    const experts = (parts + 1) / 2;
    const toRanks = source * this.#ranks;
    const toNodes = source * this.#nodes;
    out.fill(0, source * experts, (source + 1) * experts);
    if (visits !== undefined) clearVisits(visits, source);
    needing.fill(0, 0, row);
    needing[this.#topK] = tokens;
    for (let part = 0; part < parts; ) {
      const at = part * row;
      let coming = 0;
      for (let j = 1; j < row; j++) coming += needing[at + j]!;
      if (coming === 0) {
        part = this.#after[part]!;
        continue;
      }
      if (visits !== undefined) {
        if (this.#rank[part] !== NONE) visits.toRanks[toRanks + this.#rank[part]!] = coming;
        if (this.#node[part] !== NONE) visits.toNodes[toNodes + this.#node[part]!] = coming;
      }
      if (this.#second[part] === NONE) out[source * experts + this.#expert[part]!] = needing[at + 1]!;
      else this.#halve(part, stream);
      part++;
    }
    visits?.ranks.look(source, visits.toRanks);
  }

  /** Lets the halves of `part` know how many tokens need how many of theirs. */
  #halve(part: number, stream: Stream): void {
    const row = this.#topK + 1;
    const needing = this.#needing;
    const at = part * row;
    const first = at + row;
    const second = this.#second[part]! * row;
    for (let k = 0; k < row; k++) {
      needing[first + k] = 0; // for a few numbers, `fill` is ten times slower
      needing[second + k] = 0;
    }
    for (let j = 1; j < row; j++) {
      let left = needing[at + j]!;
      if (left === 0) continue;
      const chances = this.#chancesAt[part]! + (j - 1) * row;
      const most = this.#most[at + j]!;
      for (let k = this.#least[at + j]!; k < most && left > 0; k++) {
        const taking = binomial(stream, left, this.#chance[chances + k]!, this.#lnChance[chances + k]!);
        needing[first + k]! += taking;
        needing[second + j - k]! += taking;
        left -= taking;
      }
      needing[first + most]! += left;
      needing[second + j - most]! += left;
    }
  }
}

/** Parts of a tree in order: sizes, the start of the second half, the next part, and the experts of a part. */
interface TreeShape {
  readonly sizes: number[];
  readonly second: number[];
  readonly after: number[];
  readonly expert: number[];
  readonly rank: number[];
  readonly node: number[];
}

function shapeOf(experts: number, places: ExpertPlaces | undefined): TreeShape {
  const shape: TreeShape = { sizes: [], second: [], after: [], expert: [], rank: [], node: [] };
  const rankOf = (e: number) => places?.rankOf[e] ?? 0;
  const nodeOf = (e: number) => places?.nodeOf[rankOf(e)] ?? 0;
  const order = Array.from({ length: experts }, (_, e) => e).sort((a, b) => nodeOf(a) - nodeOf(b) || rankOf(a) - rankOf(b) || a - b);
  const add = (own: readonly number[], isNode: boolean, isRank: boolean): void => {
    const first = own[0]!;
    const last = own.at(-1)!;
    const part = shape.sizes.length;
    const sameNode = nodeOf(first) === nodeOf(last);
    const sameRank = rankOf(first) === rankOf(last);
    shape.sizes.push(own.length);
    shape.node.push(places !== undefined && sameNode && !isNode ? nodeOf(first) : NONE);
    shape.rank.push(places !== undefined && sameRank && !isRank ? rankOf(first) : NONE);
    shape.expert.push(own.length === 1 ? first : NONE);
    shape.second.push(NONE);
    shape.after.push(NONE);
    if (own.length > 1) {
      const cut = cutOf(own, sameRank ? undefined : sameNode ? rankOf : nodeOf);
      add(own.slice(0, cut), sameNode, sameRank);
      shape.second[part] = shape.sizes.length;
      add(own.slice(cut), sameNode, sameRank);
    }
    shape.after[part] = shape.sizes.length;
  };
  add(order, false, false);
  return shape;
}

/** Index at which to halve `own`: the middle, or the nearest place where `placeOf` of two neighbours differs. */
function cutOf(own: readonly number[], placeOf: ((e: number) => number) | undefined): number {
  const middle = own.length >> 1;
  if (placeOf === undefined) return middle;
  const isCut = (at: number) => at > 0 && at < own.length && placeOf(own[at - 1]!) !== placeOf(own[at]!);
  for (let off = 0; ; off++) {
    if (isCut(middle - off)) return middle - off;
    if (isCut(middle + off)) return middle + off;
  }
}

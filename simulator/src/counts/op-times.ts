import { familyOf } from "@tokenyard/metrics";
import { LANE_OF_KIND, NETWORK, OP_KINDS } from "@tokenyard/program";

const BOUNDS = familyOf("collective").bounds!;
export const BUCKETS = BOUNDS.length + 1;
/** A bucket that nothing falls into. */
const NONE = BUCKETS;
/** [buckets + 1] nanoseconds: a bucket holds values above its entry and up to the next one */
const BEYOND_NS = Float64Array.of(Number.NEGATIVE_INFINITY, ...BOUNDS.map(mostNs), Number.POSITIVE_INFINITY);
const MOST_NS = Float64Array.of(...BOUNDS.map(mostNs), Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
const KINDS = OP_KINDS.length;
/** Kinds of operations of communication. */
export const OPS: readonly number[] = OP_KINDS.flatMap((_, kind) => (LANE_OF_KIND[kind] === NETWORK ? [kind] : []));

/** How long operations of communication took, in the buckets in which they are exported; not cumulative. */
export class OpTimes {
  /** [op kinds × buckets] */
  readonly counts = new Float64Array(KINDS * BUCKETS);
  /** [op kinds] */
  readonly sumNs = new Float64Array(KINDS);
  /** Kinds that there have been any of: the others are 0. */
  readonly kinds: number[] = [];
  /** [op kinds] */
  readonly #isThere = new Uint8Array(KINDS);
  /** [op kinds] bucket of the last one: the next mostly falls into it, too; of kinds that there have been none of none */
  readonly #lastBucket = new Uint8Array(KINDS).fill(NONE);

  /** Ops of `kind` took `ns` on their slowest rank, `times`. */
  add(kind: number, ns: number, times: number): void {
    const place = kind * BUCKETS + this.#bucketOf(kind, ns);
    this.counts[place] = this.counts[place]! + times;
    this.sumNs[kind] = this.sumNs[kind]! + ns * times;
  }

  addAll({ counts, sumNs, kinds }: OpTimes): void {
    for (let k = 0; k < kinds.length; k++) {
      const kind = kinds[k]!;
      this.#know(kind);
      for (let at = kind * BUCKETS; at < (kind + 1) * BUCKETS; at++) this.counts[at] = this.counts[at]! + counts[at]!;
      this.sumNs[kind] = this.sumNs[kind]! + sumNs[kind]!;
    }
  }

  clear(): void {
    for (let k = 0; k < this.kinds.length; k++) {
      const kind = this.kinds[k]!;
      for (let at = kind * BUCKETS; at < (kind + 1) * BUCKETS; at++) this.counts[at] = 0;
      this.sumNs[kind] = 0;
    }
  }

  #bucketOf(kind: number, ns: number): number {
    const last = this.#lastBucket[kind]!;
    if (ns > BEYOND_NS[last]! && ns <= MOST_NS[last]!) return last;
    if (last === NONE) this.#know(kind);
    const bucket = bucketOf(ns);
    this.#lastBucket[kind] = bucket;
    return bucket;
  }

  #know(kind: number): void {
    if (this.#isThere[kind] === 1) return;
    this.#isThere[kind] = 1;
    this.kinds.push(kind);
  }
}

function bucketOf(ns: number): number {
  let low = 0;
  let high = BOUNDS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ns > MOST_NS[middle]!) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Times are whole nanoseconds: the longest that is no more than `seconds`. */
function mostNs(seconds: number): number {
  const ns = Math.round(seconds * 1e9);
  return ns / 1e9 <= seconds ? ns : ns - 1;
}

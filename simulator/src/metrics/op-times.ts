import { familyOf } from "@tokenyard/metrics";
import { LANE_OF_KIND, NETWORK, OP_KINDS } from "@tokenyard/program";

const BOUNDS = familyOf("collective").bounds!;
export const BUCKETS = BOUNDS.length + 1;
/** [buckets + 1] */
const EDGES = Float64Array.of(Number.NEGATIVE_INFINITY, ...BOUNDS, Number.POSITIVE_INFINITY);
const KINDS = OP_KINDS.length;
/** Kinds of operations of communication. */
export const OPS: readonly number[] = OP_KINDS.flatMap((_, kind) => (LANE_OF_KIND[kind] === NETWORK ? [kind] : []));

/** Ops of a pass, those of a kind and a bucket together: where that is counted, the kind, how many there are and how long they took in all, one after the other. */
export type OpList = number[];

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
  /** [op kinds] bucket of the last one: the next mostly falls into it, too */
  readonly #lastBucket = new Uint8Array(KINDS);

  /** Ops of `kind` took `ns` on their slowest rank, `times`. */
  add(kind: number, ns: number, times: number): void {
    this.#addTo(kind * BUCKETS + this.#bucketOf(kind, ns), kind, times, ns * times);
  }

  /** One of `kind` took `ns`. */
  addOne(kind: number, ns: number): void {
    this.#addTo(kind * BUCKETS + this.#bucketOf(kind, ns), kind, 1, ns);
  }

  /** Adds what `list` tells, as often as there were `passes`. */
  addList(list: OpList, passes: number): void {
    const { counts, sumNs } = this;
    for (let at = 0; at < list.length; at += 4) {
      const place = list[at]!;
      const kind = list[at + 1]!;
      if (this.#isThere[kind] === 0) this.#know(kind);
      counts[place] = counts[place]! + list[at + 2]! * passes;
      sumNs[kind] = sumNs[kind]! + list[at + 3]! * passes;
    }
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
    const seconds = ns / 1e9;
    const last = this.#lastBucket[kind]!;
    if (seconds > EDGES[last]! && seconds <= EDGES[last + 1]!) return last;
    const bucket = bucketOf(seconds);
    this.#lastBucket[kind] = bucket;
    return bucket;
  }

  #addTo(place: number, kind: number, times: number, ns: number): void {
    this.#know(kind);
    this.counts[place] = this.counts[place]! + times;
    this.sumNs[kind] = this.sumNs[kind]! + ns;
  }

  #know(kind: number): void {
    if (this.#isThere[kind] === 1) return;
    this.#isThere[kind] = 1;
    this.kinds.push(kind);
  }
}

/** Puts ops of `kind` that took `ns` each into `list`. */
export function listOps(list: OpList, kind: number, ns: number, times: number): void {
  const place = placeOf(kind, ns);
  let at = 0;
  while (at < list.length && list[at] !== place) at += 4;
  if (at === list.length) list.push(place, kind, 0, 0);
  list[at + 2] = list[at + 2]! + times;
  list[at + 3] = list[at + 3]! + ns * times;
}

function placeOf(kind: number, ns: number): number {
  return kind * BUCKETS + bucketOf(ns / 1e9);
}

function bucketOf(seconds: number): number {
  let low = 0;
  let high = BOUNDS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seconds > BOUNDS[middle]!) low = middle + 1;
    else high = middle;
  }
  return low;
}

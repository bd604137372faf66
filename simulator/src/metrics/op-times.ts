import { familyOf } from "@tokenyard/metrics";
import { OP_KINDS } from "@tokenyard/program";

const BOUNDS = familyOf("collective").bounds!;
export const BUCKETS = BOUNDS.length + 1;
const KINDS = OP_KINDS.length;

/** How long operations of communication took, in the buckets in which they are exported; not cumulative. */
export class OpTimes {
  /** [op kinds × buckets] */
  readonly counts = new Float64Array(KINDS * BUCKETS);
  /** [op kinds] */
  readonly sumNs = new Float64Array(KINDS);

  /** Ops of `kind` took `ns` on their slowest rank, `times`. */
  add(kind: number, ns: number, times: number): void {
    const place = placeOf(kind, ns);
    this.counts[place] = this.counts[place]! + times;
    this.sumNs[kind] = this.sumNs[kind]! + ns * times;
  }

  addAll({ counts, sumNs }: OpTimes): void {
    for (let at = 0; at < counts.length; at++) this.counts[at] = this.counts[at]! + counts[at]!;
    for (let kind = 0; kind < KINDS; kind++) this.sumNs[kind] = this.sumNs[kind]! + sumNs[kind]!;
  }

  clear(): void {
    this.counts.fill(0);
    this.sumNs.fill(0);
  }
}

/** Ops of a pass, those of a kind and a bucket together: where that is counted, the kind, how many there are and how long they took in all, one after the other. */
export type OpList = number[];

/** Puts ops of `kind` that took `ns` each into `list`. */
export function listOps(list: OpList, kind: number, ns: number, times: number): void {
  const place = placeOf(kind, ns);
  let at = 0;
  while (at < list.length && list[at] !== place) at += 4;
  if (at === list.length) list.push(place, kind, 0, 0);
  list[at + 2] = list[at + 2]! + times;
  list[at + 3] = list[at + 3]! + ns * times;
}

/** Adds what `list` tells, as often as there were `passes`. */
export function addList(list: OpList, passes: number, { counts, sumNs }: OpTimes): void {
  for (let at = 0; at < list.length; at += 4) {
    const place = list[at]!;
    const kind = list[at + 1]!;
    counts[place] = counts[place]! + list[at + 2]! * passes;
    sumNs[kind] = sumNs[kind]! + list[at + 3]! * passes;
  }
}

function placeOf(kind: number, ns: number): number {
  const seconds = ns / 1e9;
  let low = 0;
  let high = BOUNDS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seconds > BOUNDS[middle]!) low = middle + 1;
    else high = middle;
  }
  return kind * BUCKETS + low;
}

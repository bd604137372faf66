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
    const seconds = ns / 1e9;
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]!) bucket++;
    this.counts[kind * BUCKETS + bucket]! += times;
    this.sumNs[kind]! += ns * times;
  }

  addAll({ counts, sumNs }: OpTimes): void {
    for (let at = 0; at < counts.length; at++) this.counts[at] = this.counts[at]! + counts[at]!;
    for (let kind = 0; kind < KINDS; kind++) this.sumNs[kind] = this.sumNs[kind]! + sumNs[kind]!;
  }

  /** Becomes as `other`. */
  copy({ counts, sumNs }: OpTimes): void {
    this.counts.set(counts);
    this.sumNs.set(sumNs);
  }
}

/** Ops of a pass that come `times` alike: numbers of their kind, how long they took and how often they come, one after the other. */
export type OpList = number[];

/** Adds what `list` tells, as often as there were `passes`. */
export function addList(list: OpList, passes: number, into: OpTimes): void {
  for (let at = 0; at < list.length; at += 3) into.add(list[at]!, list[at + 1]!, list[at + 2]! * passes);
}

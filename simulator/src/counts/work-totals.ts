import { COMPUTE, EXPERTS, LANE_OF_KIND, NETWORK, OP_KINDS } from "@tokenyard/program";
import { OpTimes } from "./op-times.ts";
import type { SampledQuantities } from "./sampled-quantities.ts";

const KINDS = OP_KINDS.length;
const HOST = OP_KINDS.findIndex(({ name }) => name === "host");

/** Work of equal ops on each rank of their stage. */
export interface RankedWork {
  readonly durationNs: Float64Array;
  /** [ranks / ranksEach] bytes of groups of `ranksEach` consecutive ranks; empty if not requested */
  readonly rankBytes: Float64Array;
  readonly ranksEach: number;
  /** Memory traffic and FLOPs of all ranks. */
  readonly memoryBytes: number;
  readonly flops: number;
}

/** What the ranks of a pool have done by some instant. */
export class WorkTotals {
  /** [ranks × lanes] kernels and transfers; without numbers if not requested, as the bytes are */
  readonly busyNs: Float64Array;
  /** [ranks] in kernels of routed experts */
  readonly expertNs: Float64Array;
  /** [ranks] of a stage, at its first rank */
  readonly flops: Float64Array;
  /** [ranks] of memory */
  readonly bytes: Float64Array;
  readonly ops = new OpTimes();
  readonly #withOps: boolean;
  /** Kinds of ops that there may be, in order, but for the host's. */
  readonly #kinds: Int32Array;

  /** `kinds`: of ops that the recorder may report. */
  constructor(ranks: number, { ranks: withRanks, bytes, ops }: SampledQuantities, kinds: ReadonlySet<number> = new Set()) {
    this.busyNs = new Float64Array(withRanks ? ranks * 2 : 0);
    this.expertNs = new Float64Array(withRanks ? ranks : 0);
    this.flops = new Float64Array(bytes ? ranks : 0);
    this.bytes = new Float64Array(bytes ? ranks : 0);
    this.#withOps = ops;
    this.#kinds = Int32Array.from(kinds)
      .filter((kind) => kind !== HOST)
      .sort();
  }

  /** Starts with the recorder's `busyNs` [ranks × phases × op kinds]. */
  begin(busyNs: Float64Array): void {
    this.bytes.fill(0);
    this.flops.fill(0);
    if (this.#withOps) this.ops.clear();
    const kinds = this.#kinds;
    for (let rank = 0, first = 0; rank < this.busyNs.length / 2; rank++) {
      let kernels = 0;
      let transfers = 0;
      this.expertNs[rank] = busyNs[first + EXPERTS]! + busyNs[first + KINDS + EXPERTS]!;
      for (let phase = 0; phase < 2; phase++, first += KINDS) {
        for (let k = 0; k < kinds.length; k++) {
          const kind = kinds[k]!;
          if (LANE_OF_KIND[kind] === NETWORK) transfers += busyNs[first + kind]!;
          else kernels += busyNs[first + kind]!;
        }
      }
      this.busyNs[rank * 2 + COMPUTE] = kernels;
      this.busyNs[rank * 2 + NETWORK] = transfers;
    }
  }

  /** Ranks from number `firstRank` on have run ops of `kind`, `times`, but for those that `isGone` [ranks of the pool]. */
  add(firstRank: number, kind: number, work: RankedWork, times: number, isGone?: Uint8Array): void {
    const { durationNs } = work;
    for (let r = 0; this.busyNs.length > 0 && r < durationNs.length; r++)
      if (isGone?.[firstRank + r] !== 1) this.work(firstRank + r, kind, durationNs[r]! * times);
    this.addDone(firstRank, kind, work, times);
  }

  /** Adds work without its time, which the recorder has. `ns`: the time of each on its slowest rank, if known. */
  addDone(firstRank: number, kind: number, work: RankedWork, times: number, ns?: number): void {
    if (this.#withOps && LANE_OF_KIND[kind] === NETWORK) this.ops.add(kind, ns ?? longestOf(work.durationNs), times);
    if (this.bytes.length === 0) return;
    if (work.memoryBytes > 0) this.#addBytes(firstRank, work, times);
    this.flops[firstRank] = this.flops[firstRank]! + work.flops * times;
  }

  /** Ranks that are gone have no tokens, and so move nothing. */
  #addBytes(firstRank: number, { rankBytes, ranksEach }: RankedWork, times: number): void {
    const { bytes } = this;
    for (let at = firstRank, end = firstRank + rankBytes.length, each = 0; at < end; each++) {
      const moved = rankBytes[each]! * times;
      for (const next = at + ranksEach; at < next; at++) bytes[at] = bytes[at]! + moved;
    }
  }

  /** Rank number `rank` has worked on ops of `kind`. */
  work(rank: number, kind: number, ns: number): void {
    if (kind === HOST) return; // no part of the GPU's work
    const at = rank * 2 + LANE_OF_KIND[kind]!;
    this.busyNs[at] = this.busyNs[at]! + ns;
    if (kind === EXPERTS) this.expertNs[rank] = this.expertNs[rank]! + ns;
  }

  /** Ranks from number `firstRank` on have, for so long, [ranks]; but for those that are `gone`. */
  workAll(firstRank: number, kind: number, ns: Float64Array, gone?: Uint8Array): void {
    if (kind === HOST) return;
    const { busyNs, expertNs } = this;
    for (let r = 0; kind === EXPERTS && r < ns.length; r++)
      if (gone?.[r] !== 1) expertNs[firstRank + r] = expertNs[firstRank + r]! + ns[r]!;
    for (let r = 0, at = firstRank * 2 + LANE_OF_KIND[kind]!; r < ns.length; r++, at += 2)
      if (gone?.[r] !== 1) busyNs[at] = busyNs[at]! + ns[r]!;
  }

  addAll({ busyNs, expertNs, flops, bytes, ops }: WorkTotals): void {
    addEach(this.busyNs, busyNs);
    addEach(this.expertNs, expertNs);
    addEach(this.flops, flops);
    addEach(this.bytes, bytes);
    if (this.#withOps) this.ops.addAll(ops);
  }
}

/** Whether ops of `kind` are work of the GPU, and not of its host. */
export function isOfGpu(kind: number): boolean {
  return kind !== HOST;
}

function addEach(into: Float64Array, from: Float64Array): void {
  for (let at = 0; at < from.length; at++) into[at] = into[at]! + from[at]!;
}

/** [ranks] */
export function longestOf(durationNs: Float64Array): number {
  let longest = 0;
  for (let r = 0; r < durationNs.length; r++) if (durationNs[r]! > longest) longest = durationNs[r]!;
  return longest;
}

import type { Fates } from "@tokenyard/model";

/** Tokens that a pass sends in a layer once its gate has ended. */
interface Late {
  readonly row: number;
  readonly routed: Float64Array;
  readonly fates: Fates;
  readonly capacity: number;
  readonly endNs: number;
}

/** Copies by layer with experts, in rows; of all replicas. */
export interface CopyCounts {
  /** [rows × experts] copies before overflow, and the capacity of an expert [rows] */
  readonly copies: Float64Array;
  readonly capacity: Float64Array;
  /** [rows] */
  readonly dropped: Float64Array;
  readonly rerouted: Float64Array;
  readonly masked: Float64Array;
}

export function createCopyCounts(rows: number, experts: number): CopyCounts {
  const ofRows = () => new Float64Array(rows);
  return { copies: new Float64Array(rows * experts), capacity: ofRows(), dropped: ofRows(), rerouted: ofRows(), masked: ofRows() };
}

/** Counts copies of tokens by expert: copies of gates that end after the next sample are counted after it. */
export class LateCopies {
  readonly #counts: CopyCounts;
  #late: Late[] = [];

  constructor(counts: CopyCounts) {
    this.#counts = counts;
  }

  /** Adds `routed` [experts] copies of a gate that ends at `endNs`, with their fates. */
  route(row: number, routed: Float64Array, fates: Fates, capacity: number, endNs: number, isLate: boolean): void {
    if (isLate) this.#late.push({ row, routed: routed.slice(), fates: { ...fates }, capacity, endNs });
    else this.#add(row, routed, fates, capacity);
  }

  /** Counts the copies of gates that have ended by `atNs`. */
  settle(atNs: number): void {
    if (this.#late.length === 0) return;
    for (const { row, routed, fates, capacity, endNs } of this.#late) if (endNs <= atNs) this.#add(row, routed, fates, capacity);
    this.#late = this.#late.filter(({ endNs }) => endNs > atNs);
  }

  #add(row: number, routed: Float64Array, { dropped, rerouted, masked }: Fates, capacity: number): void {
    const counts = this.#counts;
    const { copies } = counts;
    const first = row * routed.length;
    for (let e = 0; e < routed.length; e++) copies[first + e] = copies[first + e]! + routed[e]!;
    counts.capacity[row] = counts.capacity[row]! + capacity;
    counts.dropped[row] = counts.dropped[row]! + dropped;
    counts.rerouted[row] = counts.rerouted[row]! + rerouted;
    counts.masked[row] = counts.masked[row]! + masked;
  }
}

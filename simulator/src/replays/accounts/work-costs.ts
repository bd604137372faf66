import { type OpCost, opCostOf } from "@tokenyard/program";

/** What works of which tokens tell take and move, in one row of numbers, which is kept or taken back at once: samples ask for it where they fall into a pass. */
export class WorkCosts {
  /** [works] their columns stand in the row */
  readonly costs: readonly OpCost[];
  /** [works × ranks] nanoseconds, [works × ranks] bytes of memory where anybody asks, [works] bytes of all ranks */
  readonly #row: Float64Array;
  readonly #totals: number;

  /** `byRank`: whether bytes of memory are asked for by rank. */
  constructor(works: number, ranks: number, byRank: boolean) {
    const row = new Float64Array(WorkCosts.numbersOf(works, ranks, byRank));
    const bytes = works * ranks;
    this.#row = row;
    this.#totals = byRank ? 2 * bytes : bytes;
    this.costs = Array.from({ length: works }, (_, i) => {
      const at = i * ranks;
      return opCostOf(row.subarray(at, at + ranks), row.subarray(bytes + at, bytes + at + (byRank ? ranks : 0)));
    });
  }

  static numbersOf(works: number, ranks: number, byRank: boolean): number {
    return works * ((byRank ? 2 : 1) * ranks + 1);
  }

  /** The row stands from number `first` on. */
  keep(into: Float64Array, first: number): void {
    for (let i = 0; i < this.costs.length; i++) this.#row[this.#totals + i] = this.costs[i]!.memoryBytes;
    into.set(this.#row, first);
  }

  /** They are again what was kept. */
  take(from: Float64Array, first: number): void {
    this.#row.set(from.subarray(first));
    for (let i = 0; i < this.costs.length; i++) this.costs[i]!.memoryBytes = this.#row[this.#totals + i]!;
  }
}

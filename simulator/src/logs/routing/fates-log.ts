import type { FatesByExpert } from "@tokenyard/model";
import type { FateColumns } from "@tokenyard/report";

/** Fates of copies, by layer and expert, of one phase. */
export class FatesLog {
  readonly #columns: FateColumns;

  /** `layers`: the number of layers with experts. */
  constructor(layers: number, experts: number) {
    const column = () => new Float64Array(layers * experts);
    this.#columns = { reroutedIn: column(), reroutedOut: column(), dropped: column(), masked: column() };
  }

  /** Adds `passes` passes through the layer in row `row`. */
  add(row: number, fates: FatesByExpert, passes: number): void {
    const columns = this.#columns;
    const experts = fates.dropped.length;
    const first = row * experts;
    for (let x = 0; x < experts; x++) {
      columns.reroutedIn[first + x]! += fates.reroutedIn[x]! * passes;
      columns.reroutedOut[first + x]! += fates.reroutedOut[x]! * passes;
      columns.dropped[first + x]! += fates.dropped[x]! * passes;
      columns.masked[first + x]! += fates.masked[x]! * passes;
    }
  }

  /** Adds `passes` passes through each layer in `rows`, in which only `masked` [experts] was not kept. */
  addMasked(rows: readonly number[], masked: Float64Array, passes: number): void {
    const experts = masked.length;
    for (const row of rows) for (let x = 0; x < experts; x++) this.#columns.masked[row * experts + x]! += masked[x]! * passes;
  }

  columns(): FateColumns {
    return this.#columns;
  }
}

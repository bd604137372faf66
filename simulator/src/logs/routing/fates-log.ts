import type { ExpertFates } from "@tokenyard/model";
import type { FateColumns } from "@tokenyard/report";

/** What became of copies, by layer and expert, of one phase. */
export class FatesLog {
  readonly #columns: FateColumns;

  /** Of so many layers with experts. */
  constructor(layers: number, experts: number) {
    const column = () => new Float64Array(layers * experts);
    this.#columns = { reroutedIn: column(), reroutedOut: column(), dropped: column(), masked: column() };
  }

  /** Of one pass through the layer in row `row`. */
  add(row: number, fates: ExpertFates): void {
    const columns = this.#columns;
    const experts = fates.dropped.length;
    const first = row * experts;
    for (let x = 0; x < experts; x++) {
      columns.reroutedIn[first + x]! += fates.reroutedIn[x]!;
      columns.reroutedOut[first + x]! += fates.reroutedOut[x]!;
      columns.dropped[first + x]! += fates.dropped[x]!;
      columns.masked[first + x]! += fates.masked[x]!;
    }
  }

  columns(): FateColumns {
    return this.#columns;
  }
}

import type { Phase } from "@tokenyard/model";
import { type Part, WHOLE } from "@tokenyard/program";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";

/** The rows of each data group in the pass that was looked at last, of the whole, and of each half where it is split. */
export class KnownRows {
  readonly #parts: readonly Part[];
  /** [parts × data groups] */
  readonly #rows: Float64Array;
  #phase: Phase | undefined;

  constructor(dataGroups: number, parts: readonly Part[]) {
    this.#parts = parts;
    this.#rows = new Float64Array(parts.length * dataGroups);
  }

  /** Looks at the pass of `microBatch`: whether it has those of the one before, and is in its phase. */
  look(microBatch: MicroBatch): boolean {
    let isSame = microBatch.phase === this.#phase;
    this.#phase = microBatch.phase;
    for (let p = 0, at = 0; p < this.#parts.length; p++) {
      const part = this.#parts[p]!;
      const { rows } = (part === WHOLE ? microBatch : microBatch.twoBatch!.halves[part - 1]!).scheduled!;
      for (let g = 0; g < rows.length; g++, at++) {
        if (this.#rows[at] === rows[g]) continue;
        this.#rows[at] = rows[g]!;
        isSame = false;
      }
    }
    return isSame;
  }
}

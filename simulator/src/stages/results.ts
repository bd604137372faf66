import type { Op } from "@tokenyard/program";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";

/** When the results that an op takes are there. */
export class Results {
  /** [ranks] */
  readonly #readyNs: Float64Array;

  constructor(ranks: number) {
    this.#readyNs = new Float64Array(ranks);
  }

  /** [ranks] when those that `op` takes are there; holds until the next call. */
  readyFor({ after }: Op, { runs, admittedNs }: MicroBatch): Float64Array {
    if (after.length === 1) return runs[after[0]!]!.endNs;
    const ready = this.#readyNs.fill(admittedNs);
    for (let i = 0; i < after.length; i++) {
      const { endNs } = runs[after[i]!]!;
      for (let r = 0; r < ready.length; r++) if (endNs[r]! > ready[r]!) ready[r] = endNs[r]!;
    }
    return ready;
  }
}

import type { StagedProgram } from "../programs/stage-spec.ts";
import { createOpRun, type OpRun } from "../programs/timing.ts";
import type { MicroBatch } from "./micro-batch.ts";

/**
 * Times of programs on a stage whose ops run one by one, lent to the micro-batches that are on it: none is made where one is free.
 */
export class SpareRuns {
  readonly #ranks: number;
  readonly #byRank: boolean;
  readonly #spare = new Map<StagedProgram, OpRun[][]>();

  /** `byRank`: whether bytes of memory are requested by rank. */
  constructor(ranks: number, byRank: boolean) {
    this.#ranks = ranks;
    this.#byRank = byRank;
  }

  /** Lends runs for the program of `microBatch`. */
  lend(microBatch: MicroBatch): void {
    const staged = microBatch.staged!;
    microBatch.runs = this.#spare.get(staged)?.pop() ?? staged.program.ops.map(() => createOpRun(this.#ranks, this.#byRank));
  }

  takeBack(microBatch: MicroBatch): void {
    const staged = microBatch.staged!;
    const spare = this.#spare.get(staged) ?? [];
    this.#spare.set(staged, spare);
    spare.push(microBatch.runs);
    microBatch.runs = [];
  }
}

import type { StagedProgram } from "../stages/stage-spec.ts";
import { createOpRun, type OpRun } from "../stages/timing.ts";
import type { MicroBatch } from "./micro-batch.ts";

/**
 * Times of programs on a stage, lent to the micro-batches that are on it: none is made where one is free, or where nobody asks for it, as of ops of a
 * program that is timed as a whole.
 */
export class SpareRuns {
  readonly #ranks: number;
  readonly #byRank: boolean;
  readonly #spare = new Map<StagedProgram, OpRun[][]>();

  /** `byRank`: whether bytes of memory are asked for by rank. */
  constructor(ranks: number, byRank: boolean) {
    this.#ranks = ranks;
    this.#byRank = byRank;
  }

  /** For the program that `microBatch` is to run; those of ops that nobody has asked for yet are not there. */
  lend(microBatch: MicroBatch): void {
    const staged = microBatch.staged!;
    microBatch.runs = this.#spare.get(staged)?.pop() ?? new Array<OpRun>(staged.program.ops.length);
  }

  /** All ops of the program are about to run. */
  makeAll({ runs }: MicroBatch): void {
    for (let o = 0; o < runs.length; o++) this.#make(runs, o);
  }

  /** The send of the program is, behind ops that are timed as a whole: what it looks at. */
  makeSend({ runs, staged }: MicroBatch): void {
    const { ops, beforeSend } = staged!.program;
    this.#make(runs, beforeSend - 1);
    this.#make(runs, beforeSend);
    for (const before of ops[beforeSend]!.after) this.#make(runs, before);
  }

  takeBack(microBatch: MicroBatch): void {
    const staged = microBatch.staged!;
    const spare = this.#spare.get(staged) ?? [];
    this.#spare.set(staged, spare);
    spare.push(microBatch.runs);
    microBatch.runs = [];
  }

  #make(runs: OpRun[], o: number): void {
    if (runs[o] === undefined) runs[o] = createOpRun(this.#ranks, this.#byRank);
  }
}

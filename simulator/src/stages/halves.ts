import type { Pass } from "@tokenyard/model";
import type { BatchSizes } from "@tokenyard/serving";
import { HalfPass } from "./half-pass.ts";
import type { MicroBatch } from "./micro-batch.ts";

/** A micro-batch whose steps are split in two halves that run offset: both enter at once, and the step has ended when both are through. */
export class TwoBatch {
  readonly #whole: MicroBatch;
  readonly #halves: readonly [MicroBatch, MicroBatch];
  readonly #passes: readonly [HalfPass, HalfPass];
  #underWay = 0;

  constructor(whole: MicroBatch, halves: readonly [MicroBatch, MicroBatch], dataGroups: number, batchSizes?: BatchSizes) {
    this.#whole = whole;
    this.#halves = halves;
    const pass = (half: 0 | 1) => new HalfPass(whole.replica, whole.number, dataGroups, half, batchSizes);
    this.#passes = [pass(0), pass(1)];
  }

  /** Who carries out `pass`: both halves, each with the time that was spent so far; the whole where there is nothing to split. */
  parts(pass: Pass): readonly MicroBatch[] {
    const [first, second] = this.#passes;
    if (pass.decoding === undefined || second.take(pass, pass.decoding) === 0) return [this.#whole];
    first.take(pass, pass.decoding);
    this.#underWay = 2;
    for (const [i, half] of this.#halves.entries()) {
      half.begin(this.#passes[i]!);
      half.spentNs.set(this.#whole.spentNs);
    }
    return this.#halves;
  }

  /** `part` is through: the whole, when that was the last, whose time is then the time of the step. */
  through(part: MicroBatch): MicroBatch | undefined {
    if (part === this.#whole) return part;
    if (--this.#underWay > 0) return undefined;
    this.#whole.spentNs.set(part.spentNs);
    return this.#whole;
  }
}

import type { Pass } from "@tokenyard/model";
import { createGroupCost, type GroupCost, HeadCost } from "@tokenyard/program";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import { longer } from "../passes/longer.ts";

/** Steps whose attention is worked out at once: few at first, as somebody may join or leave soon. */
const FEW_STEPS = 16;
const MANY_STEPS = 64;

/** Decode steps of one micro-batch while its sequences are the same, from the first on: what of them is the same on each stage. */
export class Steps {
  /** [steps × groups] of one attention that sees the whole context, as far as it is known */
  attentionNs: Float64Array<ArrayBuffer>;
  /** The same in each step. */
  readonly windowed: GroupCost;
  readonly head: HeadCost;
  readonly sequences: Float64Array;
  /** Of those that were taken last: [groups] contexts in the first, and [steps × groups]. */
  readonly takenContext: Float64Array;
  takenNs: Float64Array<ArrayBuffer>;
  readonly #groups: number;
  readonly #rows: Float64Array;
  readonly #contextTokens: Float64Array;
  readonly #withWindows: boolean;
  #microBatch: MicroBatch | undefined;
  /** Steps whose attention is known. */
  known = 0;

  constructor(dataGroups: number, withWindows: boolean) {
    this.#groups = dataGroups;
    this.#withWindows = withWindows;
    this.attentionNs = new Float64Array(MANY_STEPS * dataGroups);
    this.takenNs = new Float64Array(MANY_STEPS * dataGroups);
    this.windowed = createGroupCost(dataGroups);
    this.head = new HeadCost(dataGroups);
    this.sequences = new Float64Array(dataGroups);
    this.takenContext = new Float64Array(dataGroups);
    this.#rows = new Float64Array(dataGroups);
    this.#contextTokens = new Float64Array(dataGroups);
  }

  /** `pass` of `microBatch` is the first. */
  begin(pass: Pass, microBatch: MicroBatch, withHead: boolean): void {
    this.#microBatch = microBatch;
    this.known = 0;
    for (let g = 0; g < this.#groups; g++) {
      this.sequences[g] = pass.sequences[g]!;
      this.#rows[g] = pass.rows[g]!;
      this.#contextTokens[g] = pass.contextTokens[g]!;
    }
    if (this.#withWindows) microBatch.sequences!.fill("windowed-attention", pass, this.windowed);
    if (withHead) this.head.fill(microBatch.sequences!.head!, pass);
  }

  /** Works out the attention of step number `step`, and of some that follow, up to number `most`. */
  look(step: number, most: number): void {
    const groups = this.#groups;
    while (this.known <= step) {
      const from = this.known;
      const steps = Math.max(1, Math.min(from === 0 ? FEW_STEPS : MANY_STEPS, most - from));
      this.known += steps;
      if (this.known * groups > this.attentionNs.length) this.attentionNs = longer(this.attentionNs, this.known * groups);
      for (let g = 0; g < groups; g++) {
        const n = this.sequences[g]!;
        if (n > 0) {
          const context = this.#contextTokens[g]! + n * from;
          this.#microBatch!.sequences!.decodeNs(this.#rows[g]!, n, context, steps, this.attentionNs, from * groups + g, groups);
        } else for (let i = from; i < this.known; i++) this.attentionNs[i * groups + g] = 0;
      }
    }
  }

  /** Takes `count` steps from number `from` on, which are known. */
  take(from: number, count: number): void {
    const groups = this.#groups;
    if (count * groups > this.takenNs.length) this.takenNs = longer(this.takenNs, count * groups);
    for (let i = 0; i < count * groups; i++) this.takenNs[i] = this.attentionNs[from * groups + i]!;
    for (let g = 0; g < groups; g++) this.takenContext[g] = this.#contextTokens[g]! + from * this.sequences[g]!;
  }
}

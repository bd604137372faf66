import type { Pass } from "@tokenyard/model";
import { createGroupCost, type GroupCost, HeadCost, steadyOf, type Work } from "@tokenyard/program";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import { grownColumn } from "./pass-run.ts";

/** Steps whose attention is worked out at once. */
export const MANY_STEPS = 64;

/** Contexts of one micro-batch's passes while its sequences stay the same, from the first on; the same on each stage. */
export class Steps {
  /** [passes × groups] of one attention that sees the whole context, as far as it is known */
  attentionNs: Float64Array<ArrayBuffer>;
  /** Work of that attention in the first pass; of prompts alone. */
  readonly attention: GroupCost;
  /** Windowed attention, equal in each pass. */
  readonly windowed: GroupCost;
  readonly head: HeadCost;
  /** Likewise, of several mixers that are the same in each pass. */
  readonly steady: readonly GroupCost[];
  // [groups] in the first pass: in each that follows, the context has as many tokens more. Of decode steps alone.
  readonly sequences: Float64Array;
  readonly contextTokens: Float64Array;
  /** Passes whose attention is known. */
  known = 0;
  readonly #groups: number;
  readonly #rows: Float64Array;
  readonly #withWindows: boolean;
  readonly #withHead: boolean;
  readonly #steady: ReturnType<typeof steadyOf>;
  #microBatch!: MicroBatch;

  /** `works`: the work of its ops. */
  constructor(groups: number, works: ReadonlySet<Work>) {
    this.attentionNs = new Float64Array(8 * groups);
    this.attention = createGroupCost(groups);
    this.windowed = createGroupCost(groups);
    this.head = new HeadCost(groups);
    this.sequences = new Float64Array(groups);
    this.contextTokens = new Float64Array(groups);
    this.#groups = groups;
    this.#rows = new Float64Array(groups);
    this.#withWindows = works.has("windowed-attention");
    this.#withHead = works.has("head");
    this.#steady = steadyOf(works);
    this.steady = this.#steady.map(() => createGroupCost(groups));
  }

  /** `pass` of `microBatch` is the first. */
  begin(pass: Pass, microBatch: MicroBatch): void {
    const sequences = microBatch.sequences!;
    this.#microBatch = microBatch;
    this.known = 0;
    if (this.#withWindows) sequences.fill("windowed-attention", pass, this.windowed);
    for (let s = 0; s < this.steady.length; s++) sequences.fill(this.#steady[s]!, pass, this.steady[s]!);
    if (this.#withHead) this.head.fill(sequences.head!, pass);
    if (pass.phase === 0) {
      sequences.fill("attention", pass, this.attention);
      this.known = 1;
    }
    // a loop: to copy a few numbers, `set` is ten times slower
    for (let g = 0; g < this.#groups; g++) {
      if (pass.phase === 0) this.attentionNs[g] = this.attention.durationNs[g]!;
      this.sequences[g] = pass.sequences[g]!;
      this.#rows[g] = pass.rows[g]!;
      this.contextTokens[g] = pass.contextTokens[g]!;
    }
  }

  /** Computes the attention of `steps` more steps. */
  extend(steps: number): void {
    const groups = this.#groups;
    const from = this.known;
    this.known += steps;
    if (this.known * groups > this.attentionNs.length) this.attentionNs = grownColumn(this.attentionNs, this.known * groups);
    for (let g = 0; g < groups; g++) {
      const n = this.sequences[g]!;
      if (n > 0) {
        const context = this.contextTokens[g]! + n * from;
        this.#microBatch.sequences!.decodeNs(this.#rows[g]!, n, context, steps, this.attentionNs, from * groups + g, groups);
      } else for (let i = from; i < this.known; i++) this.attentionNs[i * groups + g] = 0;
    }
  }
}

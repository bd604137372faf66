import { growingSeconds } from "@tokenyard/cluster";
import { NS_PER_SECOND, nsFromSeconds } from "@tokenyard/engine";
import type { Decoding, Pass } from "@tokenyard/model";
import { type AttentionShape, type ChunkTokens, chunksOf, type LayerKernels, type LinearShape } from "@tokenyard/model";
import type { Work } from "../ops/op.ts";
import { AroundCore } from "./around-core.ts";
import { createGroupCost, type GroupCost } from "./group-cost.ts";
import type { KernelByRows } from "./kernel-by-rows.ts";
import type { KernelClock } from "./kernel-clock.ts";
import type { Matrices } from "./matrices.ts";

/** What follows from a data group's sequences alone; it is the same in every layer. */
export type SequenceWork = Extract<Work, "attention" | "windowed-attention" | "gate" | "shared" | "dense" | "head">;

/** What of a pass they follow from, [data groups]; or of several passes in the mean. */
export type SequenceColumns = Pick<
  Pass,
  | "phase"
  | "sequences"
  | "newTokens"
  | "rows"
  | "contextTokens"
  | "pairs"
  | "windowedContextTokens"
  | "windowedPairs"
  | "reprojectedTokens"
  | "outputs"
  | "decoding"
>;

/** What one pass of a micro-batch costs by data group, worked out once for all layers. */
export class SequenceCosts {
  /** Where the stage has one. */
  readonly head: KernelByRows | undefined;
  readonly #corePrefill: AttentionShape;
  readonly #coreDecode: AttentionShape;
  readonly #matrices: Matrices;
  readonly #clock: KernelClock;
  readonly #chunks: ChunkTokens;
  readonly #split: number;
  #around: AroundCore | undefined;
  /** Make keys and values anew. */
  readonly #keysValues: readonly LinearShape[];
  /** Whether `cost` was asked for anything of the pass. */
  isAsked = false;
  readonly #costs: { [work in SequenceWork]?: GroupCost & { stale: boolean } } = {};

  /** `split`: ranks that each have a part of a data group's tokens for gate and shared experts. `around`: of these matrices and chunks, which others may share. */
  constructor(
    { attention }: LayerKernels,
    matrices: Matrices,
    clock: KernelClock,
    chunks: ChunkTokens,
    split: number,
    around?: AroundCore,
  ) {
    this.#corePrefill = attention.prefill.core;
    this.#coreDecode = attention.decode.core;
    this.#keysValues = attention.keysValues;
    this.#matrices = matrices;
    this.head = matrices.head;
    this.#clock = clock;
    this.#chunks = chunks;
    this.#split = split;
    this.#around = around;
  }

  /** A new pass begins: what was worked out is stale. */
  renew(): void {
    this.isAsked = false;
    const { attention, gate, shared, dense, head } = this.#costs;
    const windowed = this.#costs["windowed-attention"];
    if (attention !== undefined) attention.stale = true;
    if (windowed !== undefined) windowed.stale = true;
    if (gate !== undefined) gate.stale = true;
    if (shared !== undefined) shared.stale = true;
    if (dense !== undefined) dense.stale = true;
    if (head !== undefined) head.stale = true;
  }

  cost(work: SequenceWork, pass: Pass): GroupCost {
    const groups = pass.newTokens.length;
    let cost = this.#costs[work];
    if (cost === undefined) {
      cost = { stale: true, ...createGroupCost(groups) };
      this.#costs[work] = cost;
    }
    if (!cost.stale) return cost;
    this.isAsked = true;
    cost.stale = false;
    cost.flops = 0;
    cost.bytes = 0;
    cost.insideSeconds = 0;
    for (let group = 0; group < groups; group++) {
      this.#clock.start();
      this.#runKernels(work, pass, group);
      cost.durationNs[group] = this.#clock.ns();
      cost.groupBytes[group] = this.#clock.bytes;
      cost.flops += this.#clock.flops;
      cost.bytes += this.#clock.bytes;
      cost.insideSeconds += this.#clock.insideSeconds;
    }
    return cost;
  }

  /** The same, of any `pass`, into `cost`. */
  fill(work: SequenceWork, pass: Pass, cost: GroupCost): void {
    const { durationNs, groupBytes } = cost;
    const clock = this.#clock;
    cost.flops = 0;
    cost.bytes = 0;
    cost.insideSeconds = 0;
    for (let group = 0; group < durationNs.length; group++) {
      clock.start();
      if (pass.rows[group]! > 0) this.#runKernels(work, pass, group); // a kernel without rows takes no time
      durationNs[group] = clock.ns();
      groupBytes[group] = clock.bytes;
      cost.flops += clock.flops;
      cost.bytes += clock.bytes;
      cost.insideSeconds += clock.insideSeconds;
    }
  }

  /** Seconds of one data group, which nobody has rounded. */
  seconds(work: SequenceWork, columns: SequenceColumns, group: number): number {
    this.#clock.start();
    this.#runKernels(work, columns, group, true);
    return this.#clock.seconds;
  }

  /** Rows of each rank of a data group, where they share them. */
  #part(rows: number, isMean: boolean): number {
    if (this.#split === 1) return rows;
    return isMean ? rows / this.#split : Math.ceil(rows / this.#split);
  }

  #runKernels(work: SequenceWork, pass: SequenceColumns, group: number, isMean = false): void {
    const { projections, output, gate, shared, dense, head } = this.#matrices;
    const clock = this.#clock;
    const rows = pass.rows[group]!;
    switch (work) {
      case "attention":
      case "windowed-attention": {
        const windowed = work === "windowed-attention";
        const chunks = chunksOf(rows, this.#chunks.attention);
        runAll(clock, projections, rows / chunks, chunks);
        const again = Math.min(pass.reprojectedTokens?.[group] ?? 0, (rows * (chunks - 1)) / 2); // half of a step has fewer chunks
        if (again > 0) {
          for (const kernel of this.#keysValues) {
            kernel.rows = again / (chunks - 1);
            clock.runChunks(kernel, chunks - 1);
          }
        }
        if (pass.decoding === undefined || pass.phase === 1) this.#runCore(pass, group, windowed, chunks);
        else this.#runBothCores(pass, pass.decoding, group, windowed);
        clock.runRows(output, rows / chunks, chunks);
        return;
      }
      case "gate": {
        const part = this.#part(rows, isMean);
        const chunks = chunksOf(part, this.#chunks.feedForward);
        clock.runRows(gate!, part / chunks, chunks);
        return;
      }
      case "shared": {
        const part = this.#part(rows, isMean);
        const chunks = chunksOf(part, this.#chunks.feedForward);
        clock.runRows(shared!.up, part / chunks, chunks);
        clock.runRows(shared!.down, part / chunks, chunks);
        return;
      }
      case "dense": {
        const { up, down } = dense!;
        const chunks = chunksOf(rows, this.#chunks.feedForward);
        clock.runRows(up, rows / chunks, chunks);
        clock.runRows(down, rows / chunks, chunks);
        return;
      }
      case "head":
        clock.runRows(head!, pass.outputs[group]!);
        return;
    }
  }

  /**
   * Nanoseconds of the attention in `steps` decode steps of `sequences` in so many `rows`: with `context` tokens in all in the first of them, and one more of
   * each sequence in each that follows. What `cost` would say, one by one. Fills `out` from `at` on, every `stride`.
   */
  decodeNs(rows: number, sequences: number, context: number, steps: number, out: Float64Array, at: number, stride: number): void {
    this.#around ??= new AroundCore(this.#matrices, this.#chunks.attention);
    this.#around.look(rows);
    const { before, after, atEnd } = this.#around;
    const core = this.#coreDecode;
    core.sequences = sequences;
    core.newTokens = sequences;
    core.contextTokens = context;
    core.pairs = context;
    growingSeconds(this.#clock.kernels, core, sequences, steps, out, at, stride);
    const longest = before + out[at + (steps - 1) * stride]! + after + atEnd; // the context only grows
    nsFromSeconds(longest); // what is a time there is one in all steps
    for (let i = at; i < at + steps * stride; i += stride) out[i] = Math.round((before + out[i]! + after + atEnd) * NS_PER_SECOND);
  }

  #runCore(pass: SequenceColumns, group: number, windowed: boolean, chunks: number): void {
    const { expansions, before, after } = this.#matrices;
    const core = pass.phase === 0 ? this.#corePrefill : this.#coreDecode;
    core.sequences = pass.sequences[group]!;
    core.newTokens = pass.newTokens[group]!;
    core.contextTokens = (windowed ? pass.windowedContextTokens : pass.contextTokens)[group]!;
    core.pairs = (windowed ? pass.windowedPairs : pass.pairs)[group]!;
    core.cutPairs = pass.pairs[group]! - core.pairs;
    const rows = pass.rows[group]! / chunks;
    if (pass.phase === 0) {
      if (expansions.length > 0) runAll(this.#clock, expansions, core.contextTokens, 1);
    } else if (before.length > 0) runAll(this.#clock, before, rows, chunks);
    this.#clock.runCore(core);
    if (pass.phase === 1 && after.length > 0) runAll(this.#clock, after, rows, chunks);
  }

  /** Prompts and decoding sequences in one pass: a kernel for each, one after the other. */
  #runBothCores(pass: SequenceColumns, decoding: Decoding, group: number, windowed: boolean): void {
    const corePrefill = this.#corePrefill;
    const coreDecode = this.#coreDecode;
    const sequences = decoding.sequences[group]!;
    const context = (windowed ? decoding.windowedContextTokens : decoding.contextTokens)[group]!;
    corePrefill.sequences = pass.sequences[group]! - sequences;
    corePrefill.newTokens = pass.newTokens[group]! - sequences;
    corePrefill.contextTokens = (windowed ? pass.windowedContextTokens : pass.contextTokens)[group]! - context;
    corePrefill.pairs = (windowed ? pass.windowedPairs : pass.pairs)[group]! - context;
    corePrefill.cutPairs = pass.pairs[group]! - decoding.contextTokens[group]! - corePrefill.pairs;
    const { expansions, before, after } = this.#matrices;
    if (expansions.length > 0) runAll(this.#clock, expansions, corePrefill.contextTokens, 1);
    this.#clock.runCore(corePrefill);
    if (before.length > 0) runAll(this.#clock, before, sequences, 1);
    coreDecode.sequences = sequences;
    coreDecode.newTokens = sequences;
    coreDecode.contextTokens = context;
    coreDecode.pairs = context;
    this.#clock.runCore(coreDecode);
    if (after.length > 0) runAll(this.#clock, after, sequences, 1);
  }
}

function runAll(clock: KernelClock, kernels: readonly KernelByRows[], rows: number, times: number): void {
  for (let i = 0; i < kernels.length; i++) clock.runRows(kernels[i]!, rows, times);
}

import { nsFromSeconds } from "@tokenyard/engine";
import {
  type AttentionShape,
  type ChunkTokens,
  chunksOf,
  kernelBytes,
  kernelFlops,
  type LayerKernels,
  type LinearShape,
} from "@tokenyard/model";
import type { Decoding, Pass } from "@tokenyard/serving";
import type { KernelClock } from "./kernel-clock.ts";
import type { Matrices } from "./matrices.ts";
import type { Work } from "./op.ts";
import type { OpFacts } from "./op-facts.ts";

/** What follows from a data group's sequences alone; it is the same in every layer. */
export type SequenceWork = Extract<Work, "attention" | "windowed-attention" | "gate" | "shared" | "dense" | "head">;

/** One op of a pass on each data group. */
export interface GroupCost {
  /** [data groups], of each of its ranks */
  readonly durationNs: Float64Array;
  /** Summed over data groups, of one rank of each. */
  flops: number;
  bytes: number;
}

/** What one pass of a micro-batch costs by data group, worked out once for all layers. */
export class PassWork {
  readonly #corePrefill: AttentionShape;
  readonly #coreDecode: AttentionShape;
  readonly #matrices: Matrices;
  readonly #clock: KernelClock;
  readonly #chunks: ChunkTokens;
  /** Projects keys and values anew. */
  readonly #keysValues: LinearShape;
  readonly #costs: { [work in SequenceWork]?: GroupCost & { stale: boolean } } = {};

  constructor({ attention }: LayerKernels, matrices: Matrices, clock: KernelClock, chunks: ChunkTokens) {
    this.#corePrefill = attention.corePrefill;
    this.#coreDecode = attention.coreDecode;
    this.#matrices = matrices;
    this.#clock = clock;
    this.#chunks = chunks;
    const { qkv, corePrefill } = attention;
    this.#keysValues = { ...qkv, outFeatures: 2 * corePrefill.kvHeads * corePrefill.headSize };
  }

  /** A new pass begins: what was worked out is stale. */
  renew(): void {
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
      cost = { durationNs: new Float64Array(groups), flops: 0, bytes: 0, stale: true };
      this.#costs[work] = cost;
    }
    if (!cost.stale) return cost;
    cost.stale = false;
    cost.flops = 0;
    cost.bytes = 0;
    for (let group = 0; group < groups; group++) {
      this.#clock.start();
      this.#runKernels(work, pass, group);
      cost.durationNs[group] = this.#clock.ns();
      cost.flops += this.#clock.flops;
      cost.bytes += this.#clock.bytes;
    }
    return cost;
  }

  /** The same, of `pass`, into `facts`: of each of `ranksPerGroup` ranks. */
  fill(work: SequenceWork, pass: Pass, ranksPerGroup: number, facts: OpFacts): void {
    const { durationNs } = facts;
    const clock = this.#clock;
    let flops = 0;
    let bytes = 0;
    for (let group = 0, rank = 0; rank < durationNs.length; group++) {
      clock.start();
      if (pass.newTokens[group]! > 0) this.#runKernels(work, pass, group); // a kernel without rows takes no time
      const ns = clock.ns();
      for (let i = 0; i < ranksPerGroup; i++) durationNs[rank++] = ns;
      flops += clock.flops;
      bytes += clock.bytes;
    }
    facts.flops = flops * ranksPerGroup;
    facts.memoryBytes = bytes * ranksPerGroup;
  }

  #runKernels(work: SequenceWork, pass: Pass, group: number): void {
    const { qkv, output, gate, shared, dense, head } = this.#matrices;
    const clock = this.#clock;
    const tokens = pass.newTokens[group]!;
    switch (work) {
      case "attention":
      case "windowed-attention": {
        const windowed = work === "windowed-attention";
        const chunks = chunksOf(tokens, this.#chunks.attention);
        clock.runRows(qkv, tokens / chunks, chunks);
        const again = Math.min(pass.reprojectedTokens?.[group] ?? 0, (tokens * (chunks - 1)) / 2); // half of a step has fewer chunks
        if (again > 0) {
          this.#keysValues.rows = again / (chunks - 1);
          clock.runChunks(this.#keysValues, chunks - 1);
        }
        if (pass.decoding === undefined || pass.phase === 1) this.#runCore(pass, group, windowed);
        else this.#runBothCores(pass, pass.decoding, group, windowed);
        clock.runRows(output, tokens / chunks, chunks);
        return;
      }
      case "gate": {
        const chunks = chunksOf(tokens, this.#chunks.feedForward);
        clock.runRows(gate!, tokens / chunks, chunks);
        return;
      }
      case "shared":
      case "dense": {
        const { up, down } = (work === "shared" ? shared : dense)!;
        const chunks = chunksOf(tokens, this.#chunks.feedForward);
        clock.runRows(up, tokens / chunks, chunks);
        clock.runRows(down, tokens / chunks, chunks);
        return;
      }
      case "head":
        clock.runRows(head!, pass.outputs[group]!);
        return;
    }
  }

  /**
   * Nanoseconds of the attention in `steps` decode steps of `sequences`: with `context` tokens in all in the first of them, and one more of
   * each sequence in each that follows. What `cost` would say, one by one. Fills `out` from `at` on, every `stride`.
   */
  decodeNs(sequences: number, context: number, steps: number, out: Float64Array, at: number, stride: number): void {
    const { qkv, output } = this.#matrices;
    const chunks = chunksOf(sequences, this.#chunks.attention);
    qkv.look(sequences / chunks);
    output.look(sequences / chunks);
    const before = qkv.seconds * chunks;
    const after = output.seconds * chunks;
    const core = this.#coreDecode;
    core.sequences = sequences;
    core.newTokens = sequences;
    for (let i = 0; i < steps; i++) {
      core.contextTokens = context + i * sequences;
      core.pairs = core.contextTokens;
      out[at + i * stride] = nsFromSeconds(before + this.#clock.seconds(core) + after);
    }
  }

  /** FLOPs and bytes of `steps` such attentions, with `contextTokens` in all of them together. Both grow with their sums. */
  decodeWork(sequences: number, contextTokens: number, steps: number, out: { flops: number; bytes: number }): void {
    const { qkv, output } = this.#matrices;
    const chunks = chunksOf(sequences, this.#chunks.attention);
    qkv.look(sequences / chunks);
    output.look(sequences / chunks);
    const core = this.#coreDecode;
    core.sequences = sequences * steps;
    core.newTokens = sequences * steps;
    core.contextTokens = contextTokens;
    core.pairs = contextTokens;
    out.flops = (qkv.flops + output.flops) * chunks * steps + kernelFlops(core);
    out.bytes = (qkv.bytes + output.bytes) * chunks * steps + kernelBytes(core);
  }

  #runCore(pass: Pass, group: number, windowed: boolean): void {
    const core = pass.phase === 0 ? this.#corePrefill : this.#coreDecode;
    core.sequences = pass.sequences[group]!;
    core.newTokens = pass.newTokens[group]!;
    core.contextTokens = (windowed ? pass.windowedContextTokens : pass.contextTokens)[group]!;
    core.pairs = (windowed ? pass.windowedPairs : pass.pairs)[group]!;
    this.#clock.run(core);
  }

  /** Prompts and decoding sequences in one pass: a kernel for each, one after the other. */
  #runBothCores(pass: Pass, decoding: Decoding, group: number, windowed: boolean): void {
    const corePrefill = this.#corePrefill;
    const coreDecode = this.#coreDecode;
    const sequences = decoding.sequences[group]!;
    const context = (windowed ? decoding.windowedContextTokens : decoding.contextTokens)[group]!;
    corePrefill.sequences = pass.sequences[group]! - sequences;
    corePrefill.newTokens = pass.newTokens[group]! - sequences;
    corePrefill.contextTokens = (windowed ? pass.windowedContextTokens : pass.contextTokens)[group]! - context;
    corePrefill.pairs = (windowed ? pass.windowedPairs : pass.pairs)[group]! - context;
    this.#clock.run(corePrefill);
    coreDecode.sequences = sequences;
    coreDecode.newTokens = sequences;
    coreDecode.contextTokens = context;
    coreDecode.pairs = context;
    this.#clock.run(coreDecode);
  }
}

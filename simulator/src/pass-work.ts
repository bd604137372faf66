import { nsFromSeconds } from "@tokenyard/engine";
import { type ChunkTokens, chunksOf, kernelBytes, kernelFlops, type LayerKernels, type LinearShape } from "@tokenyard/model";
import type { Decoding, Pass } from "@tokenyard/serving";
import type { KernelClock } from "./kernel-clock.ts";
import type { Work } from "./op.ts";

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
  readonly #kernels: LayerKernels;
  readonly #clock: KernelClock;
  readonly #chunks: ChunkTokens;
  /** Projects keys and values anew. */
  readonly #keysValues: LinearShape;
  readonly #costs: { [work in SequenceWork]?: GroupCost & { stale: boolean } } = {};

  constructor(kernels: LayerKernels, clock: KernelClock, chunks: ChunkTokens) {
    this.#kernels = kernels;
    this.#clock = clock;
    this.#chunks = chunks;
    const { qkv, corePrefill } = kernels.attention;
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

  #runKernels(work: SequenceWork, pass: Pass, group: number): void {
    const { attention, gate, shared, dense, head } = this.#kernels;
    const clock = this.#clock;
    const tokens = pass.newTokens[group]!;
    switch (work) {
      case "attention":
      case "windowed-attention": {
        const windowed = work === "windowed-attention";
        const chunks = chunksOf(tokens, this.#chunks.attention);
        attention.qkv.rows = tokens / chunks;
        attention.output.rows = tokens / chunks;
        clock.runChunks(attention.qkv, chunks);
        const again = Math.min(pass.reprojectedTokens?.[group] ?? 0, (tokens * (chunks - 1)) / 2); // half of a step has fewer chunks
        if (again > 0) {
          this.#keysValues.rows = again / (chunks - 1);
          clock.runChunks(this.#keysValues, chunks - 1);
        }
        if (pass.decoding === undefined || pass.phase === 1) this.#runCore(pass, group, windowed);
        else this.#runBothCores(pass, pass.decoding, group, windowed);
        clock.runChunks(attention.output, chunks);
        return;
      }
      case "gate": {
        const chunks = chunksOf(tokens, this.#chunks.feedForward);
        gate!.rows = tokens / chunks;
        clock.runChunks(gate!, chunks);
        return;
      }
      case "shared":
      case "dense": {
        const { up, down } = (work === "shared" ? shared : dense)!;
        const chunks = chunksOf(tokens, this.#chunks.feedForward);
        up.rows = tokens / chunks;
        down.rows = tokens / chunks;
        clock.runChunks(up, chunks);
        clock.runChunks(down, chunks);
        return;
      }
      case "head":
        head!.rows = pass.outputs[group]!;
        clock.run(head!);
        return;
    }
  }

  /** Seconds of the projections around the attention core of a pass that only decodes `sequences` of a group, to be given to `decodeNs`. */
  projectionSeconds(sequences: number, out: { before: number; after: number }): void {
    const { qkv, output } = this.#kernels.attention;
    const chunks = chunksOf(sequences, this.#chunks.attention);
    qkv.rows = sequences / chunks;
    output.rows = sequences / chunks;
    out.before = this.#clock.seconds(qkv) * chunks;
    out.after = this.#clock.seconds(output) * chunks;
  }

  /** Nanoseconds of the attention of `sequences` that decode, with `contextTokens` in all: what `cost` would say. */
  decodeNs(sequences: number, contextTokens: number, beforeSeconds: number, afterSeconds: number): number {
    const { coreDecode } = this.#kernels.attention;
    coreDecode.sequences = sequences;
    coreDecode.newTokens = sequences;
    coreDecode.contextTokens = contextTokens;
    coreDecode.pairs = contextTokens;
    return nsFromSeconds(beforeSeconds + this.#clock.seconds(coreDecode) + afterSeconds);
  }

  /** FLOPs and bytes of `steps` such attentions, with `contextTokens` in all of them together. Both grow with their sums. */
  decodeWork(sequences: number, contextTokens: number, steps: number, out: { flops: number; bytes: number }): void {
    const { qkv, output, coreDecode } = this.#kernels.attention;
    const chunks = chunksOf(sequences, this.#chunks.attention);
    qkv.rows = sequences / chunks;
    output.rows = sequences / chunks;
    coreDecode.sequences = sequences * steps;
    coreDecode.newTokens = sequences * steps;
    coreDecode.contextTokens = contextTokens;
    coreDecode.pairs = contextTokens;
    out.flops = (kernelFlops(qkv) + kernelFlops(output)) * chunks * steps + kernelFlops(coreDecode);
    out.bytes = (kernelBytes(qkv) + kernelBytes(output)) * chunks * steps + kernelBytes(coreDecode);
  }

  #runCore(pass: Pass, group: number, windowed: boolean): void {
    const { corePrefill, coreDecode } = this.#kernels.attention;
    const core = pass.phase === 0 ? corePrefill : coreDecode;
    core.sequences = pass.sequences[group]!;
    core.newTokens = pass.newTokens[group]!;
    core.contextTokens = (windowed ? pass.windowedContextTokens : pass.contextTokens)[group]!;
    core.pairs = (windowed ? pass.windowedPairs : pass.pairs)[group]!;
    this.#clock.run(core);
  }

  /** Prompts and decoding sequences in one pass: a kernel for each, one after the other. */
  #runBothCores(pass: Pass, decoding: Decoding, group: number, windowed: boolean): void {
    const { corePrefill, coreDecode } = this.#kernels.attention;
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

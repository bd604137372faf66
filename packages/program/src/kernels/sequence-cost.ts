import { type ChunkTokens, chunksOf, type FeedForward, type LayerKernels, type Pass } from "@tokenyard/model";
import type { MixerWork } from "../ops/mixer-work.ts";
import { isOfMixer, isSteady, placeOf, type Work } from "../ops/op.ts";
import type { AroundCore } from "./around-core.ts";
import { createGroupCost, type GroupCost } from "./group-cost.ts";
import type { KernelByRows } from "./kernel-by-rows.ts";
import type { KernelClock } from "./kernel-clock.ts";
import type { Matrices } from "./matrices.ts";
import { MixerCost } from "./mixer-cost.ts";
import type { SequenceColumns } from "./sequence-columns.ts";

/** Work that depends on a data group's sequences alone; it is the same in every layer. */
export type SequenceWork = MixerWork | Extract<Work, "gate" | "shared" | "dense" | `dense-${number}` | "head" | "draft-input">;

/** The costs that sequences share on a stage. */
export interface SequenceSpec {
  readonly kernels: LayerKernels;
  readonly matrices: Matrices;
  /** [mixers] work of each in programs */
  readonly works: readonly MixerWork[];
  readonly clock: KernelClock;
  readonly chunks: ChunkTokens;
  /** Ranks that each have a part of a data group's tokens for gate and shared experts. */
  readonly split: number;
  /** Tokens that the windowed columns of passes see at most. */
  readonly window: number;
  /** Factor on the time of kernels in a pass with prompts. */
  readonly promptKernels: number;
  /** Kernels around the core of the mixer whose steps are timed ahead; other mixers may share it. */
  readonly around?: AroundCore;
}

/** Cost of one pass of a micro-batch by data group, computed once for all layers. */
export class SequenceCosts {
  /** The output head, if the stage has it. */
  readonly head: KernelByRows | undefined;
  readonly #mixers: readonly MixerCost[];
  /** Costs of the mixer whose context grows; of the first named one where a model has only one. */
  readonly #growing: MixerCost;
  readonly #steady: MixerCost;
  readonly #matrices: Matrices;
  readonly #clock: KernelClock;
  readonly #chunks: ChunkTokens;
  readonly #split: number;
  readonly #promptKernels: number;
  /** Whether any `cost` of the pass was requested. */
  isAsked = false;
  readonly #costs: { [work in SequenceWork]?: GroupCost & { stale: boolean } } = {};
  /** The few entries of `#costs` as a list. */
  readonly #all: { stale: boolean }[] = [];

  constructor({ kernels, matrices, works, clock, chunks, split, window, promptKernels, around }: SequenceSpec) {
    const growing = Math.max(0, works.indexOf("attention"));
    const steady = works.indexOf("windowed-attention");
    this.#mixers = kernels.mixers.map(
      (mixer, i) => new MixerCost(mixer, matrices.mixers[i]!, clock, chunks.attention, window, i === growing ? around : undefined),
    );
    this.#growing = this.#mixers[growing]!;
    this.#steady = this.#mixers[steady < 0 ? growing : steady]!;
    this.#matrices = matrices;
    this.head = matrices.head;
    this.#clock = clock;
    this.#chunks = chunks;
    this.#split = split;
    this.#promptKernels = promptKernels;
  }

  /** Begins a new pass: earlier results are stale. */
  renew(): void {
    this.isAsked = false;
    for (let i = 0; i < this.#all.length; i++) this.#all[i]!.stale = true;
  }

  cost(work: SequenceWork, pass: Pass): GroupCost {
    const groups = pass.newTokens.length;
    let cost = this.#costs[work];
    if (cost === undefined) {
      cost = { stale: true, ...createGroupCost(groups) };
      this.#costs[work] = cost;
      this.#all.push(cost);
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
      cost.durationNs[group] = this.#clock.ns(pass.phase === 0 ? this.#promptKernels : 1);
      cost.groupBytes[group] = this.#clock.bytes;
      cost.flops += this.#clock.flops;
      cost.bytes += this.#clock.bytes;
      cost.insideSeconds += this.#clock.insideSeconds;
    }
    return cost;
  }

  /** Fills `cost` for any `pass`. */
  fill(work: SequenceWork, pass: Pass, cost: GroupCost): void {
    const { durationNs, groupBytes } = cost;
    const clock = this.#clock;
    cost.flops = 0;
    cost.bytes = 0;
    cost.insideSeconds = 0;
    for (let group = 0; group < durationNs.length; group++) {
      clock.start();
      if (pass.rows[group]! > 0) this.#runKernels(work, pass, group); // a kernel without rows takes no time
      durationNs[group] = clock.ns(pass.phase === 0 ? this.#promptKernels : 1);
      groupBytes[group] = clock.bytes;
      cost.flops += clock.flops;
      cost.bytes += clock.bytes;
      cost.insideSeconds += clock.insideSeconds;
    }
  }

  /** Seconds of one data group, unrounded. */
  seconds(work: SequenceWork, columns: SequenceColumns, group: number): number {
    this.#clock.start();
    this.#runKernels(work, columns, group, true);
    return this.#clock.seconds;
  }

  /** Same contract as `MixerCost.decodeNs`, for the attention that grows with the context. */
  decodeNs(rows: number, sequences: number, context: number, steps: number, out: Float64Array, at: number, stride: number): void {
    this.#growing.decodeNs(rows, sequences, context, steps, out, at, stride);
  }

  /** Rows of each rank of a data group, where they share them. */
  #part(rows: number, isMean: boolean): number {
    if (this.#split === 1) return rows;
    return isMean ? rows / this.#split : Math.ceil(rows / this.#split);
  }

  #runKernels(work: SequenceWork, pass: SequenceColumns, group: number, isMean = false): void {
    const { gate, latent, shared, sharedGate, denses, head } = this.#matrices;
    const rows = pass.rows[group]!;
    switch (work) {
      case "attention":
        this.#growing.run(pass, group);
        return;
      case "windowed-attention":
        this.#steady.run(pass, group);
        return;
      case "gate": {
        const part = this.#part(rows, isMean);
        this.#runChunked(gate!, part);
        if (latent !== undefined) this.#runBoth(latent, part);
        return;
      }
      case "shared": {
        const part = this.#part(rows, isMean);
        if (sharedGate !== undefined) this.#runChunked(sharedGate, part);
        this.#runBoth(shared!, part);
        return;
      }
      case "dense":
        this.#runBoth(denses[0]!, rows);
        return;
      case "head":
        this.#clock.runRows(head!, pass.outputs[group]!);
        return;
      case "draft-input":
        this.#clock.runRows(this.#matrices.draftInput!, rows);
        return;
      default:
        if (isSteady(work) || isOfMixer(work)) this.#mixers[placeOf(work)]!.run(pass, group);
        else this.#runBoth(denses[placeOf(work)]!, rows);
    }
  }

  #runBoth({ up, down }: FeedForward<KernelByRows>, rows: number): void {
    this.#runChunked(up, rows);
    this.#runChunked(down, rows);
  }

  #runChunked(kernel: KernelByRows, rows: number): void {
    const chunks = chunksOf(rows, this.#chunks.feedForward);
    this.#clock.runRows(kernel, rows / chunks, chunks);
  }
}

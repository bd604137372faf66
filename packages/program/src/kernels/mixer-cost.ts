import { growingSeconds } from "@tokenyard/cluster";
import { NS_PER_SECOND, nsFromSeconds } from "@tokenyard/engine";
import {
  type AttentionShape,
  attentionBytes,
  attentionFlops,
  type ChunkTokens,
  chunksOf,
  type LinearShape,
  type MixerKernels,
  type ScanShape,
} from "@tokenyard/model";
import { AroundCore } from "./around-core.ts";
import type { KernelByRows } from "./kernel-by-rows.ts";
import type { KernelClock } from "./kernel-clock.ts";
import type { MixerMatrices } from "./matrices.ts";
import type { SequenceColumns } from "./sequence-columns.ts";
import { type Seen, seenAs } from "./sight.ts";

/** Part of a pass that a core computes: all of a data group, its prompts, or the sequences that decode beside these. */
interface Part {
  sequences: number;
  newTokens: number;
  contextTokens: number;
  pairs: number;
  windowedContextTokens: number;
  windowedPairs: number;
}

/** Cost of one mixer in a pass, on one rank of a data group. */
export class MixerCost {
  readonly #kernels: MixerKernels;
  readonly #matrices: MixerMatrices;
  readonly #clock: KernelClock;
  readonly #chunkTokens: ChunkTokens["attention"];
  /** Tokens that the windowed columns of passes see at most. */
  readonly #window: number;
  /** Make keys and values again. */
  readonly #keysValues: readonly LinearShape[];
  readonly #hasCore: boolean;
  #around: AroundCore | undefined;
  readonly #part: Part = { sequences: 0, newTokens: 0, contextTokens: 0, pairs: 0, windowedContextTokens: 0, windowedPairs: 0 };
  readonly #seen: Seen = { contextTokens: 0, pairs: 0 };

  /** `around`: of these matrices and chunks, which others may share. */
  constructor(
    kernels: MixerKernels,
    matrices: MixerMatrices,
    clock: KernelClock,
    chunkTokens: ChunkTokens["attention"],
    window: number,
    around?: AroundCore,
  ) {
    this.#kernels = kernels;
    this.#matrices = matrices;
    this.#clock = clock;
    this.#chunkTokens = chunkTokens;
    this.#window = window;
    this.#keysValues = kernels.keysValues;
    this.#hasCore = kernels.decode.core.heads > 0;
    this.#around = around;
  }

  /** Runs its kernels on data group number `group` of `pass`. */
  run(pass: SequenceColumns, group: number): void {
    const { projections, output } = this.#matrices;
    const clock = this.#clock;
    const rows = pass.rows[group]!;
    const chunks = chunksOf(rows, this.#chunkTokens);
    runAll(clock, projections, rows / chunks, chunks);
    const again = Math.min(pass.reprojectedTokens?.[group] ?? 0, (rows * (chunks - 1)) / 2); // half of a step has fewer chunks
    if (again > 0) {
      for (const kernel of this.#keysValues) {
        kernel.rows = again / (chunks - 1);
        clock.runChunks(kernel, chunks - 1);
      }
    }
    if (pass.decoding === undefined || pass.phase === 1) this.#runOne(pass, group, chunks);
    else this.#runBoth(pass, group);
    clock.runRows(output, rows / chunks, chunks);
  }

  /**
   * Nanoseconds of `steps` decode steps of `sequences` in `rows` rows: `context` tokens in all in the first, and one more for each sequence
   * in each later one. Equals single calls of `run`. Fills `out` from `at` on, every `stride`. For mixers whose only kernel that depends on
   * the context is a core that sees all of it.
   */
  decodeNs(rows: number, sequences: number, context: number, steps: number, out: Float64Array, at: number, stride: number): void {
    this.#around ??= new AroundCore(this.#matrices, this.#chunkTokens);
    this.#around.look(rows);
    const { before, after, atEnd } = this.#around;
    const { core } = this.#kernels.decode;
    core.sequences = sequences;
    core.newTokens = sequences;
    const { contextRanks = 1 } = this.#kernels;
    core.contextTokens = context / contextRanks;
    core.pairs = core.contextTokens;
    if (this.#hasCore) growingSeconds(this.#clock.kernels, core, sequences / contextRanks, steps, out, at, stride);
    else for (let i = at; i < at + steps * stride; i += stride) out[i] = 0; // layers of states alone have none
    const longest = before + out[at + (steps - 1) * stride]! + after + atEnd; // the context only grows
    nsFromSeconds(longest); // each of these is one time for all steps
    for (let i = at; i < at + steps * stride; i += stride) out[i] = Math.round((before + out[i]! + after + atEnd) * NS_PER_SECOND);
  }

  /** Runs on a group with a single phase. */
  #runOne(pass: SequenceColumns, group: number, chunks: number): void {
    const part = this.#part;
    part.sequences = pass.sequences[group]!;
    part.newTokens = pass.newTokens[group]!;
    part.contextTokens = pass.contextTokens[group]!;
    part.pairs = pass.pairs[group]!;
    part.windowedContextTokens = pass.windowedContextTokens[group]!;
    part.windowedPairs = pass.windowedPairs[group]!;
    if (pass.phase === 0) this.#runPrompts();
    else this.#runDecoding(pass.rows[group]! / chunks, chunks);
  }

  /** Prompts and decoding sequences in one pass: a kernel for each, one after the other. */
  #runBoth(pass: SequenceColumns, group: number): void {
    const decoding = pass.decoding!;
    const part = this.#part;
    const sequences = decoding.sequences[group]!;
    const tokens = decoding.newTokens[group]!;
    part.sequences = pass.sequences[group]! - sequences;
    part.newTokens = pass.newTokens[group]! - tokens;
    part.contextTokens = pass.contextTokens[group]! - decoding.contextTokens[group]!;
    part.pairs = pass.pairs[group]! - decoding.pairs[group]!;
    part.windowedContextTokens = pass.windowedContextTokens[group]! - decoding.windowedContextTokens[group]!;
    part.windowedPairs = pass.windowedPairs[group]! - decoding.windowedPairs[group]!;
    this.#runPrompts();
    part.sequences = sequences;
    part.newTokens = tokens;
    part.contextTokens = decoding.contextTokens[group]!;
    part.pairs = decoding.pairs[group]!;
    part.windowedContextTokens = decoding.windowedContextTokens[group]!;
    part.windowedPairs = decoding.windowedPairs[group]!;
    this.#runDecoding(tokens, 1);
  }

  #runPrompts(): void {
    const { core, beside, scans } = this.#kernels.prefill;
    const { expansions } = this.#matrices;
    if (this.#hasCore) {
      this.#look(core, true);
      if (expansions.length > 0) runAll(this.#clock, expansions, core.contextTokens, 1);
      this.#clock.runCore(core);
    }
    this.#runBeside(beside, scans, true);
  }

  #runDecoding(rows: number, chunks: number): void {
    const { core, beside, scans } = this.#kernels.decode;
    const { before, after } = this.#matrices;
    if (before.length > 0) runAll(this.#clock, before, rows, chunks);
    if (this.#hasCore) {
      this.#look(core, false);
      if (this.#part.newTokens > this.#part.sequences) this.#runVerifying(core);
      else this.#clock.runCore(core);
    }
    this.#runBeside(beside, scans, false);
    if (after.length > 0) runAll(this.#clock, after, rows, chunks);
  }

  /**
   * Several tokens of each sequence share a read of its cache, as more heads would. A mixer that chooses its tokens is assumed to choose
   * others for each query. Source: docs/models/scheduling.md#speculative-decoding.
   */
  #runVerifying(core: AttentionShape): void {
    const { sequences, newTokens } = this.#part;
    const { sight } = this.#kernels;
    const each = newTokens / sequences;
    const { heads } = core;
    if (sight.readsAll && sight.most < Number.POSITIVE_INFINITY) core.contextTokens = core.pairs;
    const flops = attentionFlops(core);
    const bytes = attentionBytes(core);
    core.heads = heads * each;
    core.newTokens = sequences;
    core.pairs /= each;
    this.#clock.runKnown(core, 1, flops, bytes);
    core.heads = heads;
  }

  #look(core: AttentionShape, isPrompt: boolean): void {
    const part = this.#part;
    const seen = this.#seen;
    seenAs(this.#kernels.sight, part, this.#window, isPrompt, seen);
    core.sequences = part.sequences;
    core.newTokens = part.newTokens;
    core.contextTokens = seen.contextTokens;
    core.pairs = seen.pairs;
    core.cutPairs = part.pairs - seen.pairs;
    const { contextRanks = 1 } = this.#kernels;
    if (isPrompt || contextRanks === 1) return;
    core.contextTokens /= contextRanks;
    core.pairs /= contextRanks;
  }

  #runBeside(beside: MixerKernels["decode"]["beside"], scans: readonly ScanShape[], isPrompt: boolean): void {
    const part = this.#part;
    const seen = this.#seen;
    for (let i = 0; i < beside.length; i++) {
      const { shape, sight } = beside[i]!;
      seenAs(sight, part, this.#window, isPrompt, seen);
      shape.sequences = part.sequences;
      shape.newTokens = part.newTokens;
      shape.contextTokens = seen.contextTokens;
      shape.pairs = seen.pairs;
      this.#clock.runChunks(shape, 1);
    }
    for (let i = 0; i < scans.length; i++) {
      const scan = scans[i]!;
      const written = isPrompt ? part.sequences : (part.sequences + part.newTokens) / 2; // a state is read once, and written after each token
      scan.sequences = written;
      scan.newTokens = part.newTokens;
      this.#clock.runChunks(scan, 1);
    }
  }
}

function runAll(clock: KernelClock, kernels: readonly KernelByRows[], rows: number, times: number): void {
  for (let i = 0; i < kernels.length; i++) clock.runRows(kernels[i]!, rows, times);
}

import type { KernelModel } from "@tokenyard/cluster";
import { type ChunkTokens, cachedTokenBytes, chunksOf, type MixerKernels, newTokenBytes, pairFlops } from "@tokenyard/model";
import { toGrainsOfMemory, toGrainsOfSeconds, toWhole } from "../ops/grain.ts";
import type { KernelWork, WorkTally } from "../ops/work-tally.ts";
import { grownColumn, roomFor } from "./grown-column.ts";
import type { Matrices, MixerMatrices } from "./matrices.ts";

/** Tokens of a data group for which bytes are kept; decode steps have fewer. */
const MOST_KNOWN = 1024;

/** Work of the attentions and the head of decode-only steps, of many steps at once. */
export class DecodedSteps {
  /** Whether some of them may be inside the grid of measured tables. */
  readonly isTabled: boolean;
  readonly #kernels: KernelModel;
  readonly #core: MixerKernels["decode"]["core"];
  readonly #contextRanks: number;
  readonly #projections: MixerMatrices["projections"];
  readonly #head: Matrices["head"];
  readonly #chunkTokens: ChunkTokens["attention"];
  /** [tokens] bytes of the matrices for a number of tokens; NaN: not known yet */
  #projectionBytes = new Float64Array(0);
  // FLOPs and bytes of a core as plain numbers: a separate shape object would have another class in V8, and slow down the code that reads
  // the shapes of each pass.
  readonly #pairFlops: number;
  readonly #cachedBytes: number;
  readonly #newBytes: number;

  constructor(
    kernels: KernelModel,
    { decode: { core }, contextRanks = 1 }: MixerKernels,
    { projections, before, after, output }: MixerMatrices,
    head: Matrices["head"],
    chunkTokens: ChunkTokens["attention"],
  ) {
    this.#kernels = kernels;
    this.isTabled = kernels.insideSeconds !== undefined;
    this.#core = core;
    this.#contextRanks = contextRanks;
    this.#pairFlops = pairFlops(core) / contextRanks;
    this.#cachedBytes = cachedTokenBytes(core) / contextRanks;
    this.#newBytes = newTokenBytes(core);
    this.#projections = [...projections, ...before, ...after, output];
    this.#head = head;
    this.#chunkTokens = chunkTokens;
  }

  /** Adds to `work` and `ofKind` the matrices of `times` attentions over `tokens` [data groups] that decode: of queries, keys, values and outputs. */
  addProjections(tokens: Float64Array, times: number, work: WorkTally, ofKind: KernelWork): void {
    for (let group = 0; group < tokens.length; group++) this.addProjectionsOf(tokens[group]!, times, work, ofKind);
  }

  /** Adds the projections of one data group. */
  addProjectionsOf(tokens: number, times: number, work: WorkTally, ofKind: KernelWork): void {
    if (tokens === 0) return;
    const chunks = chunksOf(tokens, this.#chunkTokens);
    for (const matrix of this.#projections) {
      matrix.look(tokens / chunks);
      const flops = toWhole(matrix.flops * chunks) * times;
      const bytes = toGrainsOfMemory(matrix.bytes * chunks) * times;
      work.flops += flops;
      work.memoryBytes += bytes;
      ofKind.flops += flops;
      ofKind.memoryBytes += bytes;
      work.insideSeconds += matrix.insideSeconds * chunks * times;
    }
  }

  /** Adds the cores of `times` attentions over decoding sequences, given their tokens and contexts. FLOPs and bytes are linear in both. */
  addDecoded(tokens: number, contextTokens: number, times: number, work: KernelWork): void {
    work.flops += this.#pairFlops * contextTokens * times;
    work.memoryBytes += this.decodedBytes(tokens, contextTokens) * times;
  }

  /** Bytes of `addProjectionsOf`, of one attention. */
  projectionBytes(tokens: number): number {
    if (tokens >= this.#projectionBytes.length && tokens < MOST_KNOWN)
      this.#projectionBytes = grownColumn(this.#projectionBytes, roomFor(tokens));
    const known = this.#projectionBytes[tokens];
    if (known !== undefined && !Number.isNaN(known)) return known;
    const chunks = tokens === 0 ? 0 : chunksOf(tokens, this.#chunkTokens);
    let bytes = 0;
    for (let m = 0; chunks > 0 && m < this.#projections.length; m++) {
      const matrix = this.#projections[m]!;
      matrix.look(tokens / chunks);
      bytes += toGrainsOfMemory(matrix.bytes * chunks);
    }
    if (known !== undefined) this.#projectionBytes[tokens] = bytes;
    return bytes;
  }

  /** Bytes that one layer's attention moves in a step of `addDecoded`. */
  decodedBytes(tokens: number, contextTokens: number): number {
    return this.#cachedBytes * contextTokens + this.#newBytes * tokens;
  }

  /** Bytes of one head in a step that do not grow with its outputs: the weights. */
  get headWeightBytes(): number {
    return this.#headBytes(1) - this.headOutputBytes;
  }

  /** Bytes of one head for each output. */
  get headOutputBytes(): number {
    return this.#headBytes(2) - this.#headBytes(1);
  }

  #headBytes(outputs: number): number {
    this.#head?.look(outputs);
    return this.#head?.bytes ?? 0;
  }

  /** Seconds inside the grid of measured tables of `count` cores of as many steps of `sequences`, with `context` tokens in all in the first, and one more of each in each that follows. */
  decodedInside(sequences: number, context: number, count: number): number {
    const kernels = this.#kernels;
    if (kernels.insideSeconds === undefined) return 0;
    const core = { ...this.#core, sequences, newTokens: sequences };
    let sum = 0;
    for (let i = 0; i < count; i++) {
      core.contextTokens = (context + i * sequences) / this.#contextRanks;
      core.pairs = core.contextTokens;
      sum += toGrainsOfSeconds(kernels.insideSeconds(core));
    }
    return sum;
  }
}

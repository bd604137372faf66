import type { Recurrence, SparseBlock } from "@tokenyard/model";
import type { Library, Precision } from "@tokenyard/scenario";

/** Origin of coefficients. */
interface Origin {
  readonly library: Library;
  /** Median of |predicted / measured − 1| on held-out rows. */
  readonly error: number;
}

/** Bytes of which a cache keeps some from one time to the next, as shares of the memory's bandwidth. */
export interface CachedRead {
  readonly bandwidthEfficiency: number;
  /** Share of the bandwidth at which the cache is read. */
  readonly cache: number;
  /** Bytes up to which it has all; of twice as many it has none. */
  readonly kept: number;
}

/** Convolutions over the last tokens, of prompts or of decoding sequences. Times in seconds. */
export interface ConvolutionFit extends Origin, CachedRead {
  readonly kind: "convolution-prompt" | "convolution-decode";
  readonly rule: Recurrence;
  readonly launch: number;
  readonly serial: number;
  /** Seconds of one channel of one sequence on a multiprocessor. */
  readonly item: number;
  /** Seconds of each of the first tokens of a sequence, which a block of threads processes one by one. */
  readonly walk: number;
}

/** Updates of a state by a token, or a few, of each sequence. */
export interface UpdateFit extends Origin, CachedRead {
  readonly kind: "scan-decode";
  readonly rule: Recurrence;
  readonly launch: number;
}

/** Scans of prompts in chunks. */
export interface ScanFit extends Origin {
  readonly kind: "scan-prompt";
  readonly rule: Recurrence;
  readonly launch: number;
  readonly serial: number;
  readonly bandwidthEfficiency: number;
  /** Seconds of each token of a chunk, one after another. */
  readonly walk: number;
  /** Seconds of a chunk of a head, after the chunk before it. */
  readonly step: number;
  /** Least seconds of a head of a sequence on a multiprocessor. */
  readonly item: number;
  /** Seconds of a token of a head on a multiprocessor, independent of the tokens before it. */
  readonly token: number;
  /** Whether heads go over multiprocessors in whole waves. */
  readonly waves: "whole" | "shared";
}

/** A block of kernels of an attention that sees a part of the context, but for its products with matrices. */
export interface SparseFit extends Origin {
  readonly kind: "sparse-prompt" | "sparse-decode";
  readonly block: SparseBlock;
  /** Format of the cache and of the products around it. */
  readonly precision: Precision;
  readonly products: Precision;
  readonly launch: number;
  /** Seconds for each new token, and for each sequence. */
  readonly row: number;
  readonly sequence: number;
  readonly serial: number;
  /** Shares of the peak in 16 bits and of the memory's bandwidth. */
  readonly computeEfficiency: number;
  readonly bandwidthEfficiency: number;
  /** Most heads of a rank's core that it is for, where libraries run other kernels for few heads; none: any. */
  readonly mostHeads?: number;
  /** Scoring of keys for prompts: one after another for the queries of a multiprocessor, or dealt to all multiprocessors. */
  readonly scores: "chained" | "dealt";
  readonly scoresLaunch: number;
  readonly scoresEfficiency: number;
  readonly scoresBandwidth: number;
  /** Choosing, for each query on a multiprocessor: as such, and for each entry that it chooses from. */
  readonly select: number;
  readonly selectEntry: number;
  /** Host time of a launch of the block when it was measured; not part of a prediction. */
  readonly host: number;
}

export type MixerFit = ConvolutionFit | UpdateFit | ScanFit | SparseFit;

/** Coefficients alone. */
export type Values<Fit extends MixerFit> = Omit<
  Fit,
  "kind" | "library" | "error" | "rule" | "block" | "precision" | "products" | "mostHeads"
>;

import { type AttentionShape, kernelBytes } from "@tokenyard/model";
import type { FitOf } from "@tokenyard/scenario";
import { serialSum } from "../../serial-sum.ts";
import type { Machine } from "./machine.ts";

const TILE_ROWS = 64; // rows to which query heads that share a KV head are padded
const MERGED_TOKENS = 4096; // of the context that `merge` is given for

/**
 * Attention of decoding sequences: a work item for each sequence and 64 query heads of a KV head, however short its context, beside the
 * bytes of the cache and the padded products; then the sum over the parts of long contexts. Source: docs/models/kernels.md#fitted-kernels.
 */
export class DecodeFit {
  readonly launchSeconds: number;
  readonly #serial: number;
  readonly #flopsPerSecond: number;
  readonly #bytesPerSecond: number;
  readonly #itemSeconds: number;
  readonly #headSeconds: number;
  readonly #multiprocessors: number;
  /** For the root of a token; 0 where it costs nothing. */
  readonly #mergeSeconds: number;
  readonly #rampBytes: number;

  constructor(fit: Omit<FitOf<"decode" | "latent-decode">, "kind" | "library" | "precision" | "on">, machine: Machine) {
    const { flopsPerSecond, bytesPerSecond, multiprocessors } = machine;
    this.launchSeconds = fit.launch;
    this.#serial = fit.serial;
    this.#flopsPerSecond = flopsPerSecond * fit.computeEfficiency;
    this.#bytesPerSecond = bytesPerSecond * fit.bandwidthEfficiency;
    this.#itemSeconds = fit.item;
    this.#headSeconds = fit.head ?? 0;
    this.#multiprocessors = multiprocessors;
    this.#mergeSeconds = (fit.merge ?? 0) / Math.sqrt(MERGED_TOKENS);
    this.#rampBytes = fit.ramp;
  }

  /** Seconds beside the launch; `bytes` are those of the shape. */
  seconds({ heads, kvHeads, keySize, valueSize, sequences, contextTokens, pairs }: AttentionShape, bytes: number): number {
    const tiles = kvHeads * Math.ceil(heads / kvHeads / TILE_ROWS);
    const computed = (2 * tiles * TILE_ROWS * (keySize + valueSize) * pairs) / this.#flopsPerSecond;
    const read = (bytes + this.#rampBytes) / this.#bytesPerSecond;
    const items = sequences * tiles * this.#itemSecondsOf(heads / kvHeads);
    return (
      serialSum(serialSum(read, computed, this.#serial), items, this.#serial) + this.#mergeSeconds * Math.sqrt(contextTokens / sequences)
    );
  }

  /** Share of the GPU that a work item takes, given the query heads of a KV head. */
  #itemSecondsOf(queryHeads: number): number {
    return (this.#itemSeconds + this.#headSeconds * Math.min(queryHeads, TILE_ROWS)) / this.#multiprocessors;
  }

  /**
   * Seconds of `shape` and of the shapes after it, each with `more` further context tokens and pairs, as `FittedKernels.seconds` returns
   * them, with the share of a launch that counts; never below the peaks. FLOPs and bytes are whole numbers or simple fractions far below
   * 2⁵³, so step-by-step sums are exact.
   */
  growingSeconds(
    shape: AttentionShape,
    more: number,
    count: number,
    launchSeconds: number,
    peaks: Machine,
    out: Float64Array,
    at: number,
    stride: number,
  ): void {
    const { heads, kvHeads, keySize, valueSize, cachedSize, kvBytes, sequences } = shape;
    const tiles = kvHeads * Math.ceil(heads / kvHeads / TILE_ROWS);
    const paddedFlops = 2 * tiles * TILE_ROWS * (keySize + valueSize); // of a pair
    const pairFlops = 2 * heads * (keySize + valueSize);
    const moreBytes = kvBytes * kvHeads * cachedSize * more;
    const items = sequences * tiles * this.#itemSecondsOf(heads / kvHeads);
    let bytes = kernelBytes(shape);
    let { contextTokens, pairs } = shape;
    for (let i = 0; i < count; i++) {
      const computed = (paddedFlops * pairs) / this.#flopsPerSecond;
      const read = (bytes + this.#rampBytes) / this.#bytesPerSecond;
      const worked = serialSum(serialSum(read, computed, this.#serial), items, this.#serial);
      const seconds = launchSeconds + (worked + this.#mergeSeconds * Math.sqrt(contextTokens / sequences));
      out[at + i * stride] = Math.max(seconds, (pairFlops * pairs) / peaks.flopsPerSecond, bytes / peaks.bytesPerSecond);
      bytes += moreBytes;
      contextTokens += more;
      pairs += more;
    }
  }
}

import type { KernelModel } from "@tokenyard/cluster";
import { nsFromSeconds } from "@tokenyard/engine";
import { type AttentionShape, attentionBytes, attentionFlops, type KernelShape, kernelBytes, kernelFlops } from "@tokenyard/model";
import { toGrainsOfMemory, toGrainsOfSeconds, toWhole } from "../ops/grain.ts";
import type { KernelByRows } from "./kernel-by-rows.ts";

/** Adds up the kernels of one op on one rank: they run one after another, and the sum is rounded once. */
export class KernelClock {
  readonly kernels: KernelModel;
  /** Whether some kernels may be inside the grid of measured tables. */
  readonly #isTabled: boolean;
  /**
   * Number of rows of each expert up to which the time of routed experts, and its part inside tables, depends only on the active experts
   * and all rows; −1: never.
   */
  readonly fewRows: number;
  /** Seconds of the kernels since `start`. */
  seconds = 0;
  flops = 0;
  bytes = 0;
  /** Part of those seconds that lies inside the grid of measured tables. */
  insideSeconds = 0;

  constructor(kernels: KernelModel) {
    this.kernels = kernels;
    this.#isTabled = kernels.insideSeconds !== undefined;
    this.fewRows = this.#isTabled ? -1 : (kernels.fewRows ?? -1);
  }

  start(): void {
    this.seconds = 0;
    this.flops = 0;
    this.bytes = 0;
    this.insideSeconds = 0;
  }

  /** An attention core. */
  runCore(shape: AttentionShape): void {
    this.seconds += this.kernels.seconds(shape);
    this.flops += attentionFlops(shape);
    this.bytes += attentionBytes(shape);
    if (this.#isTabled) this.insideSeconds += toGrainsOfSeconds(this.kernels.insideSeconds!(shape));
  }

  /** A kernel `times` times, for one chunk of the rows after another. */
  runChunks(shape: KernelShape, times: number): void {
    this.seconds += this.kernels.seconds(shape) * times;
    this.flops += toWhole(kernelFlops(shape) * times);
    this.bytes += toGrainsOfMemory(kernelBytes(shape) * times);
    if (this.#isTabled) this.insideSeconds += toGrainsOfSeconds(this.kernels.insideSeconds!(shape)) * times;
  }

  /** Runs `shape`, whose FLOPs and bytes are known. */
  runKnown(shape: KernelShape, times: number, flops: number, bytes: number): void {
    this.seconds += this.kernels.seconds(shape) * times;
    this.flops += toWhole(flops * times);
    this.bytes += toGrainsOfMemory(bytes * times);
    if (this.#isTabled) this.insideSeconds += toGrainsOfSeconds(this.kernels.insideSeconds!(shape)) * times;
  }

  /** Runs a matrix with `rows` rows, `times` times. */
  runRows(kernel: KernelByRows, rows: number, times = 1): void {
    kernel.look(rows);
    this.seconds += kernel.seconds * times;
    this.flops += times === 1 ? kernel.flops : toWhole(kernel.flops * times);
    this.bytes += times === 1 ? kernel.bytes : toGrainsOfMemory(kernel.bytes * times);
    this.insideSeconds += kernel.insideSeconds * times;
  }

  /** Nanoseconds of the kernels since `start`, each slowed down by the factor `times`. */
  ns(times = 1): number {
    return nsFromSeconds(times === 1 ? this.seconds : this.seconds * times);
  }
}

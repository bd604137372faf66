import type { AttentionShape, ScanShape } from "@tokenyard/model";
import type { Library } from "@tokenyard/scenario";
import type { Machine } from "../fitted/machine.ts";
import { type ScanShapeFit, scanFitOf, sparseFitOf } from "./chosen-mixer-fit.ts";
import type { MixerFit, SparseFit } from "./mixer-fit.ts";
import { convolutionSeconds, scanSeconds, updateSeconds } from "./scan-seconds.ts";
import { sparseSeconds } from "./sparse-seconds.ts";

/** Seconds of kernels of mixers with a state, and of those that see a part of the context, by fits of their own. Source: docs/models/kernels.md#fitted-mixers. */
export class MixerKernels {
  readonly #fits: readonly MixerFit[];
  readonly #library: Library;
  readonly #machine: Machine;
  readonly #launchShare: number;
  // What was looked up for a shape: shapes belong to mixers and are filled again and again.
  readonly #scans = new WeakMap<ScanShape, ScanShapeFit | undefined>();
  readonly #blocks = new WeakMap<AttentionShape, SparseFit | undefined>();

  /** `machine` multiplies in 16 bits. */
  constructor(fits: readonly MixerFit[], library: Library, machine: Machine, launchShare: number) {
    this.#fits = fits;
    this.#library = library;
    this.#machine = machine;
    this.#launchShare = launchShare;
  }

  /** Seconds of a scan; undefined if no such kernel was measured. */
  scanSeconds(shape: ScanShape, bytes: number): number | undefined {
    let fit = this.#scans.get(shape);
    if (fit === undefined) {
      fit = scanFitOf(this.#fits, shape, this.#library);
      this.#scans.set(shape, fit);
    }
    if (fit === undefined) return undefined;
    return this.#launchShare * fit.launch + scanShapeSeconds(fit, shape, bytes, this.#machine);
  }

  /** Seconds of a kernel of a block, whose launches were measured as engines have them. */
  sparseSeconds(shape: AttentionShape, bytes: number): number | undefined {
    let fit = this.#blocks.get(shape);
    if (fit === undefined) {
      fit = sparseFitOf(this.#fits, shape, this.#library);
      this.#blocks.set(shape, fit);
    }
    return fit && sparseSeconds(fit, shape, bytes, this.#machine);
  }
}

export function scanShapeSeconds(fit: ScanShapeFit, shape: ScanShape, bytes: number, machine: Machine): number {
  switch (fit.kind) {
    case "convolution-prompt":
    case "convolution-decode":
      return convolutionSeconds(fit, shape, bytes, machine);
    case "scan-decode":
      return updateSeconds(fit, bytes, machine);
    case "scan-prompt":
      return scanSeconds(fit, shape, bytes, machine);
  }
}

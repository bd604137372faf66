import {
  type AttentionShape,
  type GroupedLinearShape,
  type KernelShape,
  kernelBytes,
  kernelFlops,
  type LinearShape,
  type ScanShape,
} from "@tokenyard/model";
import type { ClusterSpec, Fit, FitOf, GpuSpec, Library, Precision } from "@tokenyard/scenario";
import { type Compute, computeOf } from "../../compute.ts";
import { type KernelModel, oneByOne } from "../../kernel-model.ts";
import { mixerFitsOf } from "../mixers/mixer-fits.ts";
import { MixerKernels } from "../mixers/mixer-kernels.ts";
import { Roofline } from "../roofline.ts";
import { chosenFit, type Heads, libraryOf, storedPrecision } from "./chosen-fit.ts";
import { DecodeFit } from "./decode-fit.ts";
import { ExpertsFit, oneTileRows } from "./experts-fit.ts";
import { KeptFits } from "./kept-fits.ts";
import { LinearFit } from "./linear-fit.ts";
import type { Machine } from "./machine.ts";
import { PrefillFit } from "./prefill-fit.ts";

type FittedSpec = Extract<ClusterSpec["kernels"], { kind: "fitted" }>;

/**
 * Kernels by family, each with a form of its own and coefficients that were fitted to measured ones. None beats the datasheet's peaks: a
 * time below them is raised to them. A family without a fit follows the roofline. Source: docs/models/kernels.md#fitted-kernels.
 */
export class FittedKernels implements KernelModel {
  readonly name: string;
  readonly fewRows: number;
  readonly #compute: Compute;
  readonly #bytesPerSecond: number;
  readonly #multiprocessors: number;
  readonly #launchShare: number;
  /** Peaks of the current precision. */
  readonly #peaks: { flopsPerSecond: number; readonly bytesPerSecond: number; readonly multiprocessors: number };
  readonly #fits: readonly Fit[];
  readonly #library: Library;
  readonly #roofline: Roofline;
  readonly #elementwise: FitOf<"linear"> | undefined;
  readonly #linear: KeptFits<LinearFit>;
  readonly #experts: KeptFits<ExpertsFit>;
  readonly #prefill: KeptFits<PrefillFit>;
  readonly #decode: KeptFits<DecodeFit>;
  readonly #decodeAlone: KeptFits<DecodeFit>;
  readonly #latentPrefill: KeptFits<PrefillFit>;
  readonly #latentDecode: KeptFits<DecodeFit>;
  readonly #mixers: MixerKernels;

  /** `gpu` has fits and multiprocessors: `fitProblems` has refused others before. */
  constructor(gpu: GpuSpec, { library, launchShare }: FittedSpec) {
    const { fits = [], multiprocessors = 1 } = gpu;
    this.#fits = fits;
    this.#library = libraryOf(fits, library);
    this.#compute = computeOf(gpu);
    this.#bytesPerSecond = gpu.bandwidth;
    this.#multiprocessors = multiprocessors;
    this.#launchShare = launchShare;
    this.#peaks = { flopsPerSecond: 0, bytesPerSecond: gpu.bandwidth, multiprocessors };
    this.#roofline = new Roofline(gpu);
    this.#elementwise = chosenFit(fits, "linear", "bf16", this.#library);
    this.#linear = this.#keptFits("linear", (fit, machine) => new LinearFit(fit, machine));
    this.#experts = this.#keptFits("experts", (fit, machine) => new ExpertsFit(fit, machine));
    this.#prefill = this.#keptFits("prefill", (fit, machine) => new PrefillFit(fit, machine));
    this.#decode = this.#keptFits("decode", (fit, machine) => new DecodeFit(fit, machine), "sharing");
    this.#decodeAlone = this.#keptFits("decode", (fit, machine) => new DecodeFit(fit, machine), "alone");
    this.#latentPrefill = this.#keptFits("latent-prefill", (fit, machine) => new PrefillFit(fit, machine));
    this.#latentDecode = this.#keptFits("latent-decode", (fit, machine) => new DecodeFit(fit, machine));
    const machine = { flopsPerSecond: this.#compute.bf16 ?? this.#compute.fp16 ?? 0, bytesPerSecond: gpu.bandwidth, multiprocessors };
    this.#mixers = new MixerKernels(mixerFitsOf(fits), this.#library, machine, launchShare);
    this.fewRows = fits.reduce((few, fit) => (fit.kind === "experts" ? Math.min(few, oneTileRows(fit)) : few), Number.POSITIVE_INFINITY);
    const own = fits.filter(({ library: by }) => by === this.#library);
    const on = [...new Set((own.length > 0 ? own : fits).map((fit) => fit.on))];
    this.name = `kernels of ${this.#library} as measured on ${on.join(", ")}`;
  }

  /** Throws RangeError for a precision without compute, which `computeProblems` reports before. */
  seconds(shape: KernelShape): number {
    switch (shape.kind) {
      case "linear":
        return this.#linearSeconds(shape);
      case "grouped-linear":
        return this.#expertsSeconds(shape, shape, undefined, 0);
      case "experts":
        return this.#expertsSeconds(shape, shape.up, shape.down, shape.groupRows);
      case "attention-prefill":
      case "attention-decode":
        return this.#attentionSeconds(shape);
      case "scan":
        return this.#scanSeconds(shape);
      case "elementwise": {
        const fit = this.#elementwise;
        if (fit === undefined || shape.rows === 0) return this.#roofline.seconds(shape);
        return this.#launchShare * fit.launch + kernelBytes(shape) / (this.#bytesPerSecond * Math.min(1, fit.bandwidthEfficiency));
      }
    }
  }

  growingSeconds(shape: AttentionShape, more: number, count: number, out: Float64Array, at: number, stride: number): void {
    const { precision, kvBytes, newTokens, sparse } = shape;
    const fit =
      shape.kind === "attention-decode" && newTokens > 0 && sparse === undefined
        ? this.#decodeFits(shape).of(precision, kvBytes)
        : undefined;
    if (fit === undefined) {
      oneByOne(this, shape, more, count, out, at, stride);
      return;
    }
    this.#peaks.flopsPerSecond = this.#flopsPerSecond(precision);
    fit.growingSeconds(shape, more, count, this.#launchShare * fit.launchSeconds, this.#peaks, out, at, stride);
  }

  #linearSeconds(shape: LinearShape): number {
    if (shape.rows === 0) return 0;
    const fit = this.#linear.of(shape.precision, shape.weightBytes);
    if (fit === undefined) return this.#roofline.seconds(shape);
    const bytes = kernelBytes(shape);
    return this.#clamped(this.#launchShare * fit.launchSeconds + fit.seconds(shape, bytes), kernelFlops(shape), bytes, shape.precision);
  }

  #expertsSeconds(shape: KernelShape, up: GroupedLinearShape, down: GroupedLinearShape | undefined, groupRows: number): number {
    const fit = this.#experts.of(up.precision, up.weightBytes);
    if (fit === undefined) return this.#roofline.seconds(shape);
    return fit.seconds(up, down, groupRows, this.#launchShare * fit.launchSeconds);
  }

  #attentionSeconds(shape: AttentionShape): number {
    const { precision, kvBytes, newTokens, latent } = shape;
    if (newTokens === 0) return 0;
    if (shape.sparse !== undefined) {
      const bytes = kernelBytes(shape);
      const seconds = this.#mixers.sparseSeconds(shape, bytes);
      if (seconds !== undefined) return this.#clamped(seconds, kernelFlops(shape), bytes, precision);
    }
    const isPrefill = shape.kind === "attention-prefill";
    const fits = isPrefill ? (latent ? this.#latentPrefill : this.#prefill) : this.#decodeFits(shape);
    const fit = fits.of(precision, kvBytes);
    if (fit === undefined) return this.#roofline.seconds(shape);
    const bytes = kernelBytes(shape);
    return this.#clamped(this.#launchShare * fit.launchSeconds + fit.seconds(shape, bytes), kernelFlops(shape), bytes, precision);
  }

  #scanSeconds(shape: ScanShape): number {
    if (shape.newTokens === 0) return 0;
    const bytes = kernelBytes(shape);
    const seconds = this.#mixers.scanSeconds(shape, bytes);
    if (seconds === undefined) return this.#roofline.seconds(shape);
    return this.#clamped(seconds, kernelFlops(shape), bytes, shape.precision);
  }

  #decodeFits({ latent, heads, kvHeads }: AttentionShape): KeptFits<DecodeFit> {
    if (latent) return this.#latentDecode;
    return heads === kvHeads ? this.#decodeAlone : this.#decode;
  }

  /** The larger of `seconds` and what the peaks allow. */
  #clamped(seconds: number, flops: number, bytes: number, precision: Precision): number {
    return Math.max(seconds, flops / this.#flopsPerSecond(precision), bytes / this.#bytesPerSecond);
  }

  #keptFits<Kind extends Fit["kind"], T>(kind: Kind, make: (fit: FitOf<Kind>, machine: Machine) => T, heads?: Heads): KeptFits<T> {
    return new KeptFits((precision, storedBytes) => {
      const fit = chosenFit(this.#fits, kind, storedPrecision(precision, storedBytes), this.#library, heads);
      if (fit === undefined) return undefined;
      const flopsPerSecond = this.#flopsPerSecond(precision);
      return make(fit, { flopsPerSecond, bytesPerSecond: this.#bytesPerSecond, multiprocessors: this.#multiprocessors });
    });
  }

  #flopsPerSecond(precision: Precision): number {
    const flopsPerSecond = this.#compute[precision];
    if (flopsPerSecond === undefined) throw new RangeError(`cluster.gpu.compute gives no ${precision}`);
    return flopsPerSecond;
  }
}

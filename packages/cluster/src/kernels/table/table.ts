import { type KernelShape, kernelRows } from "@tokenyard/model";
import { exp } from "@tokenyard/random";
import type { ClusterSpec } from "@tokenyard/scenario";
import { computeOf } from "../../compute.ts";
import type { KernelModel } from "../../kernel-model.ts";
import { FittedKernels } from "../fitted/fitted.ts";
import { Roofline } from "../roofline.ts";
import { measuredCells } from "./measured-kernel.ts";
import type { TabledShape } from "./measured-sizes.ts";
import { Ratios } from "./ratios.ts";

type TableSpec = Extract<ClusterSpec["kernels"], { kind: "table" }>;

/**
 * Measured kernels: a model's time, multiplied by how far measured ones were off it at the load nearest by. What was measured comes back as it was,
 * peaks or not; between measured loads the logarithm of the ratio is that of rows near by, and beyond them it stays: never is a time extrapolated.
 * Elementwise kernels follow the model. Source: docs/models/kernels.md#profile-tables.
 */
export class TabledKernels implements KernelModel {
  readonly name: string;
  /** Name of the model that the tables correct. */
  readonly modelName: string;
  readonly #model: KernelModel;
  readonly #ratios: Ratios;

  /** Leaves out cells in a precision that the GPU does not multiply in, as no kernel uses them. */
  constructor({ gpu }: ClusterSpec, spec: TableSpec) {
    const whole = modelBeside(gpu, { ...spec, launchShare: 1 }); // as kernels were measured, alone
    this.#model = spec.launchShare === 1 ? whole : modelBeside(gpu, spec);
    const compute = computeOf(gpu);
    const cells = measuredCells(spec).filter(({ precision }) => compute[precision] !== undefined);
    this.#ratios = new Ratios(cells, whole);
    const paths = [...new Set(spec.files.map(({ path }) => path))];
    this.modelName = whole.name;
    this.name = `measured kernels of ${paths.join(", ")}, beside them ${whole.name}`;
  }

  seconds(shape: KernelShape): number {
    const seconds = this.#model.seconds(shape);
    return isTabled(shape) && kernelRows(shape) > 0 ? seconds * exp(this.#ratios.of(shape)) : seconds;
  }

  /** Inside the grid are the very sizes that were measured, at loads between those that were. */
  insideSeconds(shape: KernelShape): number {
    return isTabled(shape) && kernelRows(shape) > 0 && this.#ratios.holds(shape) ? this.seconds(shape) : 0;
  }

  /** Whether kernels of the very sizes were measured, of sizes like them, or none in these formats. */
  kinshipOf(shape: KernelShape): "same" | "like" | "none" {
    return isTabled(shape) ? this.#ratios.kinshipOf(shape) : "none";
  }

  /** Least ratio of a kernel's time to the model's. */
  get leastShare(): number {
    return exp(this.#ratios.least);
  }
}

function isTabled(shape: KernelShape): shape is TabledShape {
  return shape.kind !== "elementwise" && shape.kind !== "scan" && shape.kind !== "grouped-linear";
}

/** Model that tables correct: the GPU's fits, or the roofline if it has none. */
function modelBeside(gpu: ClusterSpec["gpu"], { library, launchShare }: Pick<TableSpec, "library" | "launchShare">): KernelModel {
  return gpu.fits === undefined ? new Roofline(gpu) : new FittedKernels(gpu, { kind: "fitted", library, launchShare });
}

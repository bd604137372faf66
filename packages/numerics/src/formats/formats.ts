import { precisionsOf, productsOf } from "@tokenyard/model";
import type { GpuSpec, ModelSpec, Precision } from "@tokenyard/scenario";
import { type Matrix, product } from "../weights/matrix.ts";
import { floatOf, roundRow } from "./blocks.ts";
import { E4M3, rounded, type SmallFloat } from "./small-float.ts";

/** Parts of a model whose products may multiply in formats of their own. */
export type ProductPart = "attention" | "attentionOutput" | "dense" | "shared" | "experts" | "unquantised" | "head";

/** Formats in which a product quantises its inputs. */
const QUANTISED: ReadonlySet<Precision> = new Set(["fp8", "int8", "nvfp4"]);

/**
 * Rounding of an execution: numbers that a kernel returns, that a cache keeps, and that leave a rank. Sums inside a kernel are exact
 * (engines have fp32). `EXACT` rounds nothing. Source: docs/numerics.md#formats.
 */
export class Formats {
  readonly isExact: boolean;
  /** Format of numbers that kernels return. */
  readonly float: SmallFloat;
  /** Numbers of caches that were larger than the largest of their format, which they became. */
  saturated = 0;
  readonly #places: ReturnType<typeof precisionsOf> | undefined;
  readonly #products: ReturnType<typeof productsOf> | undefined;

  /** Formats of `model` on `gpu`; without a model nothing is rounded. */
  constructor(model?: ModelSpec, gpu?: Pick<GpuSpec, "compute">) {
    this.isExact = model === undefined || gpu === undefined;
    this.#places = model && precisionsOf(model);
    this.#products = model && gpu && productsOf(model, gpu);
    this.float = floatOf((this.#places?.activations ?? "fp32") as "fp32" | "fp16" | "bf16");
  }

  /** Numbers that a kernel hands on, in place. */
  handOn(numbers: Float64Array, from = 0, count = numbers.length): void {
    if (this.isExact) return;
    for (let at = from; at < from + count; at++) numbers[at] = rounded(numbers[at]!, this.float);
  }

  /** Keys and values, or latents, in place. An fp8 cache has no scales, as engines have it unless a checkpoint brings some. */
  keep(numbers: Float64Array): void {
    if (this.isExact) return;
    const { kvCache } = this.#places!;
    if (kvCache === "fp8") {
      for (let at = 0; at < numbers.length; at++) {
        if (Math.abs(numbers[at]!) > E4M3.most) this.saturated++;
        numbers[at] = rounded(numbers[at]!, E4M3);
      }
    } else roundRow(numbers, { from: 0, count: numbers.length, step: 1 }, kvCache);
  }

  /** Rounds the first `width` numbers of a row in place, to the format of a dispatch, a combine or a collective. */
  send(row: Float64Array, width: number, by: "dispatch" | "combine" | "collectives"): void {
    if (!this.isExact) roundRow(row, { from: 0, count: width, step: 1 }, this.#places![by]);
  }

  /** `count` rows as a product of `part` multiplies them: quantised row by row, or as they are. */
  inputs(part: ProductPart, rows: Float64Array, count: number, width: number): Float64Array {
    const format = this.#products?.[part];
    if (format === undefined || !QUANTISED.has(format)) return rows;
    const own = rows.slice(0, count * width);
    for (let r = 0; r < count; r++) roundRow(own, { from: r * width, count: width, step: 1 }, format);
    return own;
  }

  /** `count` rows × `matrix`, rounded like the outputs of a kernel of `part`. */
  product(rows: Float64Array, count: number, matrix: Matrix, part: ProductPart): Float64Array {
    const out = product(this.inputs(part, rows, count, matrix.inFeatures), count, matrix);
    this.handOn(out);
    return out;
  }

  /** Formats by place, each once: `fp8 weights`. */
  names(): readonly string[] {
    if (this.#places === undefined) return [];
    const byFormat = new Map<Precision, string[]>();
    for (const [place, format] of Object.entries(this.#places) as [string, Precision][]) {
      if (place === "indexer" || place === "linear" || place === "latentProjections") continue; // not executed
      byFormat.set(format, [...(byFormat.get(format) ?? []), NAMES[place] ?? place]);
    }
    return [...byFormat].map(([format, places]) => `${format} ${places.join(", ")}`);
  }

  /** The format of the weights of `part`. */
  weights(part: ProductPart): Precision | undefined {
    return this.#places?.[part];
  }
}

const NAMES: Readonly<Record<string, string>> = {
  attentionOutput: "attention output",
  kvCache: "KV cache",
  unquantised: "embedding and gate",
};

/** Rounds nothing: double precision. */
export const EXACT = new Formats();

import { bytesOf, type KernelShape } from "@tokenyard/model";
import type { Precision } from "@tokenyard/scenario";
import { type Half, halfOf } from "./half.ts";
import { numberOf, type Row } from "./table.ts";

/** A measured time and the kernels that it is the time of. */
export interface Sample {
  readonly gpu: string;
  readonly family: string;
  readonly half: Half;
  readonly seconds: number;
  /** Run one after another. */
  readonly kernels: readonly KernelShape[];
}

export function sampleOf(row: Row, family: string, kernels: readonly KernelShape[]): Sample {
  return { gpu: row["gpu"] ?? "", family, half: halfOf(row), seconds: numberOf(row, "us") * 1e-6, kernels };
}

/** What a number format of the tables is in a scenario: that of the weights, and the one that multiplies. 16 bits come to every kernel. */
const FORMATS: Readonly<Record<string, readonly [weights: Precision, product: Precision]>> = {
  bfloat16: ["bf16", "bf16"],
  bf16: ["bf16", "bf16"],
  fp8: ["fp8", "fp8"],
  fp8_block: ["fp8", "fp8"],
  nvfp4: ["nvfp4", "nvfp4"],
  w4a16_mxfp4: ["mxfp4", "bf16"],
};

export function storedAs(format: string | undefined) {
  const [weights, precision] = FORMATS[format ?? ""] ?? ["bf16", "bf16"];
  return { weightBytes: bytesOf(weights), activationBytes: bytesOf("bf16"), precision };
}

export function isFormat(format: string | undefined): boolean {
  return FORMATS[format ?? ""] !== undefined;
}

import type { Precision } from "@tokenyard/scenario";
import { BF16, E2M1, E4M3, exponentOf, FP16, FP32, nearestWhole, powerOfTwo, rounded, type SmallFloat } from "./small-float.ts";

/** Formats without a scale of their own. */
const FLOATS: Partial<Record<Precision, SmallFloat>> = { fp32: FP32, fp16: FP16, bf16: BF16 };

/** The floating-point format of numbers that kernels hand on. */
export function floatOf(precision: "fp32" | "fp16" | "bf16"): SmallFloat {
  return FLOATS[precision]!;
}

/** Numbers that share a scale; none: all of a row. Sources: docs/numerics.md#formats. */
const BLOCKS: Partial<Record<Precision, number>> = { fp8: 128, int4: 128, mxfp4: 32, nvfp4: 16 };

/** Numbers of one row: `count` of them from `from` on, each `step` behind the one before. */
export interface Run {
  readonly from: number;
  readonly count: number;
  readonly step: number;
}

/** Rounds a row of `numbers` to `precision`, in place, with a scale for each of its blocks; `most`: the largest of all that share a second scale (nvfp4). */
export function roundRow(numbers: Float64Array, run: Run, precision: Precision, most?: number): void {
  const float = FLOATS[precision];
  const { from, count, step } = run;
  if (float !== undefined) {
    for (let i = 0, at = from; i < count; i++, at += step) numbers[at] = rounded(numbers[at]!, float);
    return;
  }
  const block = BLOCKS[precision] ?? count;
  const second = precision === "nvfp4" ? secondScale(most ?? largest(numbers, run)) : 1;
  for (let first = 0; first < count; first += block) {
    roundBlock(numbers, { from: from + first * step, count: Math.min(block, count - first), step }, precision, second);
  }
}

/** The second scale of nvfp4, which maps the largest scale of a block to the largest number of E4M3. */
function secondScale(most: number): number {
  return Math.fround(most / (E4M3.most * E2M1.most));
}

function roundBlock(numbers: Float64Array, run: Run, precision: Precision, second: number): void {
  const most = largest(numbers, run);
  const scale = scaleOf(most, precision, second);
  if (!Number.isFinite(most) || !Number.isFinite(scale)) return; // infinite or undefined numbers stay, and are found later
  const { from, count, step } = run;
  for (let i = 0, at = from; i < count; i++, at += step) numbers[at] = scale === 0 ? 0 : codeOf(numbers[at]! / scale, precision) * scale;
}

function scaleOf(most: number, precision: Precision, second: number): number {
  switch (precision) {
    case "fp8":
      return Math.fround(most / E4M3.most);
    case "int8":
      return Math.fround(most / 127);
    case "int4":
      return rounded(most / 7, BF16);
    case "mxfp4":
      return most === 0 ? 0 : powerOfTwo(Math.max(-127, exponentOf(most) - 2)); // 2: exponent of 6, the largest number
    default:
      return second === 0 ? 0 : rounded(Math.fround(most / E2M1.most) / second, E4M3) * second;
  }
}

function codeOf(x: number, precision: Precision): number {
  switch (precision) {
    case "fp8":
      return rounded(x, E4M3);
    case "int8":
      return Math.max(-127, Math.min(127, nearestWhole(x)));
    case "int4":
      return Math.max(-8, Math.min(7, nearestWhole(x)));
    default:
      return rounded(x, E2M1);
  }
}

/** The largest |number| of a row; NaN if any number is NaN. */
export function largest(numbers: Float64Array, { from, count, step }: Run): number {
  let most = 0;
  for (let i = 0, at = from; i < count; i++, at += step) most = Math.max(most, Math.abs(numbers[at]!));
  return most;
}

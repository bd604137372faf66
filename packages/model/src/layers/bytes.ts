import type { Precision } from "@tokenyard/scenario";

/** Bytes of one number as stored; the block formats count the scale that a block shares. */
const BYTES: Readonly<Record<Precision, number>> = {
  fp32: 4,
  fp16: 2,
  bf16: 2,
  fp8: 1,
  int8: 1,
  int4: 0.5,
  nvfp4: 0.5625, // 4 bits, and an fp8 scale for every 16 numbers: 1/2 + 1/16
  mxfp4: 0.53125, // 4 bits, and a scale of one byte for every 32 numbers: 1/2 + 1/32
};

/** Bytes of one stored number. Source: docs/models/parameters.md#precisions. */
export function bytesOf(precision: Precision): number {
  return BYTES[precision];
}

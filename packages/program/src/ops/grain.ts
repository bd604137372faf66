// Work is recorded in grains, so that sums are exact in any order: docs/models/kernels.md#grains. Adding a number and subtracting it again
// leaves the nearest multiple of the grain; up to 2^51 grains are exact, beyond that the grain grows.

const WHOLE = 0x18_0000_0000_0000; // 1.5 · 2^52
/** 1/32: no format has finer parts. */
const MEMORY = WHOLE / 32;
const LINKS = WHOLE / 0x10_0000;
const SECONDS = WHOLE / 0x100_0000_0000;
const COPIES = WHOLE / 0x10_0000;
const NS = WHOLE / 0x400;
const SHARES = WHOLE / 0x4000_0000;
const RATIOS = WHOLE / 0x10_0000;
const RATIO_RESTS = WHOLE / 0x400_0000_0000;

/** The whole part of a number of FLOPs on a rank, or of bytes over links. */
export function toWhole(number: number): number {
  return number + WHOLE - WHOLE;
}

/** Bytes of memory that a kernel on a rank moves, in 1/32. */
export function toGrainsOfMemory(bytes: number): number {
  return bytes + MEMORY - MEMORY;
}

/** Bytes of an op over links, in 2^−20. */
export function toGrainsOfLinks(bytes: number): number {
  return bytes + LINKS - LINKS;
}

/** Copies of tokens, of which the slots of an expert have shares, in 2^−20. */
export function toGrainsOfCopies(copies: number): number {
  return copies + COPIES - COPIES;
}

/** Seconds of a kernel inside the grid of measured tables, in 2^−40. */
export function toGrainsOfSeconds(seconds: number): number {
  return seconds + SECONDS - SECONDS;
}

/** Nanoseconds of an op of traffic inside the grid of measured tables, in 2^−10. */
export function toGrainsOfNs(ns: number): number {
  return ns + NS - NS;
}

/**
 * Adds a share of nanoseconds: whole ones to `sums[key]`, and the remainder to `sums[over]`, in 2^−30: a sum has room for millions of them.
 */
export function addShareOfNs(sums: Float64Array, key: number, over: number, ns: number): void {
  const whole = ns + WHOLE - WHOLE;
  sums[key] = sums[key]! + whole;
  sums[over] = sums[over]! + (ns - whole + SHARES - SHARES);
}

/** Load variances, and the fullest over the mean, in 2^−20. */
export function toGrainsOfRatios(ratio: number): number {
  return ratio + RATIOS - RATIOS;
}

/** The remainder after whole grains, in units of 2^−42; a sum has room for billions of them. */
export function toGrainsOfRatioRests(rest: number): number {
  return rest + RATIO_RESTS - RATIO_RESTS;
}

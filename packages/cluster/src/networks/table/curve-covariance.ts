import type { Curve } from "./curve.ts";
import type { Way } from "./way.ts";

/** Squared distances, in doublings of the bytes, for a doubling of the ranks, the reverse collective, another algorithm of a library, another library, and another curve. */
const DOUBLED = 4;
const TURNED = 1;
const KERNEL = 10;
const LIBRARY = 400;
const OTHER = 0.003;
/** Doublings over which two collectives become nearly unrelated. */
const REACH = 20;

/** Squared distance of two curves, without the part of their ways. */
export function curvesApart(a: Curve, b: Curve): number {
  if (a === b) return 0;
  const doublings = a.doublings - b.doublings;
  return OTHER + DOUBLED * doublings * doublings + (a.kind === b.kind ? 0 : TURNED);
}

export function waysApart(a: Way, b: Way): number {
  if (a.library !== b.library) return LIBRARY;
  return a.kernel === b.kernel ? 0 : KERNEL;
}

/**
 * How much the ratios of two collectives vary together that are so far apart: 1/(1 + (d/reach)^1.5), a Cauchy family's, which is positive definite in any number
 * of coordinates. Source: docs/models/network.md#tables-of-traffic.
 */
export function covariance(apart: number): number {
  const root = Math.sqrt(apart / (REACH * REACH));
  return 1 / (1 + root * Math.sqrt(root));
}

import type { ElementwiseShape, GroupedLinearShape, LinearShape } from "./kernel.ts";

// Kernels that a fused one holds: docs/models.md#fusion.

/**
 * The matrices that `up` joins, side by side: gate and up of a gated feed-forward, each with half of its outputs and inputs read for itself; itself
 * where it is one.
 */
export function apart<Shape extends LinearShape | GroupedLinearShape>(up: Shape, matrices: number): Shape[] {
  if (matrices < 3) return [up];
  const half = { ...up, outFeatures: up.outFeatures / 2 };
  return [half, { ...half }];
}

/** The activation between up and down: of a gated feed-forward it reads both halves. Rows are 0 and are the caller's to fill. */
export function activationOf(
  { outFeatures, activationBytes }: Pick<LinearShape, "outFeatures" | "activationBytes">,
  matrices: number,
): ElementwiseShape {
  const reads = matrices - 1;
  return { kind: "elementwise", rows: 0, features: outFeatures / reads, reads, writes: 1, activationBytes };
}

/** A norm that adds what came to the residual before: it reads and writes both. Rows are 0 and are the caller's to fill. */
export function normOf({ inFeatures, activationBytes }: Pick<LinearShape, "inFeatures" | "activationBytes">): ElementwiseShape {
  return { kind: "elementwise", rows: 0, features: inFeatures, reads: 2, writes: 2, activationBytes };
}

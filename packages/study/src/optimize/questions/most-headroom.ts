import type { Constraint } from "./constraint.ts";
import { type Foreknown, pairOf } from "./foreseen.ts";

/** The headroom that a plan of which so much is known has at most: as `headroomOf` of its report. */
export function mostHeadroom(constraints: readonly Constraint[], known: Foreknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { margin, syntax } of constraints) {
    if (margin === undefined || syntax.kind !== "binary") continue;
    const { a, b } = pairOf(syntax.left, syntax.right, known);
    const share = margin.better === "less" ? 1 - a.low / b.low : a.high / b.low - 1;
    if (!Number.isNaN(share)) least = Math.min(least, share);
  }
  return least;
}

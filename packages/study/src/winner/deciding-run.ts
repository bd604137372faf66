import { DRAWS } from "@tokenyard/report";
import { type RealPlan, STRATA } from "./real-plan.ts";

/** Highest probability that some hundred measured runs support: their tails are not known. */
const SUREST = 0.99;
const LEAST = 0.01;
/** Probability that a measured run must add to be worth naming. */
const LEAST_GAIN = 0.01;

export function inBounds(chance: number): number {
  return Math.min(SUREST, Math.max(LEAST, chance));
}

/**
 * The plan whose measured run would make the best choice surest: of the servers that such a run leaves, the plan that is best on most of them is chosen. `best` is the
 * best plan on each drawn server, of which the first is it on `wins`. Null where no run would add a point.
 */
export function decidingRun(
  plans: readonly (RealPlan | undefined)[],
  best: Int32Array,
  wins: number,
): { readonly plan: number; readonly chance: number } | null {
  let found: { readonly plan: number; readonly right: number } | undefined;
  for (const [at, plan] of plans.entries()) {
    if (plan === undefined) continue;
    const right = rightWith(plan, best, plans.length);
    if (found === undefined || right > found.right) found = { plan: at, right };
  }
  if (found === undefined || (found.right - wins) / DRAWS < LEAST_GAIN) return null;
  return { plan: found.plan, chance: inBounds(found.right / DRAWS) };
}

/** Number of drawn servers on which the choice after a measured run of `plan` is right. */
function rightWith(plan: RealPlan, best: Int32Array, plans: number): number {
  const counts = Array.from({ length: STRATA }, () => new Int32Array(plans + 1));
  for (let draw = 0; draw < DRAWS; draw++) counts[plan.stratum(draw)]![best[draw]! + 1]!++;
  return counts.reduce((sum, own) => sum + Math.max(...own), 0);
}

import type { Plan } from "@tokenyard/placement";
import type { Covered } from "./coverage.ts";

/**
 * For each single slot with an expert in the layers `withExperts` of all replicas of `plan`, whether another slot holds that expert;
 * undefined where there are none.
 */
export function slotCoverageOf({ expertPlacement, replicas }: Plan, withExperts: readonly boolean[]): Covered | undefined {
  if (expertPlacement === undefined) return undefined;
  let [all, covered] = [0, 0];
  for (const [layer, hasExperts] of withExperts.entries()) {
    if (!hasExperts) continue;
    const { experts, firstOf } = expertPlacement.slots(layer);
    for (let x = 0; x < experts; x++) {
      const copies = firstOf[x + 1]! - firstOf[x]!;
      all += copies * replicas;
      if (copies > 1) covered += copies * replicas;
    }
  }
  return { all, covered, mostMissing: covered === all ? 0 : 1 };
}

import type { Plan } from "./plan.ts";

/** One simulated GPU, numbered over all replicas from 0. */
export type RankId = number & { readonly __brand: "RankId" };

/** The rank at `local` = e·tensor + j of a stage of a replica: ranks go by replica, stage, expert rank, tensor rank. */
export function rankOf(plan: Plan, replica: number, stage: number, local: number): RankId {
  return ((replica * plan.stages + stage) * plan.ranksPerStage + local) as RankId;
}

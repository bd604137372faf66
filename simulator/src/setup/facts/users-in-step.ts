import type { Warning } from "@tokenyard/report";
import { grouped, type Scenario } from "@tokenyard/scenario";

/** Rounds of all users up to which a run is about its start anyway. */
const FEW_ROUNDS = 2;
/** Largest deviation of lengths from the stated one, either way, for users to come apart. */
const SPREAD = 0.1;

/**
 * Users whose prompts begin together, several to a pass, and whose answers are as long as each other: they go on asking together. Passes that hold one prompt
 * set them apart by themselves; engines that compute prompts first keep them in step. Source: docs/models/scheduling.md#latencies-under-load.
 */
export function usersInStep({ workload, serving: { scheduler } }: Pick<Scenario, "workload" | "serving">): Warning[] {
  if (workload.kind !== "closed" || workload.classes !== undefined || scheduler.kind !== "continuous") return [];
  const { concurrency, requests, promptTokens, outputTokens, thinkTime, rampUp = 0 } = workload;
  if (rampUp > 0 || outputTokens?.kind !== "fixed" || outputTokens.value === 1 || thinkTime.kind !== "fixed") return [];
  if (concurrency === 1 || requests <= FEW_ROUNDS * concurrency) return [];
  if (promptTokens?.kind === "fixed" && 2 * promptTokens.value > scheduler.tokenBudget) return [];
  const { value } = outputTokens;
  const least = Math.max(1, Math.floor(value * (1 - SPREAD)));
  const most = 2 * value - least;
  const message =
    `all answers have ${grouped(value)} tokens, so the ${grouped(concurrency)} users, who begin together, stay in step and ask in bursts: TTFT is ` +
    `that of bursts, and lower in service; outputTokens: { kind: uniform, from: ${least}, to: ${most} } or a rampUp sets them apart`;
  return [{ code: "in-step", message }];
}

import type { Plan } from "@tokenyard/placement";
import type { Problem, Scenario } from "@tokenyard/scenario";

/** Problems of checkpoints in such a scenario; empty without any. */
export function checkpointProblems({ checkpoints, serving, pools, faults = [], health }: Scenario, plan: Plan): Problem[] {
  if (checkpoints === undefined) return [];
  const problems: Problem[] = [];
  const path = ["checkpoints"];
  if (serving.scheduler.kind === "static") {
    const wanted = "a scheduler that serves requests as they come: continuous, prefill-first or cadence";
    problems.push({ path: ["serving", "scheduler"], given: "static beside checkpoints", wanted });
  }
  if (pools !== undefined) problems.push({ path, given: "checkpoints beside pools", wanted: "no pools, or no checkpoints" });
  if (serving.kv?.prefixCache === true)
    problems.push({ path: ["serving", "kv", "prefixCache"], given: "true beside checkpoints", wanted: "false, or no checkpoints" });
  if (checkpoints.to.kind === "peer" && plan.replicas * plan.dataGroups === 1)
    problems.push({
      path: ["checkpoints", "to"],
      given: "peer, and there is one data group",
      wanted: "host, or more data groups or replicas",
    });
  if (faults.length > 0 && health !== undefined && health.inFlight !== "migrate")
    problems.push({
      path: ["health", "inFlight"],
      given: `${health.inFlight} beside checkpoints`,
      wanted: "migrate: only those go on from them",
    });
  return problems;
}

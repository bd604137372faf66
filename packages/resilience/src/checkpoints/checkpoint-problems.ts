import type { Plan } from "@tokenyard/placement";
import type { Problem, Scenario } from "@tokenyard/scenario";

/** Problems of checkpoints in such a scenario, which has one of `plans` for each pool; empty without any. */
export function checkpointProblems({ checkpoints, serving, faults = [], health }: Scenario, plans: readonly Plan[]): Problem[] {
  if (checkpoints === undefined) return [];
  const problems: Problem[] = [];
  if (serving.kv?.prefixCache === true)
    problems.push({ path: ["serving", "kv", "prefixCache"], given: "true beside checkpoints", wanted: "false, or no checkpoints" });
  const isAlone = plans.some(({ replicas, dataGroups }) => replicas * dataGroups === 1);
  if (checkpoints.to.kind === "peer" && isAlone) {
    const where = plans.length === 1 ? "" : " in a pool";
    problems.push({
      path: ["checkpoints", "to"],
      given: `peer, and there is one data group${where}`,
      wanted: "host, or more data groups or replicas",
    });
  }
  if (faults.length > 0 && health !== undefined && health.inFlight !== "migrate")
    problems.push({
      path: ["health", "inFlight"],
      given: `${health.inFlight} beside checkpoints`,
      wanted: "migrate: only those go on from them",
    });
  return problems;
}

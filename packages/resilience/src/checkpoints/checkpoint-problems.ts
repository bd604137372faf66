import type { Plan } from "@tokenyard/placement";
import type { Problem, Scenario } from "@tokenyard/scenario";
import { healthsOf } from "../health-of-pools.ts";

/** Problems of checkpoints in such a scenario, which has one of `plans` for each pool; empty without any. */
export function checkpointProblems(scenario: Scenario, plans: readonly Plan[]): Problem[] {
  const { checkpoints, faults = [] } = scenario;
  if (checkpoints === undefined) return [];
  const problems: Problem[] = [];
  const isAlone = plans.some(({ replicas, dataGroups }) => replicas * dataGroups === 1);
  if (checkpoints.to.kind === "peer" && isAlone) {
    const where = plans.length === 1 ? "" : " in a pool";
    problems.push({
      path: ["checkpoints", "to"],
      given: `peer, and there is one data group${where}`,
      wanted: "host, or more data groups or replicas",
    });
  }
  for (const { path, value } of healthsOf(scenario))
    if (faults.length > 0 && value !== undefined && value.inFlight !== "migrate")
      problems.push({
        path: [...path, "inFlight"],
        given: `${value.inFlight} beside checkpoints`,
        wanted: "migrate: only those go on from them",
      });
  return problems;
}

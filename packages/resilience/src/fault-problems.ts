import type { Plan } from "@tokenyard/placement";
import { grouped, type Problem, type Scenario } from "@tokenyard/scenario";

/** What is wrong with the faults of `scenario`, which is said of each where it stands; nothing where there are none. */
export function faultProblems({ faults, health, serving, pools }: Scenario, plan: Plan): Problem[] {
  if (faults === undefined || faults.length === 0) return [];
  const problems: Problem[] = [];
  const path = ["faults"];
  if (health === undefined) problems.push({ path: ["health"], wanted: "what is done about faults, as health: vllm-stock" });
  if (serving.scheduler.kind === "static") {
    const wanted = "a scheduler that serves requests as they come, where there are faults: continuous, prefill-first or cadence";
    problems.push({ path: ["serving", "scheduler"], given: "static", wanted });
  }
  if (serving.kv?.prefixCache === true)
    problems.push({ path: ["serving", "kv", "prefixCache"], given: "true", wanted: "false, where there are faults" });
  if (pools !== undefined) problems.push({ path, given: "faults beside pools", wanted: "faults of replicas that do both" });
  for (const [i, fault] of faults.entries()) {
    const [key, numbers, count] =
      fault.kind === "node-lost" ? (["nodes", fault.nodes, plan.nodes] as const) : (["ranks", fault.ranks, plan.ranks] as const);
    for (const [j, number] of numbers.entries()) {
      if (number < count) continue;
      problems.push({
        path: ["faults", i, key, j],
        given: String(number),
        wanted: count === 1 ? "0, the only one" : `0 to ${grouped(count - 1)}`,
      });
    }
  }
  return problems;
}

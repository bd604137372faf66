import { Problems, type Scenario } from "@tokenyard/scenario";
import { inspect, prepare } from "@tokenyard/simulator";
import { type Impossible, isImpossible } from "../point.ts";

/** Numbers of the plan that `scenario` means, by their paths in the report; or why there is no such plan. */
export function planValues(scenario: Scenario | Impossible): ((path: string) => number | null) | Problems {
  try {
    if (isImpossible(scenario)) return new Problems(scenario.problems);
    const { plan, memory } = inspect(prepare(scenario));
    return (path) => numberAt({ plan, memory, gpus: plan.ranks }, path);
  } catch (error) {
    if (error instanceof Problems) return error;
    throw error;
  }
}

function numberAt(tree: object, path: string): number | null {
  let value: unknown = tree;
  for (const key of path.split("."))
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof value === "number" ? value : null;
}

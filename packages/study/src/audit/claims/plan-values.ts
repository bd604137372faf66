import { Problems, type Scenario } from "@tokenyard/scenario";
import { planFacts } from "../../points/plan-facts.ts";
import { type Impossible, isImpossible } from "../../points/point.ts";

/** Numbers of the plan that `scenario` means, by their paths in the report; or why there is no such plan. */
export function planValues(scenario: Scenario | Impossible): ((path: string) => number | null) | Problems {
  try {
    return isImpossible(scenario) ? new Problems(scenario.problems) : planFacts(scenario);
  } catch (error) {
    if (error instanceof Problems) return error;
    throw error;
  }
}

import { condition } from "@tokenyard/expression";
import { Problems, type Scenario } from "@tokenyard/scenario";
import { planFacts } from "./plan-facts.ts";
import { triedEach } from "./tried.ts";
import { isPlanWord, PLAN_WORDS, scenarioScope } from "./words.ts";

/**
 * A predicate for scenarios: every one of `where` must hold before any run. A scenario with an impossible plan passes, so that its row
 * states the reason. Throws all Problems of the conditions at once.
 */
export function planFilter(where: readonly string[]): (scenario: Scenario) => boolean {
  const conditions = triedEach(where, (text, i) => condition(text, PLAN_WORDS, ["sweep", "where", i]));
  const needsPlan = conditions.some(({ names }) => names.some(isPlanWord));
  return (scenario) => {
    const facts = needsPlan ? factsOf(scenario) : () => null;
    return facts === undefined || conditions.every(({ holds }) => holds(scenarioScope(scenario, facts)) === true);
  };
}

/** Facts on a plan before a run; undefined if it is impossible. */
function factsOf(scenario: Scenario): ((path: string) => number | null) | undefined {
  try {
    return planFacts(scenario);
  } catch (error) {
    if (error instanceof Problems) return undefined;
    throw error;
  }
}

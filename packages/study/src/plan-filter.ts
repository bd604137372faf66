import { Problems, type Scenario } from "@tokenyard/scenario";
import { inspect, prepare } from "@tokenyard/simulator";
import { condition } from "./expressions/expression.ts";
import { isPlanWord, PLAN_WORDS, scenarioScope } from "./expressions/words.ts";
import { triedEach } from "./tried.ts";

/**
 * A function that tells whether a scenario is wanted: every one of `where` holds for it before any run. A scenario whose plan
 * cannot be made is wanted, so that its row tells why. Throws all Problems of the conditions at once.
 */
export function planFilter(where: readonly string[]): (scenario: Scenario) => boolean {
  const conditions = triedEach(where, (text, i) => condition(text, PLAN_WORDS, ["sweep", "where", i]));
  const needsPlan = conditions.some(({ names }) => names.some(isPlanWord));
  return (scenario) => {
    const facts = needsPlan ? factsOf(scenario) : {};
    if (facts === undefined) return true;
    const scope = scenarioScope(scenario, (path) => numberAt(facts, path));
    return conditions.every(({ holds }) => holds(scope) === true);
  };
}

/** What is known of a plan before a run, under the paths of the report. */
function factsOf(scenario: Scenario): object | undefined {
  try {
    const { plan, memory } = inspect(prepare(scenario));
    return { plan, memory, gpus: plan.ranks };
  } catch (error) {
    if (error instanceof Problems) return undefined;
    throw error;
  }
}

function numberAt(tree: object, path: string): number | null {
  let value: unknown = tree;
  for (const key of path.split("."))
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof value === "number" ? value : null;
}

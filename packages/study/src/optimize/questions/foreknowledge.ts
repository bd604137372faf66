import { compilePlan, planFacts } from "@tokenyard/placement";
import { type Metric, metricOf, type Scenario } from "@tokenyard/scenario";
import { scenarioScope } from "../../points/words.ts";
import type { Bounds } from "../bounds/lower-bounds.ts";
import { ANYTHING, exactly } from "../floors/range.ts";
import type { Foreknown } from "./foreseen.ts";

/** Meanings of names in a report, each looked up once. */
export class Foreknowledge {
  readonly #metrics = new Map<string, Metric | undefined>();

  /**
   * Knowledge about names of expressions before a run: bounds, facts of the plan, and values of the scenario, which is made when a name
   * needs it.
   */
  of(make: () => Scenario, bounds: Bounds): Foreknown {
    let made: Scenario | undefined;
    const scenarioOnce = () => {
      made ??= make();
      return made;
    };
    return (name) => {
      const metric = this.#metricOf(name);
      if (metric === undefined) {
        const value = scenarioScope(scenarioOnce(), () => null)(name);
        return typeof value === "number" ? exactly(value) : (value ?? undefined);
      }
      const bound = bounds(metric.path);
      if (bound !== undefined) return bound;
      const isOfPlan = metric.path.startsWith("plan.") && scenarioOnce().pools === undefined;
      const fact = isOfPlan ? factAt(scenarioOnce(), metric.path) : undefined;
      return fact === undefined ? ANYTHING : exactly(fact);
    };
  }

  #metricOf(name: string): Metric | undefined {
    if (!this.#metrics.has(name)) this.#metrics.set(name, metricOf(name) ?? metricOf(`plan.${name}`));
    return this.#metrics.get(name);
  }
}

function factAt(scenario: Scenario, path: string): number | undefined {
  let value: unknown = { plan: planFacts(scenario, compilePlan(scenario)) };
  for (const key of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[key];
  return typeof value === "number" ? value : undefined;
}

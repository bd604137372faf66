import type { Scenario } from "../schema/scenario.ts";
import { isNumeric } from "../schema/targets.ts";
import { type Metric, metricOf } from "./metrics.ts";

/** Bound of a metric: at most or at least `value` (in the report's unit), by its `better`. */
export interface Target {
  /** Name in the scenario. */
  readonly name: string;
  readonly metric: Metric;
  readonly value: number;
}

/** The targets of a checked scenario that a run judges, in the order of its file. */
export function targetsOf(scenario: Pick<Scenario, "targets">): Target[] {
  return Object.entries(scenario.targets).flatMap(([name, value]) => {
    if (isNumeric(name)) return [];
    const metric = metricOf(name);
    if (metric === undefined) throw new Error(`target ${name} was checked, yet there is no such metric`);
    return [{ name, metric, value }];
  });
}

/** Its targets that `verify` judges, by name. */
export function numericTargetsOf({ targets }: Pick<Scenario, "targets">): readonly (readonly [name: string, value: number])[] {
  return Object.entries(targets).filter(([name]) => isNumeric(name));
}

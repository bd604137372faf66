import { scenarioOf } from "./parse.ts";
import type { Problem } from "./problems/problem.ts";
import { layered } from "./reading/layer.ts";
import { withSettings } from "./reading/setting.ts";
import { widened } from "./reading/widen.ts";
import { writtenOf } from "./reading/written.ts";
import { resolvedOf } from "./resolved.ts";
import { type Scenario, scenarioSchema } from "./schema/scenario.ts";

/**
 * A function that gives `scenario` with other values, each `path=value` as `--set` takes it; it may be called many times.
 * It throws all `Problems` of the changed scenario at once. What `scenario` assumes stays assumed, though it be changed.
 */
export function changing(scenario: Scenario): (set: readonly string[]) => Scenario {
  const base = layered(undefined, widened(writtenOf(resolvedOf(scenario)), scenarioSchema));
  return (set) => {
    const problems: Problem[] = [];
    return scenarioOf(withSettings(base, forgettingHash(set), problems), problems);
  };
}

/** `set` with the SHA-256 of the trace removed where it names another trace. */
function forgettingHash(set: readonly string[]): readonly string[] {
  return set.some((text) => /^\s*workload\.path\s*=/.test(text)) ? [...set, "workload.sha256=null"] : set;
}

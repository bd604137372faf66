import { checked } from "./check.ts";
import { frozen } from "./frozen.ts";
import { layered } from "./layer.ts";
import { unnamed } from "./presets/unnamed.ts";
import { type Problem, Problems } from "./problem.ts";
import { type Scenario, scenarioSchema } from "./schema/scenario.ts";
import { widened } from "./widen.ts";
import { plainOf, type Written, writtenOf } from "./written.ts";

/** The scenario that a plain tree (no `extends`) means: checked, defaults filled in, frozen. Throws all `Problems` at once. */
export function parseScenario(tree: unknown): Scenario {
  return scenarioOf(layered(undefined, widened(writtenOf(tree), scenarioSchema)), []);
}

/** As `parseScenario`, of finished layers with places. `before` are problems that were found on the way to it. */
export function scenarioOf(written: Written, before: readonly Problem[]): Scenario {
  const unknownPresets: Problem[] = [];
  const result = checked(plainOf(unnamed(written, scenarioSchema, unknownPresets)));
  const problems = [...before, ...unknownPresets];
  if ("problems" in result)
    problems.push(...result.problems.filter((problem) => !unknownPresets.some((preset) => wouldGive(preset, problem))));
  if (problems.length > 0 || !("scenario" in result)) throw new Problems(problems);
  return frozen(result.scenario);
}

/** Whether `problem` is a value that is missing only because the preset is not known. */
function wouldGive(preset: Problem, problem: Problem): boolean {
  const place = preset.path.slice(0, -1);
  return problem.given === undefined && place.every((key, i) => key === problem.path[i]);
}

import { hashOf, resolvedOf } from "@tokenyard/scenario";
import { VERSION } from "@tokenyard/simulator";
import { isImpossible, type Point } from "./point.ts";

/**
 * Key of a point's computation: SHA-256 (hex) of its resolved scenario, its seed and the version of the simulator. Points with one key have
 * the same report, except name and about. A point without a scenario is identified by its parameters and problems.
 */
export function pointKey({ parameters, scenario, distributions }: Point, version = VERSION): string {
  if (isImpossible(scenario)) return hashOf({ version, impossible: { parameters, problems: scenario.problems } });
  return hashOf({ version, resolved: hashOf(resolvedOf(scenario)), chance: scenario.seed, ...(distributions && { distributions }) });
}

import type { Scenario } from "@tokenyard/scenario";
import type { Parameters, Point } from "../../points/point.ts";
import { alternativeParameters, alternativesOf, ownAlternative } from "./alternative.ts";
import type { SpaceOptions } from "./space.ts";

/** The point that runs the scenario's own plan; `varied` are its values at paths that are varied beside plans. */
export function ownPoint(scenario: Scenario, varied: Parameters = {}): Point {
  const choice = ownAlternative(scenario);
  return { index: 0, parameters: choice === undefined ? {} : { ...varied, ...alternativeParameters(choice) }, scenario };
}

/** Whether the first choice of the space is the scenario's own. */
export function startsWithOwn(scenario: Scenario, space: SpaceOptions): boolean {
  const own = ownAlternative(scenario);
  const first = alternativesOf(scenario, space).next().value;
  return (
    own !== undefined && first !== undefined && JSON.stringify(alternativeParameters(own)) === JSON.stringify(alternativeParameters(first))
  );
}

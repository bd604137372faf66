import type { Scenario } from "@tokenyard/scenario";
import type { Point } from "../../points/point.ts";
import { alternativeParameters, alternativesOf, ownAlternative } from "./alternative.ts";
import type { SpaceOptions } from "./space.ts";

/** The point that runs the scenario's own plan. */
export function ownPoint(scenario: Scenario): Point {
  const choice = ownAlternative(scenario);
  return { index: 0, parameters: choice === undefined ? {} : alternativeParameters(choice), scenario };
}

/** Whether the first choice of the space is the scenario's own. */
export function startsWithOwn(scenario: Scenario, space: SpaceOptions): boolean {
  const own = ownAlternative(scenario);
  const first = alternativesOf(scenario, space).next().value;
  return (
    own !== undefined && first !== undefined && JSON.stringify(alternativeParameters(own)) === JSON.stringify(alternativeParameters(first))
  );
}

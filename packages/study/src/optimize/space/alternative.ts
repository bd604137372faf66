import type { Scenario } from "@tokenyard/scenario";
import type { Parameters } from "../../points/point.ts";
import { type Choice, parametersOf, scenarioWith } from "./choice.ts";
import { ownChoice } from "./layout.ts";
import { pooledChoicesOf } from "./pool-space.ts";
import { ownPooledChoice, type PooledChoice, pooledParameters, pooledScenarioWith } from "./pooled-choice.ts";
import { choicesOf, type SpaceOptions } from "./space.ts";

/** Choice of a search: a plan, or the plans of two pools if the scenario has them. */
export type Alternative = Choice | PooledChoice;

/** The alternatives for `scenario`, each once, its own first. Throws Problems when there are none. */
export function alternativesOf(scenario: Scenario, space: SpaceOptions): Generator<Alternative> {
  return scenario.pools === undefined ? choicesOf(scenario, space) : pooledChoicesOf(scenario, space);
}

/** The one that `scenario` makes itself; undefined where its plan is not legal. */
export function ownAlternative(scenario: Scenario): Alternative | undefined {
  return scenario.pools === undefined ? ownChoice(scenario) : ownPooledChoice(scenario);
}

/** `base` with another one. */
export function scenarioOf(base: Scenario, alternative: Alternative): Scenario {
  return "pools" in alternative ? pooledScenarioWith(base, alternative) : scenarioWith(base, alternative);
}

/** Parameters as a study names them: paths of the scenario with their values. */
export function alternativeParameters(alternative: Alternative): Parameters {
  return "pools" in alternative ? pooledParameters(alternative) : parametersOf(alternative);
}

import { popularitiesOf } from "@tokenyard/model";
import { Problems, type Scenario } from "@tokenyard/scenario";
import type { Policies, Resolution, Setup } from "../inputs/setup.ts";
import { prepare } from "./prepare.ts";
import { resolvedTo, statedResolution } from "./resolutions/resolution.ts";

/**
 * The base of a study with its resolution written out, so that all of its points have the same one: by the law where that is expected to take less than exact
 * draws. Unchanged where the scenario says it, nothing is drawn, exact draws take less, the law does not hold, or no such scenario can be: then each point is
 * run as it would be alone.
 */
export function studied(scenario: Scenario, policies: Policies = {}): Scenario {
  return studiedTogether([scenario], policies)[0]!;
}

/** Scenarios to compare, all with one resolution if they draw: the one that some of them state, or the law if it holds for all. */
export function studiedTogether(scenarios: readonly Scenario[], policies: Policies = {}): readonly Scenario[] {
  const drawing = scenarios.filter(draws);
  const unsaid = drawing.filter((scenario) => statedResolution(scenario) === undefined);
  if (unsaid.length === 0) return scenarios;
  const [stated, ...others] = new Set(drawing.flatMap((scenario) => statedResolution(scenario) ?? []));
  if (others.length > 0) return scenarios;
  const resolution = stated ?? resolutionOf(unsaid, policies);
  if (resolution === undefined) return scenarios;
  return scenarios.map((scenario) => (unsaid.includes(scenario) ? resolvedTo(resolution, scenario) : scenario));
}

/** Undefined where each is exact anyway, or one of them cannot be. */
function resolutionOf(scenarios: readonly Scenario[], policies: Policies): Resolution | undefined {
  const setups: Setup[] = [];
  try {
    for (const scenario of scenarios) setups.push(prepare(scenario, policies));
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return undefined;
  }
  const isQuicker = setups.some(({ expected }) => expected !== undefined && expected.law < expected.exact);
  if (!isQuicker) return undefined;
  return setups.every(({ expected }) => expected !== undefined) ? "law" : "exact";
}

/** Whether its gate may draw. */
function draws({ model, routing }: Scenario): boolean {
  return model.experts !== undefined && popularitiesOf(model, routing.gate) > 0;
}

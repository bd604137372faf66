import { type Scenario, wordsOf } from "@tokenyard/scenario";
import type { PluggedPolicies } from "./policies.ts";
import type { PolicyRegistry } from "./registered.ts";

/**
 * The policies that `scenario` has by words of plug-ins. Throws where these were not loaded. The registry itself makes them, so that the page, which loads
 * none, has no code for it.
 */
export function pluggedPolicies(scenario: Scenario): PluggedPolicies {
  const { policies = [] } = scenario;
  if (policies.length === 0) return {};
  const registry = wordsOf(scenario) as PolicyRegistry | undefined; // only registries are words
  if (registry === undefined) throw new Error(`the plug-in ${policies[0]!.plugin} is not loaded here`);
  return registry.policiesOf(scenario);
}

import { PluginFault } from "@tokenyard/plugins";
import type { Setup } from "../inputs/setup.ts";

/** Throws where the scheduler of a plug-in leaves requests, and nothing is left to happen that could answer them. */
export function checkAnswered({ scenario, slots }: Setup): void {
  const stated = scenario.policies?.find(({ door }) => door === "serving.scheduler");
  if (stated === undefined || slots.held === 0 || scenario.faults !== undefined) return;
  throw new PluginFault(stated.plugin, stated.door, `${slots.held} requests are not answered, and nothing is left to happen`);
}

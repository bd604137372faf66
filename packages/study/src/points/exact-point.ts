import type { Report } from "@tokenyard/report";
import { type Plugins, parseScenario, type Scenario } from "@tokenyard/scenario";
import type { Parameters, Point } from "./point.ts";

/** Parameters of a point that draws all of its experts. */
export const EXACTLY: Parameters = { "routing.resolution": "exact" };

/** Whether experts of a run went by their law. */
export function isByLaw({ balance }: Report): boolean {
  return balance.law !== undefined;
}

/**
 * Largest relative error of a run by the law compared with exact draws: the error of its nodes, or the sure deviation of exact passes,
 * which counts as far as it exceeds its own standard error. 0 for an exact run.
 */
export function lawErrorOf({ balance: { law } }: Report): number {
  if (law === undefined) return 0;
  const { mean = 0, standardError = 0 } = law.check ?? {};
  return Math.max(law.standardError, Math.abs(mean) - standardError);
}

/** The point that repeats the run of `report` with exact draws; words of `plugins` may stand in its scenario. */
export function exactPoint(index: number, parameters: Parameters, report: Report, plugins: Plugins): Point {
  const resolved = report.scenario.resolved as { readonly routing: object };
  const scenario: Scenario = parseScenario({ ...resolved, routing: { ...resolved.routing, resolution: "exact" } }, plugins);
  return { index, parameters: { ...parameters, ...EXACTLY }, scenario };
}

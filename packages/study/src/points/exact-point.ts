import type { Report } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import type { Parameters, Point } from "./point.ts";

/** What says in a point's parameters that all of its experts are drawn. */
export const EXACTLY: Parameters = { "routing.resolution": "exact" };

/** Whether experts of a run went by their law. */
export function isByLaw({ balance }: Report): boolean {
  return balance.law !== undefined;
}

/**
 * How far a run by the law may be from exact draws, as a share: what its nodes leave open, or by how much exact passes were surely off. A deviation of exact passes counts
 * as far as it exceeds its own standard error. 0 of an exact run.
 */
export function lawErrorOf({ balance: { law } }: Report): number {
  if (law === undefined) return 0;
  const { mean = 0, standardError = 0 } = law.check ?? {};
  return Math.max(law.standardError, Math.abs(mean) - standardError);
}

/** The point that runs what gave `report` again, with exact draws. */
export function exactPoint(index: number, parameters: Parameters, report: Report): Point {
  const resolved = report.scenario.resolved as { readonly routing: object };
  const scenario: Scenario = parseScenario({ ...resolved, routing: { ...resolved.routing, resolution: "exact" } });
  return { index, parameters: { ...parameters, ...EXACTLY }, scenario };
}

import type { Report } from "../schema/report.ts";
import { assumptionText, valuesOf } from "./assumption-text.ts";
import { renderText } from "./render-text.ts";

/** The parts of a report that need the scenario's schema to be written: a page shows them without it. */
export interface ReportWords {
  /** The whole report, as `renderText` has it. */
  readonly text: string;
  /** [assumed] each value of `assumed`, as `assumptionText` has it. */
  readonly assumed: readonly string[];
}

/** Text of `report`, and its assumptions in words. */
export function reportWords(report: Report): ReportWords {
  const { assumed, scenario, plan } = report;
  const values = valuesOf(scenario.resolved, assumed, plan);
  return { text: renderText(report), assumed: assumed.map((one) => assumptionText(one, values)) };
}

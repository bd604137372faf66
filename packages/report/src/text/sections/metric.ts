import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";

/** Numbers of the metric of a plug-in. */
export function metricLines({ metric }: Report, { ink, width, numbers }: Page): string[] {
  if (metric === undefined) return [];
  const named = numbers.keys("metric").map((name) => `${name} ${numbers.whole(`metric.${name}`, "")}`);
  return [ink.strong("Metric"), ...phrases(named.length === 0 ? ["no number"] : named, "  ", width)];
}

import { counted } from "@tokenyard/scenario";
import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";

/** Scenario and number of seeds. */
export function headingLines(report: Report, { width, ink }: Page): string[] {
  const name = report.scenario.name;
  const [first = "", ...rest] = phrases([name, counted(report.gpus, "GPU"), seedsText(report), ...report.models], "", width);
  return [ink.strong(first.slice(0, name.length)) + first.slice(name.length), ...rest, ink.faint("─".repeat(width))];
}

function seedsText({ seed, seeds }: Report): string {
  return seeds === undefined || seeds.count === 1 ? `seed ${seed}` : `seeds ${seeds.first} to ${seeds.first + seeds.count - 1}`;
}

import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { table } from "../table.ts";
import { targetTexts } from "../target-text.ts";

/** Targets and results, their distance, and, with several seeds, the verdict. */
export function targetLines(report: Report, { ink, numbers }: Page): string[] {
  if (report.targets.length === 0) return [];
  const lines = targetTexts(report, numbers);
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const rows = lines.map(({ name, sign, verdict, actual, target, margin }) => {
    const colour = sign === "✓" ? ink.good : sign === "✗" ? ink.bad : ink.strong;
    const far = { text: margin, ink: sign === "✓" ? ink.faint : colour };
    return [{ text: `  ${sign} `, ink: colour }, name, { text: actual, ink: colour }, "", target, far, verdict];
  });
  const nameWidth = widest(lines.map(({ name }) => name)) + 2;
  const actualWidth = widest(lines.map(({ actual }) => actual));
  const targetWidth = widest(lines.map(({ target }) => target)) + 3;
  return [ink.strong("Targets"), ...table(rows, [4, nameWidth, -actualWidth, 3, targetWidth, 15, 30]).lines];
}

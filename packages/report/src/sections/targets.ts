import { metricOf } from "@tokenyard/scenario";
import type { Page } from "../page.ts";
import { brief, measured, percent, significant } from "../quantity.ts";
import type { Report, TargetOutcome } from "../report.ts";
import { table } from "../table.ts";

/** What was wanted, what came, and by how much they differ. */
export function targetLines(report: Report, { ink }: Page): string[] {
  if (report.targets.length === 0) return [];
  const lines = report.targets.map((outcome) => {
    const { unit = "", better = "less" } = metricOf(outcome.name) ?? {};
    return {
      outcome,
      actual: measured(outcome.actual, unit),
      target: `${better === "less" ? "≤" : "≥"} ${brief(measured(outcome.target, unit))}`,
      margin: marginText(outcome, better),
    };
  });
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const rows = lines.map(({ outcome, actual, target, margin }) => {
    const colour = outcome.met ? ink.good : ink.bad;
    const sign = { text: outcome.met ? "  ✓ " : "  ✗ ", ink: colour };
    return [sign, outcome.name, { text: actual, ink: colour }, "", target, { text: margin, ink: outcome.met ? ink.faint : ink.bad }];
  });
  const nameWidth = widest(lines.map(({ outcome }) => outcome.name)) + 2;
  const actualWidth = widest(lines.map(({ actual }) => actual));
  const targetWidth = widest(lines.map(({ target }) => target)) + 3;
  return [ink.strong("Targets"), ...table(rows, [4, nameWidth, -actualWidth, 3, targetWidth, 20]).lines];
}

/** `8.26× short`; near the target, where a factor would read 1.00×, the difference in percent. */
function marginText({ target, actual, met }: TargetOutcome, better: "less" | "more"): string {
  if (actual === null) return "no value";
  if (actual === target) return "exactly";
  if (actual <= 0 || target <= 0) return "";
  const factor = actual / target;
  const [below, above] = better === "less" ? ["below", "over"] : ["short", "above"];
  const side = met === (better === "less") ? below : above;
  if (factor > 0.9 && factor < 1.1) return `${percent(Math.abs(factor - 1))} ${side}`;
  const times = Math.max(factor, 1 / factor);
  return `${times < 1e6 ? significant(times) : ">1,000,000"}× ${side}`;
}

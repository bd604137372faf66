import { metricOf } from "@tokenyard/scenario";
import type { Report, TargetOutcome } from "../../schema/report.ts";
import type { Seeds } from "../../schema/seeds-schema.ts";
import type { Page } from "../page.ts";
import { brief, measured, percent, significant } from "../quantity.ts";
import { table } from "../table.ts";

/** What was wanted, what came, by how much they differ, and, where several seeds ran, what they say of it. */
export function targetLines({ targets, seeds }: Report, { ink, numbers }: Page): string[] {
  if (targets.length === 0) return [];
  const lines = targets.map((outcome, at) => {
    const { name, metric, target } = outcome;
    const { unit = "", better = "less" } = metricOf(name) ?? {};
    const [actual, step] = [numbers.value(metric), numbers.step(metric)];
    const isNever = outcome.never === true && actual === null; // no estimate of the seeds says it
    const whole = isNever ? "never" : numbers.whole(metric, unit);
    return {
      name,
      ...standing(outcome, seeds, at),
      actual: seeds === undefined ? brief(whole) : whole,
      target: `${better === "less" ? "≤" : "≥"} ${brief(measured(target, unit))}`,
      margin: isNever ? "" : marginText(target, actual, better, step),
    };
  });
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

/** Whether a target is met: by one seed as it is, by several as their interval says. */
function standing(
  { met, offered }: TargetOutcome,
  seeds: Seeds | undefined,
  at: number,
): { readonly sign: "✓" | "✗" | "?"; readonly verdict: string } {
  const verdict = seeds?.targets[at]?.verdict ?? null;
  if (offered === true && verdict !== "met") return { sign: "?", verdict: "undecided: no more was offered" };
  if (seeds === undefined || verdict === null) return { sign: met ? "✓" : "✗", verdict: "" };
  if (verdict === "not-enough-evidence") return { sign: "?", verdict: `not enough evidence: try ${2 * seeds.count} seeds` };
  return { sign: verdict === "missed" ? "✗" : "✓", verdict: verdict.replaceAll("-", " ") };
}

/** `8.26× short`; near the target, where a factor would read 1.00×, the difference in percent. */
function marginText(target: number, actual: number | null, better: "less" | "more", step: number): string {
  if (actual === null) return "no value";
  if (actual === Number.POSITIVE_INFINITY) return "";
  if (actual === target) return "exactly";
  if (actual <= 0 || target <= 0) return "";
  const factor = actual / target;
  const [below, above] = better === "less" ? ["below", "over"] : ["short", "above"];
  const side = factor < 1 ? below : above;
  if (factor > 0.9 && factor < 1.1) return `${percent(Math.abs(factor - 1), step / target)} ${side}`;
  const times = Math.max(factor, 1 / factor);
  return `${times < 1e6 ? significant(times, (step / actual) * times) : ">1,000,000"}× ${side}`;
}

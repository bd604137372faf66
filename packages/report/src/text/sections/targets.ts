import { metricOf } from "@tokenyard/scenario";
import type { Report, TargetOutcome } from "../../schema/report.ts";
import type { Seeds } from "../../schema/seeds-schema.ts";
import type { Page } from "../page.ts";
import { brief, measured, percent, significant } from "../quantity.ts";
import { table } from "../table.ts";

/** What was wanted, what came, by how much they differ, and, where several seeds ran, how many of them meet it. */
export function targetLines({ targets, seeds }: Report, { ink, numbers }: Page): string[] {
  if (targets.length === 0) return [];
  const lines = targets.map((outcome, at) => {
    const { name, metric, target } = outcome;
    const { unit = "", better = "less" } = metricOf(name) ?? {};
    const [actual, step] = [numbers.value(metric), numbers.step(metric)];
    const whole = numbers.whole(metric, unit);
    return {
      name,
      ...standing(outcome, seeds, at),
      actual: seeds === undefined ? brief(whole) : whole,
      target: `${better === "less" ? "≤" : "≥"} ${brief(measured(target, unit))}`,
      margin: marginText(target, actual, better, step),
    };
  });
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const rows = lines.map(({ name, met, seedsMet, actual, target, margin }) => {
    const colour = met ? ink.good : ink.bad;
    const sign = { text: met ? "  ✓ " : "  ✗ ", ink: colour };
    const far = { text: margin, ink: met ? ink.faint : ink.bad };
    return [sign, name, { text: actual, ink: colour }, "", target, far, seedsMet];
  });
  const nameWidth = widest(lines.map(({ name }) => name)) + 2;
  const actualWidth = widest(lines.map(({ actual }) => actual));
  const targetWidth = widest(lines.map(({ target }) => target)) + 3;
  return [ink.strong("Targets"), ...table(rows, [4, nameWidth, -actualWidth, 3, targetWidth, 15, 20]).lines];
}

/** Whether a target is met, over several seeds by all of them. */
function standing({ met }: TargetOutcome, seeds: Seeds | undefined, at: number): { readonly met: boolean; readonly seedsMet: string } {
  if (seeds === undefined) return { met, seedsMet: "" };
  const count = seeds.targets[at]?.met ?? 0;
  return { met: count === seeds.count, seedsMet: `met by ${count} of ${seeds.count} seeds` };
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

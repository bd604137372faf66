import type { ExaminedPlan, Formula, Optimum } from "@tokenyard/study";
import { numberForm } from "../tables/number-column.ts";

/**
 * How sure the numbers of a front are: a line for each of its plans, in the order of the table. None with one objective, or where no number is known
 * to err.
 */
export function frontLines({ front, best, objectives }: Optimum, formulas: readonly Formula[]): string[] {
  if (objectives.length < 2) return [];
  const named = objectives.map(({ text }) => ({ text, unit: formulas.find((formula) => formula.text === text)?.unit ?? "" }));
  const isBest = ({ parameters }: ExaminedPlan) => JSON.stringify(parameters) === JSON.stringify(best?.parameters);
  const plans = [...front.filter(isBest), ...front.filter((plan) => !isBest(plan))];
  const lines = plans.flatMap((plan, at) => {
    const ranges = named.flatMap(({ text, unit }) => rangeText(plan, text, unit) ?? []);
    return ranges.length === 0 ? [] : [`  ${isBest(plan) ? "best" : `front, row ${at + 1}`}: ${ranges.join(", ")}`];
  });
  return lines.length === 0
    ? []
    : ["where the front may be, on 80 % of real servers by measured runs, or by the law of uneven experts:", ...lines];
}

function rangeText({ uncertainty }: ExaminedPlan, text: string, unit: Formula["unit"]): string | undefined {
  const range = uncertainty[text];
  if (range === null || range === undefined) return undefined;
  const { low, high, by } = range;
  const form = numberForm(high === null ? [low] : [low, high], unit ?? "");
  const to = high === null ? `from ${form.text(low)}` : `${form.text(low)} to ${form.text(high)}`;
  return `${text} ${`${to} ${form.unit}`.trim()}${by === "law" ? " by the law" : ""}`;
}

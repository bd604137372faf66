import { counted, engineNotes, engineTitle, grouped } from "@tokenyard/scenario";
import type { Report, Warning } from "../../schema/report.ts";
import type { Seeds } from "../../schema/seeds-schema.ts";
import { assumptionText, valuesOf } from "../assumption-text.ts";
import type { Page } from "../page.ts";
import { paragraph } from "../paragraph.ts";
import { percent, significant } from "../quantity.ts";
import { arePooled, STATISTICS } from "./latencies.ts";

/** Reasons for doubt: warnings, and assumed values. */
export function noteLines(report: Report, { width, ink }: Page): string[] {
  const { warnings, assumed, seeds, scenario } = report;
  const lines: string[] = [];
  if ((seeds?.warnings ?? warnings).length > 0) {
    lines.push(ink.strong("Warnings") + (seeds === undefined ? "" : ink.faint("  each with the numbers of the first seed that gives it")));
  }
  for (const { code, message } of seeds?.warnings.map((each) => seedsWarning(each, seeds)) ?? warnings) {
    const [first = "", ...rest] = paragraph(`${code}: ${message}`.split(" "), "  ! ", width);
    lines.push(
      first.replace(`! ${code}`, (sign) => ink.bad(sign)),
      ...rest,
    );
  }
  if (lines.length > 0) lines.push("");
  const engine = engineNotes(scenario.resolved);
  if (engine !== undefined && engine.values.length > 0) {
    const words = engine.values.flatMap((value, at) => `${value}${at < engine.values.length - 1 ? "," : ""}`.split(" "));
    const [first = "", ...rest] = paragraph([...`${engineTitle(engine)}:`.split(" "), ...words], "Engine   ", width);
    lines.push(ink.strong("Engine") + first.slice("Engine".length), ...rest);
  }
  if (assumed.length > 0) {
    const values = valuesOf(scenario.resolved, assumed, report.plan);
    const all = assumed.map((one) => assumptionText(one, values)).join(", ");
    const words = all.split(/(?<=[,)]) /); // a value stays beside its path
    const [first = "", ...rest] = paragraph(words, "Assumed  ", width);
    lines.push(ink.strong("Assumed") + first.slice("Assumed".length), ...rest);
  }
  const [how, phrases] = seedsPhrases(report);
  const [first = "", ...rest] = paragraph(phrases.join("; ").split(" "), `${how}  `, width);
  lines.push(ink.strong(how) + first.slice(how.length), ...rest);
  return lines;
}

/** A warning that not every seed gives says how many do. */
function seedsWarning({ code, message, seed, count }: Seeds["warnings"][number], { count: all }: Seeds): Warning {
  return { code, message: count === all ? message : `${message} (${count} of ${all} seeds; here seed ${seed})` };
}

const LATENCIES = ["queue", "ttft", "tpot", "itl", "e2e"];

/** Number of seeds, the statistic that numbers are, and a guide to the lines above. */
function seedsPhrases(report: Report): readonly [how: string, phrases: readonly string[]] {
  const { seeds, requests } = report;
  if (seeds === undefined || seeds.count === 1) return ["One seed", ["other seeds give other numbers; --replications 8 shows by how much"]];
  const { count, estimates, growth, precision } = seeds;
  const isOpen = LATENCIES.some((key) => STATISTICS.some((statistic) => estimates[`${key}Seconds.${statistic}`]?.interval?.high === null));
  const each = `${grouped(count)} × ${grouped(requests.arrived)} requests`;
  const phrases = [
    arePooled(report)
      ? `of ${counted(requests.arrived, "request")}, from an empty system: latencies of all of them pooled, max a run and other numbers means over seeds`
      : "means over seeds",
    "± half a 95 % interval, or −below +above where its sides differ",
    ...(isOpen ? [`"at least": no upper limit from ${each}`] : []),
    ...(growth === null
      ? []
      : [`latencies still grow: TTFT of the last third of the arrivals is ${significant(growth)}× that of the first`]),
    ...(precision === undefined ? [] : [precisionText(precision, count)]),
    `what happens in fewer than 1 of ${rareOf(count)} runs may be missing`,
  ];
  return [counted(count, "seed"), phrases];
}

/**
 * Largest whole n such that an event of one run in n is in none of `count` runs with a probability of 2.5 % or less: 3 for 8, 9 for 32.
 * Source: docs/statistics.md#rare-events.
 */
function rareOf(count: number): number {
  let rare = 2;
  while (missing(1 / (rare + 0.5), count) <= 0.025) rare++;
  return rare;
}

/** Probability that none of `count` runs shows an event of a `share` of them. */
function missing(share: number, count: number): number {
  let none = 1;
  for (let run = 0; run < count; run++) none *= 1 - share;
  return none;
}

function precisionText({ wanted, reached }: NonNullable<Seeds["precision"]>, count: number): string {
  const within = `half of each interval at most ${percent(wanted)} of its number`;
  return reached ? `${within}, at two looks in a row` : `${within} was asked for and not reached with ${grouped(count)} seeds`;
}

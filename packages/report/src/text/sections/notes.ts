import { counted, engineNotes } from "@tokenyard/scenario";
import type { Report, Warning } from "../../schema/report.ts";
import type { Seeds } from "../../schema/seeds-schema.ts";
import { assumptionText } from "../assumption-text.ts";
import type { Page } from "../page.ts";
import { paragraph } from "../paragraph.ts";

/** What the reader should doubt: warnings, and values that nobody stated. */
export function noteLines({ warnings, assumed, seeds, scenario }: Report, { width, ink }: Page): string[] {
  const lines: string[] = [];
  if ((seeds?.warnings ?? warnings).length > 0) {
    lines.push(ink.strong("Warnings") + (seeds === undefined ? "" : ink.faint("  each with the numbers of the first seed that gives it")));
  }
  for (const { code, message } of seeds?.warnings.map((each) => toldBy(each, seeds)) ?? warnings) {
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
    const [first = "", ...rest] = paragraph([`${engine.name}:`, ...words], "Engine   ", width);
    lines.push(ink.strong("Engine") + first.slice("Engine".length), ...rest);
  }
  if (assumed.length > 0) {
    const words = assumed.map((one, at) => assumptionText(one) + (at < assumed.length - 1 ? "," : ""));
    const [first = "", ...rest] = paragraph(words, "Assumed  ", width);
    lines.push(ink.strong("Assumed") + first.slice("Assumed".length), ...rest);
  }
  const [how, told] = seedsTold(seeds);
  const [first = "", ...rest] = paragraph(told.split(" "), `${how}  `, width);
  lines.push(ink.strong(how) + first.slice(how.length), ...rest);
  return lines;
}

/** A warning that not every seed gives says how many do. */
function toldBy({ code, message, seed, count }: Seeds["warnings"][number], { count: all }: Seeds): Warning {
  return { code, message: count === all ? message : `${message} (${count} of ${all} seeds; here seed ${seed})` };
}

/** How many seeds ran, and how to read what stands above. */
function seedsTold(seeds: Seeds | undefined): readonly [how: string, told: string] {
  if (seeds === undefined) return ["One seed", "other seeds give other numbers; --replications 8 shows by how much"];
  return [
    counted(seeds.count, "seed"),
    "means, rounded by their 95 % intervals: ± half an interval, or −below +above where its sides differ",
  ];
}

import { counted, grouped } from "@tokenyard/scenario";
import type { Report } from "../../schema/report.ts";
import { columns } from "../bar.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { rounded } from "../precision.ts";
import { percent, prefixed, seconds, significant } from "../quantity.ts";

/** Attempts beside requests, how they ended, and their rate over time. */
export function retryLines({ retries, seeds }: Report, page: Page): string[] {
  if (retries === undefined) return [];
  const { ink, width, numbers } = page;
  const number = (path: string, noun: string) => numbers.text(`retries.${path}`, (value, step) => counted(rounded(value, step), noun));
  const amount = (path: string) =>
    numbers.text(`retries.${path}`, (value, step) => (value < 1000 ? grouped(rounded(value, step)) : prefixed(value, "", step)));
  const ends = (["timedOut", "refused", "failed"] as const).flatMap((end) =>
    retries[end] === 0 ? [] : [`${amount(end)} ${end === "timedOut" ? "timed out" : end}`],
  );
  const again = `${number("attempts", "attempt")}: ${amount("byClient")} retries of clients, ${amount("byRouter")} of the router`;
  const { wasted, breakers, levels } = retries;
  const lost =
    wasted.promptTokens + wasted.outputTokens === 0
      ? []
      : [
          `wasted ${amount("wasted.promptTokens")} prompt and ${amount("wasted.outputTokens")} output tokens, ${numbers.text("retries.wasted.share", percent)} of all`,
        ];
  const opened =
    breakers === null || breakers.opened === 0
      ? []
      : [`breakers opened ${number("breakers.opened", "time")}, for ${numbers.text("retries.breakers.openSeconds", seconds)} in all`];
  const ofWhich = seeds === undefined ? "" : `, seed ${seeds.first}`;
  const most = Math.max(...levels.attemptsPerSecond);
  const line = ink.bar(columns(levels.attemptsPerSecond, width - 33 - ofWhich.length));
  const chart = levels.attemptsPerSecond.length > 1 ? [`  attempts ${line} up to ${significant(most)} /s${ofWhich}`] : [];
  return [ink.strong("Retries"), ...phrases([again, ...ends, ...lost, ...opened], "  ", width), ...chart];
}

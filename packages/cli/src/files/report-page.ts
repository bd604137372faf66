import { htmlText, plainHtml, type Report, reportWords, titleOf } from "@tokenyard/report";
import { stringify } from "yaml";
import { pageTemplate } from "./page-template.ts";

/**
 * A report as one HTML file without network access: its conclusion, numbers and text are readable without scripts, and its script, whose
 * hash the page's policy names, draws the pictures. Distributions of latencies are part of a report of one seed only.
 */
export function reportPage({ distributions, ...report }: Report, command: string): string {
  const { assumed } = reportWords(report);
  const kept = {
    report,
    words: { assumed },
    latencies: distributions?.latencies ?? {},
    command,
    scenario: stringify(report.scenario.resolved),
  };
  const json = JSON.stringify(kept).replaceAll("<", "\\u003c"); // nothing in it ends the script
  return pageTemplate("report.html")
    .replace("TITLE", () => htmlText(titleOf(report)))
    .replace("PLAIN", () => plainHtml(report))
    .replace('"REPORT"', () => json);
}

/** The words of a command line, quoted where a shell needs it. */
export function commandText(words: readonly string[]): string {
  return ["tokenyard", ...words].map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}

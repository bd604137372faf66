import type { Report } from "../schema/report.ts";
import { Numbers } from "../text/numbers.ts";
import { planWords } from "../text/plan-words.ts";
import { renderText } from "../text/render-text.ts";
import { headlineTexts } from "../text/target-text.ts";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** `text` as HTML shows it: markup in a name stays text. */
export function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);
}

/** The plan and its verdict in a line: `deployment-plan: missed`. */
export function titleOf({ scenario, conclusion }: Pick<Report, "scenario" | "conclusion">): string {
  const verdict = conclusion.verdict.replaceAll("-", " ");
  return `${scenario.name}: ${verdict}`;
}

/** A report as HTML without scripts: plan, conclusion, headline numbers, warnings, and the full text. */
export function plainHtml(report: Report): string {
  const { scenario, conclusion, warnings } = report;
  const rows = headlineTexts(report, new Numbers(report)).map(({ sign, words, actual, target, margin, verdict }) => {
    const cells = [sign, words, actual, target, [margin, verdict].filter((text) => text !== "").join("; ")];
    return `<tr>${cells.map((cell) => `<td>${htmlText(cell)}</td>`).join("")}</tr>`;
  });
  const doubts = warnings.map(({ code, message }) => `<li>${htmlText(`${code}: ${message}`)}</li>`);
  return [
    `<h1>${htmlText(scenario.name)}</h1>`,
    `<p>${htmlText(planWords(report))}</p>`,
    `<p><strong>${htmlText(conclusion.sentences.join(" "))}</strong></p>`,
    `<table><thead><tr><th>met</th><th>number</th><th>found</th><th>wanted</th><th>margin</th></tr></thead><tbody>${rows.join("")}</tbody></table>`,
    ...(doubts.length === 0 ? [] : [`<h2>Warnings</h2><ul>${doubts.join("")}</ul>`]),
    `<h2>Report</h2><pre>${htmlText(renderText(report))}</pre>`,
  ].join("\n");
}

import { htmlText } from "@tokenyard/report";
import { type Case, type StudyTableOptions, studyTable } from "@tokenyard/study";
import { pageTemplate } from "./page-template.ts";

/** A study as one HTML file with its rows, without network access. */
export function studyPage(cases: readonly Case[], options: StudyTableOptions): string {
  const table = studyTable(cases, options);
  const json = JSON.stringify(table).replaceAll("<", "\\u003c"); // nothing in it ends the script
  const plain = `<h1>${htmlText(table.title)}</h1><p>${table.rows.length} points. Pictures and tables need scripts; the command line prints the table.</p>`;
  return pageTemplate("study.html")
    .replace("TITLE", () => htmlText(table.title))
    .replace("PLAIN", () => plain)
    .replace('"STUDY"', () => json);
}

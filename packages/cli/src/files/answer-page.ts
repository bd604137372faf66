import { assumptionText, htmlText, type StudyConclusion, valuesOf } from "@tokenyard/report";
import { resolvedOf, type Scenario } from "@tokenyard/scenario";
import type { Inspection } from "@tokenyard/simulator";
import { stringify } from "yaml";
import { htmlTable } from "../tables/html-table.ts";
import type { TextColumn } from "../tables/text-table.ts";
import { VERSION } from "../terminal/version.ts";
import { pageTemplate } from "./page-template.ts";

/** A table of the page, under its heading. */
export interface AnswerTable {
  readonly heading: string;
  readonly columns: readonly TextColumn[];
}

/** A scenario that an answer is about. */
export interface AnsweredScenario {
  readonly file: string;
  readonly scenario: Scenario;
  readonly inspection: Inspection;
}

/** The answer of a command, for a page. */
export interface Answer {
  /** Title such as `capacity of poisson-load`. */
  readonly title: string;
  readonly conclusion: StudyConclusion;
  /** Sentences under the conclusion: counts, seeds, terms. */
  readonly facts: readonly string[];
  readonly tables: readonly AnswerTable[];
  /** HTML before the tables. */
  readonly body?: string;
  readonly warnings: readonly string[];
  readonly scenarios: readonly AnsweredScenario[];
  readonly command: string;
}

/**
 * An answer as one HTML file without scripts or network access: conclusion, tables, warnings, assumptions with values, command, scenario.
 */
export function answerPage({ title, conclusion, facts, tables, body = "", warnings, scenarios, command }: Answer): string {
  const verdict = conclusion.verdict.replaceAll("-", " ");
  const all = [
    ...warnings,
    ...scenarios.flatMap(({ scenario, inspection }) =>
      inspection.warnings.map(({ code, message }) => `${scenarios.length === 1 ? "" : `${scenario.name}: `}${code}: ${message}`),
    ),
  ];
  const notes = [...new Set(all)]; // a run repeats what was known before it
  const html = [
    `<section class="first"><h1>${htmlText(title)}</h1>`,
    `<p class="conclusion ${conclusion.verdict}"><strong>${htmlText(conclusion.sentences.join(" "))}</strong></p>`,
    ...facts.map((fact) => `<p class="faint">${htmlText(fact)}</p>`),
    "</section>",
    body,
    ...tables.map(({ heading, columns }) => `<h2>${htmlText(heading)}</h2>${htmlTable(columns, heading)}`),
    `<h2>Warnings</h2>${listHtml(notes, "none")}`,
    ...scenarios.flatMap((each) => [
      `<h2>Assumed${scenarios.length === 1 ? "" : ` in ${htmlText(each.scenario.name)}`}</h2>${listHtml(assumptionsOf(each), "nothing")}`,
    ]),
    `<h2>Made by</h2><p>tokenyard ${htmlText(VERSION)}: <code>${commandHtml(command)}</code></p>`,
    ...scenarios.map(
      ({ file, scenario }) =>
        `<details><summary>The scenario of ${htmlText(file)}, with every default</summary><pre tabindex="0">${htmlText(stringify(resolvedOf(scenario)))}</pre></details>`,
    ),
  ].join("\n");
  return pageTemplate("answer.html")
    .replace("TITLE", () => htmlText(conclusion.verdict === "no-targets" ? title : `${title}: ${verdict}`))
    .replace("PLAIN", () => html);
}

function assumptionsOf({ scenario, inspection }: AnsweredScenario): string[] {
  const values = valuesOf(resolvedOf(scenario), inspection.assumed, inspection.plan);
  return inspection.assumed.map((each) => assumptionText(each, values));
}

/** A command whose options stay whole at the end of a line. */
function commandHtml(command: string): string {
  return htmlText(command).replace(/(?<= )--[a-z-]+/g, (option) => `<span class="option">${option}</span>`);
}

function listHtml(items: readonly string[], none: string): string {
  if (items.length === 0) return `<p>${none}</p>`;
  return `<ul>${items.map((item) => `<li>${htmlText(item)}</li>`).join("")}</ul>`;
}

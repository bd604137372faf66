import { readFileSync } from "node:fs";
import { METRICS, metricOf } from "@tokenyard/scenario";
import { type Formula, formula, type ParameterValue, RESULT_WORDS } from "@tokenyard/study";
import type { Case } from "./studies/case.ts";
import { bestFirst } from "./studies/ranking.ts";
import { shortPaths } from "./studies/short-path.ts";
import type { StudyView } from "./studies/study-view.ts";
import { VERSION } from "./version.ts";

export interface StudyPageOptions {
  readonly title: string;
  readonly view: StudyView;
  /** Of each case's values: those of the view, then others that may be chosen. */
  readonly formulas: readonly Formula[];
  /** What a point must meet to be on the front; undefined where nothing is demanded. */
  readonly demands: "targets" | "constraints" | undefined;
  /** Parameters of the plan that a search recommends. */
  readonly recommended?: Case["parameters"];
}

/** What `page/main.js` reads. */
interface PageStudy {
  readonly title: string;
  readonly made: string;
  readonly parameters: readonly { readonly path: string; readonly label: string }[];
  readonly metrics: readonly { readonly name: string; readonly unit: string; readonly better: "less" | "more" }[];
  /** Metrics in the table, by their place. */
  readonly shown: readonly number[];
  readonly goals: { readonly x: number; readonly y: number };
  readonly demands: string | null;
  /** The index of the row that is recommended; null: none is. */
  readonly recommended: number | null;
  /** That which is recommended, then the best first; those that do not meet what is demanded last. */
  readonly rows: readonly PageRow[];
}

interface PageRow extends Pick<Case, "index" | "status" | "reason" | "met" | "undecided"> {
  readonly parameters: readonly ParameterValue[];
  readonly values: readonly (number | null)[];
}

/** In the order in which they are joined; each uses only those before it. */
const SCRIPTS = ["value", "axis", "colour", "filter", "front", "scatter", "heatmap", "table", "main"];

/** The formulas that a page may choose from: those that are shown, and every other metric that has a name. */
export function pageFormulas(shown: readonly Formula[]): Formula[] {
  const there = new Set(shown.map(({ text }) => text));
  return [...shown, ...METRICS.filter(({ name }) => !there.has(name)).map(({ name }) => formula(name, RESULT_WORDS))];
}

/** A page that shows a study by itself: it holds its rows, and asks nothing of any network. */
export function studyPage(cases: readonly Case[], options: StudyPageOptions): string {
  const study = JSON.stringify(pageStudy(cases, options)).replaceAll("<", "\\u003c"); // nothing in it ends the script
  return asset("study.html")
    .replace("</style>", () => `${asset("study.css")}</style>`)
    .replace('id="study">', (tag) => tag + study)
    .replace('type="module">', (tag) => tag + SCRIPTS.map((name) => joined(asset(`${name}.js`))).join("\n"));
}

function pageStudy(cases: readonly Case[], { title, view, formulas, demands, recommended }: StudyPageOptions): PageStudy {
  const wanted = JSON.stringify(recommended);
  const best = recommended && cases.find(({ parameters }) => JSON.stringify(parameters) === wanted);
  const place = (each: Case) => (each === best ? 0 : demands === undefined || each.met === true ? 1 : 2);
  const better = bestFirst(view.goals);
  const paths = [...new Set(cases.flatMap(({ parameters }) => Object.keys(parameters)))];
  const labels = shortPaths(paths);
  const [y, x] = view.goals;
  return {
    title,
    made: `tokenyard ${VERSION}`,
    parameters: paths.map((path, i) => ({ path, label: labels[i]! })),
    metrics: formulas.map(({ text: name, unit = "" }, place) => {
      const goal = view.goals.find(({ at }) => at === place); // of a formula only its goal knows
      return { name, unit, better: goal?.better ?? metricOf(name)?.better ?? "less" };
    }),
    shown: view.formulas.map((_, at) => at),
    goals: { x: x.at, y: y.at },
    demands: demands ?? null,
    recommended: best?.index ?? null,
    rows: cases
      .toSorted((a, b) => place(a) - place(b) || better(a, b))
      .map(({ index, parameters, status, reason, values, met, undecided }) => ({
        index,
        parameters: paths.map((path) => parameters[path] ?? null),
        status,
        reason,
        values: formulas.map((_, at) => values[at] ?? null),
        met,
        undecided,
      })),
  };
}

/** A script of the page without its imports and exports: on the page all stand in one. */
function joined(script: string): string {
  return script.replace(/^import .*\n/gm, "").replace(/^export /gm, "");
}

function asset(name: string): string {
  return readFileSync(new URL(`page/${name}`, import.meta.url), "utf8");
}

import { type Formula, formula } from "@tokenyard/expression";
import { METRICS, metricOf } from "@tokenyard/scenario";
import { VERSION } from "@tokenyard/simulator";
import type { ParameterValue } from "../points/point.ts";
import { RESULT_WORDS } from "../points/words.ts";
import type { Case } from "./case.ts";
import { bestCaseFirst } from "./ranking.ts";
import { shortPaths } from "./short-path.ts";
import { boundsOn, type MetricBounds, type StudyBound } from "./study-bounds.ts";
import type { StudyGoals } from "./view.ts";

export interface StudyMetric extends MetricBounds {
  readonly name: string;
  readonly unit: string;
  readonly better: "less" | "more";
}

/** A study as a page shows it: a row for each point, with the meanings of its columns. Plain data. */
export interface StudyTable {
  readonly title: string;
  /** The file of the scenario, for commands that run one of its points. */
  readonly file: string;
  /** Settings of all points beside the file's, as `--set` options. */
  readonly set?: readonly string[];
  readonly made: string;
  /** Sentences on how the study came to its answer, as the certificate of a search. */
  readonly notes?: readonly string[];
  readonly parameters: readonly { readonly path: string; readonly label: string }[];
  readonly metrics: readonly StudyMetric[];
  /** Metrics in the table, by their place. */
  readonly shown: readonly number[];
  /** Metrics of the plot, by their place. */
  readonly goals: { readonly x: number; readonly y: number };
  /** Kind of demands for the front; null for none. */
  readonly demands: "targets" | "constraints" | null;
  /** The index of the row that is recommended; null: none is. */
  readonly recommended: number | null;
  /** The recommended row, then the best first; those that do not meet the demands last. */
  readonly rows: readonly StudyRow[];
}

export interface StudyRow extends Pick<Case, "index" | "status" | "reason" | "met" | "undecided"> {
  readonly parameters: readonly ParameterValue[];
  readonly values: readonly (number | null)[];
}

export interface StudyTableOptions {
  readonly title: string;
  readonly file: string;
  readonly set?: readonly string[];
  readonly goals: StudyGoals;
  /** How many of `formulas`, from the first on, are shown in the table. */
  readonly shown: number;
  /** Formulas of each case's values: those that are shown, then others to choose from. */
  readonly formulas: readonly Formula[];
  readonly demands: "targets" | "constraints" | undefined;
  /** Demands that bound a metric. */
  readonly bounds: readonly StudyBound[];
  readonly notes?: readonly string[];
  /** Parameters of the plan that a search recommends. */
  readonly recommended?: Case["parameters"];
}

/** The formulas that a page may choose from: those that are shown, and every other metric that has a name. */
export function tableFormulas(shown: readonly Formula[]): Formula[] {
  const there = new Set(shown.map(({ text }) => text));
  return [...shown, ...METRICS.filter(({ name }) => !there.has(name)).map(({ name }) => formula(name, RESULT_WORDS))];
}

/** The cases of a study as its table. */
export function studyTable(cases: readonly Case[], options: StudyTableOptions): StudyTable {
  const { title, file, goals, shown, formulas, demands, bounds, recommended, notes = [], set = [] } = options;
  const wanted = JSON.stringify(recommended);
  const best = recommended && cases.find(({ parameters }) => JSON.stringify(parameters) === wanted);
  const place = (each: Case) => (each === best ? 0 : demands === undefined || each.met === true ? 1 : 2);
  const better = bestCaseFirst(goals);
  const paths = [...new Set(cases.flatMap(({ parameters }) => Object.keys(parameters)))];
  const labels = shortPaths(paths);
  const ofAll = paths.some((path) => path.split(".")[0] === "targets") ? [] : bounds; // each point has its own
  const [y, x] = goals;
  return {
    title,
    file,
    ...(set.length === 0 ? {} : { set }),
    made: `tokenyard ${VERSION}`,
    ...(notes.length === 0 ? {} : { notes }),
    parameters: paths.map((path, i) => ({ path, label: labels[i]! })),
    metrics: formulas.map(({ text: name, unit = "" }, at) => {
      const goal = goals.find((each) => each.at === at); // of a formula only its goal knows
      return { name, unit, better: goal?.better ?? metricOf(name)?.better ?? "less", ...boundsOn(name, ofAll) };
    }),
    shown: Array.from({ length: shown }, (_, at) => at),
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

import { metricOf, Problems, type Scenario } from "@tokenyard/scenario";
import { type Formula, formula, metricsShown, RESULT_WORDS, type StudyGoal, type StudyGoals, usualGoals } from "@tokenyard/study";
import { type LocatedProblem, locatedProblem } from "../terminal/located-problem.ts";

/** Options for how a study is shown. */
export interface ViewOptions {
  /** The formula that puts the best first. */
  readonly sort?: string;
  /** Formulas to show in place of the targets' metrics. */
  readonly show?: readonly string[];
  /** The formula on the other axis of the plot. */
  readonly against?: string;
}

export interface StudyView {
  /** Columns of the table; `goals` are among them. */
  readonly formulas: readonly Formula[];
  /** Metric to sort by, and the other axis of the plot. */
  readonly goals: StudyGoals;
}

/** The view that `options` ask for; a metric that is none is reported in `problems`. */
export function studyView(scenario: Scenario, { sort, show, against }: ViewOptions, problems: LocatedProblem[]): StudyView {
  const formulas = readFormulas(show ?? metricsShown(scenario), "--show", problems);
  const usual = usualGoals(scenario);
  const goal = (text: string, option: string): StudyGoal => {
    const better = metricOf(text)?.better ?? usual.find(([name]) => name === text)?.[1] ?? "less";
    const there = formulas.findIndex((each) => each.text === text);
    if (there >= 0) return { at: there, better };
    return { at: formulas.push(...readFormulas([text], option, problems)) - 1, better };
  };
  const first = sort ?? usual[0][0];
  const second = against ?? usual.map(([text]) => text).find((text) => text !== first)!;
  return { formulas, goals: [goal(first, "--sort"), goal(second, "--against")] };
}

/** Problems of `options` for any scenario. */
export function viewProblems({ sort, show = [], against }: ViewOptions): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  readFormulas(show, "--show", problems);
  if (sort !== undefined) readFormulas([sort], "--sort", problems);
  if (against !== undefined) readFormulas([against], "--against", problems);
  return problems;
}

/** The formulas that are none go into `problems`, as given with `option`. */
export function readFormulas(texts: readonly string[], option: string, problems: LocatedProblem[]): Formula[] {
  return [...new Set(texts)].flatMap((text) => {
    try {
      return [formula(text, RESULT_WORDS)];
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      problems.push(...error.problems.map((problem) => locatedProblem(problem, option)));
      return [];
    }
  });
}

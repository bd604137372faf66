import { metricOf, Problems, type Scenario, targetsOf } from "@tokenyard/scenario";
import { type Formula, formula, RESULT_WORDS } from "@tokenyard/study";
import { type LocatedProblem, locatedProblem } from "../outcomes/located-problem.ts";

/** What a person wants to see of a study. */
export interface ViewOptions {
  /** The formula that puts the best first. */
  readonly sort?: string;
  /** Formulas to show in place of the targets' metrics. */
  readonly show?: readonly string[];
  /** The formula on the other axis of the plot. */
  readonly against?: string;
}

export interface StudyView {
  /** What the table shows; `goals` are among them. */
  readonly formulas: readonly Formula[];
  /** What the best has, and what stands against it in the plot. */
  readonly goals: readonly [sort: ViewGoal, against: ViewGoal];
}

/** A formula of the view, by its place, and which direction of it is better. */
export interface ViewGoal {
  readonly at: number;
  readonly better: "less" | "more";
}

const METRICS_SHOWN = ["ttft", "tpot", "throughputPerGpu", "gpus", "droppedShare"];

/** What is looked at when nobody says: a name, and which direction of it is better. */
type Usual = readonly [text: string, better: ViewGoal["better"]];
const THROUGHPUT: Usual = ["throughputPerGpu", "more"];

/**
 * What the best has and what stands against it, unless one asks for something else. Under a load that comes at its own rate throughput is
 * what is offered, not what a plan can do: there it is the requests that meet their targets, or without targets the latency.
 */
function usualGoals({ workload: { kind }, targets }: Scenario): readonly [sort: Usual, against: Usual] {
  if (kind === "batch" || kind === "closed") return [THROUGHPUT, ["ttft", "less"]];
  const latency: Usual = ["ttft.p99", "less"];
  return Object.keys(targets).length > 0 ? [["goodput / gpus", "more"], latency] : [latency, THROUGHPUT];
}

/** The view that `options` ask for; a metric that is none is told in `problems`. */
export function studyView(scenario: Scenario, { sort, show, against }: ViewOptions, problems: LocatedProblem[]): StudyView {
  const formulas = readFormulas(show ?? metricsShown(scenario), "--show", problems);
  const usual = usualGoals(scenario);
  const goal = (text: string, option: string): ViewGoal => {
    const better = metricOf(text)?.better ?? usual.find(([name]) => name === text)?.[1] ?? "less";
    const there = formulas.findIndex((each) => each.text === text);
    if (there >= 0) return { at: there, better };
    return { at: formulas.push(...readFormulas([text], option, problems)) - 1, better };
  };
  const first = sort ?? usual[0][0];
  const second = against ?? usual.map(([text]) => text).find((text) => text !== first)!;
  return { formulas, goals: [goal(first, "--sort"), goal(second, "--against")] };
}

/** What is wrong with `options`, whatever the scenario is. */
export function viewProblems({ sort, show = [], against }: ViewOptions): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  readFormulas(show, "--show", problems);
  if (sort !== undefined) readFormulas([sort], "--sort", problems);
  if (against !== undefined) readFormulas([against], "--against", problems);
  return problems;
}

/** What is shown of a scenario unless one asks for something else: the metrics of its targets, or a few that everybody asks for. */
export function metricsShown(scenario: Scenario): string[] {
  const targets = targetsOf(scenario).map(({ metric }) => metric.name);
  return targets.length > 0 ? [...new Set([...targets, "gpus"])] : METRICS_SHOWN;
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

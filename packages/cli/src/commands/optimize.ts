import { setImmediate } from "node:timers/promises";
import { Problems } from "@tokenyard/scenario";
import {
  CaseBook,
  constraintBounds,
  constraintJudge,
  EFFORT,
  type Optimum,
  optimize,
  type PointResult,
  type Runner,
  tableFormulas,
} from "@tokenyard/study";
import { isLoadAsked, type LoadOptions, loadOptionProblems, loadSettings, withLoad, withObjective } from "../asked-loads/asked-load.ts";
import { carriedLoad } from "../asked-loads/carried-load.ts";
import { studyFileProblems } from "../files/destination.ts";
import { studyPage } from "../files/study-page.ts";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { failedText } from "../outcomes/failed-text.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import { TimeLimit } from "../outcomes/time-limit.ts";
import type { Answer } from "../results/notes.ts";
import { closeStudy, openStudy, resumeProblems, type StudyFileOptions } from "../results/open-study.ts";
import type { StudyFile } from "../results/study-file.ts";
import { studyHeader } from "../results/study-header.ts";
import { openLog } from "../runs/log.ts";
import type { Simulation } from "../runs/simulation.ts";
import { type Reader, type ReadScenario, readScenarios, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { optimumText, pageNotes } from "../studies/optimum-text.ts";
import { launchLines, planLaunch } from "../studies/plan-launch.ts";
import { refusedSearch, type SearchOptions, type SearchPlan, searchOptionProblems, searchPlan } from "../studies/search-plan.ts";
import { StudyProgress } from "../studies/study-progress.ts";
import { checkQueue, type StudyRunner, studyRunner } from "../studies/study-runner.ts";
import { counted } from "../terminal/amount.ts";
import { type ExitCode, FINE, MISSED, NOTHING_RAN, OUR_FAULT } from "../terminal/exit-code.ts";
import type { LocatedProblem } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface OptimizeCommandOptions extends ScenarioOptions, SearchOptions, StudyFileOptions, LoadOptions {
  readonly json?: boolean;
  /** Names the default: without a plan that holds the constraints the exit code is 1. */
  readonly strict?: boolean;
  readonly workers?: number;
  /** The URL of a queue of workers, in place of threads. */
  readonly queue?: string;
  /** Takes a page that shows the plans that were run. */
  readonly html?: string;
  readonly verbose?: boolean;
}

const TICK_MS = 200;

/** Searches for the best plan by the objectives that meets the constraints, and prints the best so far when its budget or Ctrl-C ends it. */
export async function optimizeScenario(
  file: string,
  asked: OptimizeCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const options = withObjective(asked);
  const log = await openLog(options.verbose ?? false);
  const files = (reader: Reader) => [...resumeProblems(options), ...studyFileProblems(reader, options)];
  const known = ([reader]: readonly Reader[]) => [...files(reader!), ...searchOptionProblems(options), ...loadOptionProblems(options)];
  const [given] = (await readScenarios([file], options, terminal, (each) => each, undefined, known)) as [ReadScenario];
  const ofLoad = loadOptionProblems(options);
  const problems: LocatedProblem[] = [...files(given), ...ofLoad];
  const read = ofLoad.length > 0 ? given : { ...given, scenario: withLoad(given.scenario, options, problems) };
  const plan = searchPlan(read, options, problems);
  if (problems.length > 0) throw new BadInput(problems, read.refused([]).texts);
  const title = `optimum of ${read.scenario.name}`;
  const formulas = options.html === undefined ? plan.formulas : tableFormulas(plan.formulas);
  const book = new CaseBook(formulas, 1, constraintJudge(read.scenario, plan.asked));
  const interrupt = new Interrupt();
  log.info({ file: read.file, scenario: read.scenario.name }, "optimize");
  const found = await searched({ read, plan, title, book }, { options, terminal, simulation, interrupt });
  const { examined, pruned, infeasible } = found;
  log.info({ file: read.file, examined, pruned, infeasible, interrupted: interrupt.signal.aborted }, "done");

  const { cases } = book;
  const carried = isLoadAsked(options) ? carriedLoad(found, read.scenario, plan.formulas, cases) : undefined;
  const launch = found.best === null ? undefined : planLaunch(read.scenario, found.best);
  const launched = launch === undefined ? [] : launchLines(launch);
  const answer = {
    ...(carried === undefined ? {} : { carried }),
    ...answerOf(found),
    ...(launch === undefined ? {} : { launch }),
  };
  terminal.out.write(
    options.json
      ? `${JSON.stringify(answer)}\n`
      : optimumText(
          found,
          { title, formulas: plan.formulas, examined: cases, launched, ...(carried === undefined ? {} : { carried }) },
          terminal.out,
        ),
  );
  const { html } = options;
  if (html !== undefined) {
    const first = plan.asked.objectives[0]!;
    const second = plan.asked.objectives[1];
    const goals = [
      { at: 0, better: first.better },
      { at: 1, better: second?.better ?? "less" },
    ] as const;
    const recommended = found.best === null ? {} : { recommended: found.best.parameters };
    const shown = plan.formulas.length;
    const page = {
      title,
      file: read.file,
      set: [...(options.set ?? []), ...loadSettings(given.scenario, read.scenario)],
      goals,
      shown,
      formulas,
      demands: "constraints",
      bounds: constraintBounds(read.scenario, plan.asked),
      notes: [...launched, ...pageNotes(found, plan.formulas)],
      ...recommended,
    } as const;
    written(html, () => writeWhole(html, studyPage(cases, page)));
  }
  if (interrupt.signal.aborted) throw new Interrupted();
  if (found.failure !== undefined) {
    terminal.err.write(failedText(counted(found.failed, "plan"), [found.failure]));
    return OUR_FAULT;
  }
  if (found.best !== null) return FINE;
  if (examined > 0 || found.given !== null) return MISSED;
  terminal.err.write("nothing ran: no plan came to its end\n");
  return NOTHING_RAN;
}

interface Order {
  readonly read: ReadScenario;
  readonly plan: SearchPlan;
  readonly title: string;
  readonly book: CaseBook;
}

interface Tools {
  readonly options: OptimizeCommandOptions;
  readonly terminal: Terminal;
  readonly simulation: Simulation;
  readonly interrupt: Interrupt;
}

/** Searches to the end, the budget's end or Ctrl-C; returns the results so far. Every plan that is run goes into `book`. */
async function searched({ read, plan, title, book }: Order, { options, terminal, simulation, interrupt }: Tools): Promise<Optimum> {
  const { sweep: _, ...base } = read.scenario;
  const { readPieces } = read;
  const { workers, queue } = options;
  let study: StudyFile | undefined;
  let inner: StudyRunner | undefined;
  const runner: Runner = {
    async *run(points, runOptions) {
      if (inner === undefined) {
        await checkQueue(queue, workers);
        study = await openStudy(studyHeader("optimize", base, plan.asked), options, terminal.err); // when all that is asked is known to be right
        const onRow = (row: PointResult) => {
          if (row.status !== "beaten") book.add(row);
        };
        const who = { workers, queue, file: read.file, title, err: terminal.err };
        inner = await studyRunner({ ...who, study, simulation, onRow });
      }
      yield* inner.run(points, runOptions);
    },
  };
  const { points, seconds, mostBetter } = plan.budget;
  const limit = seconds === undefined ? undefined : new TimeLimit(seconds, interrupt.signal);
  const signal = limit ?? interrupt.signal;
  const breakOff = options.html === undefined && options.out === undefined; // which show, or keep, all plans that are run
  const effort = mostBetter === undefined ? {} : { effort: { ...EFFORT, mostBetter } };
  const asked = { ...plan.asked, readPieces, ...(points === undefined ? {} : { points }), ...effort, breakOff, runner, signal };
  const progress = new StudyProgress(terminal.err, title, performance.now());
  let last: Optimum | undefined;
  const tick = () => {
    const run = { underWay: inner?.underWay(), workforce: inner?.workforce() };
    if (last !== undefined) progress.show({ ...stateOf(last), ...run }, performance.now());
  };
  const timer = setInterval(tick, TICK_MS);
  try {
    for await (const soFar of optimize(base, asked)) {
      last = soFar;
      await setImmediate(); // to hear Ctrl-C, and to draw
    }
  } catch (error) {
    throw error instanceof Problems ? refusedSearch(error.problems, options, read) : error;
  } finally {
    clearInterval(timer);
    limit?.dispose();
    progress.clear();
    interrupt.dispose();
    await inner?.close();
    if (last !== undefined) await study?.noteAnswer(keptAnswer(last));
    await closeStudy(study, options, terminal.err);
  }
  return last!;
}

function stateOf({ examined, pruned, infeasible, left, best, drawnExactly = 0, keptByLaw, leftToDraw = 0, certificate }: Optimum) {
  const again = drawnExactly + (keptByLaw?.plans ?? 0);
  const ended = examined + pruned + infeasible + again;
  const values =
    best && Object.entries(best.objectives).map(([text, value]) => `${text} ${value === null ? "none" : Number(value.toPrecision(4))}`);
  const doing = left === 0 && leftToDraw > 0 ? "drawing the best plans exactly" : undefined;
  const isBound = (left ?? 0) > 0 && (certificate?.formula?.leftOut ?? 0) === 0; // plans that are left out are not among those left
  return { ended, most: left === null ? null : ended + left + leftToDraw, isBound, best: values?.join(", "), doing };
}

/** Content of a study file about it, beside the plans that were run. */
function keptAnswer({ best, constraints, nearest, certificate, proven }: Optimum): Answer {
  return {
    best: best?.parameters ?? null,
    objectives: best?.objectives ?? null,
    constraints,
    nearest: nearest?.parameters ?? null,
    certificate: certificate ?? null,
    proven,
  };
}

/** Output of `--json`: the answer first. */
function answerOf({ best, front, examined, pruned, infeasible, exhaustive, ...rest }: Optimum): object {
  return { best, front, examined, pruned, infeasible, exhaustive, ...rest };
}

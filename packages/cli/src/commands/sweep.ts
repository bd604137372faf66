import { existsSync } from "node:fs";
import { targetsOf } from "@tokenyard/scenario";
import { bestCaseFirst, type Case, CaseBook, meetsTargets, preciseRows, shardText, tableFormulas, targetBounds } from "@tokenyard/study";
import { csvLine } from "../files/csv-line.ts";
import { studyFileProblems } from "../files/destination.ts";
import { studyPage } from "../files/study-page.ts";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { failedText } from "../outcomes/failed-text.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import { closeStudy, openStudy, resumeProblems, type StudyFileOptions } from "../results/open-study.ts";
import type { StudyFile } from "../results/study-file.ts";
import { studyHeader } from "../results/study-header.ts";
import { openLog } from "../runs/log.ts";
import type { Simulation } from "../runs/simulation.ts";
import { STDIN } from "../scenarios/given-text.ts";
import { type Reader, type ReadScenario, readScenarios, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import type { SlurmOptions } from "../slurm/sweep-jobs.ts";
import { csvRow } from "../studies/csv-row.ts";
import { StudyProgress } from "../studies/study-progress.ts";
import { checkQueue, studyRunner } from "../studies/study-runner.ts";
import { bestText, studyText } from "../studies/study-text.ts";
import { type StudyView, studyView, type ViewOptions, viewProblems } from "../studies/study-view.ts";
import { type SweepOptions, type SweepPlan, sweepOptionProblems, sweepPlan } from "../studies/sweep-plan.ts";
import { counted } from "../terminal/amount.ts";
import { type ExitCode, FINE, NOTHING_RAN, OUR_FAULT } from "../terminal/exit-code.ts";
import { type LocatedProblem, plainProblem, wrongValue } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface SweepCommandOptions extends ScenarioOptions, SweepOptions, ViewOptions, StudyFileOptions, SlurmOptions {
  /** Prints a line of JSON for each point as it ends, in order. */
  readonly json?: boolean;
  /** Prints a line of CSV for each point as it ends, in order. */
  readonly csv?: boolean;
  readonly workers?: number;
  /** The URL of a queue of workers, in place of threads. */
  readonly queue?: string;
  /** Takes a page that shows the study. */
  readonly html?: string;
  /** Most rows of the table. */
  readonly rows?: number;
  readonly verbose?: boolean;
}

const ROWS = 40;
const TICK_MS = 200;

/** Runs a scenario with every choice of some values. Results come in the order of the points, whatever the number of workers. */
export async function sweep(file: string, options: SweepCommandOptions, terminal: Terminal, simulation: Simulation): Promise<ExitCode> {
  const log = await openLog(options.verbose ?? false);
  const known = ([reader]: readonly Reader[]) => [
    ...ownProblems(reader!, options),
    ...sweepOptionProblems(options),
    ...viewProblems(options),
  ];
  const [read] = (await readScenarios([file], options, terminal, (each) => each, undefined, known)) as [ReadScenario];
  const order = orderOf(read, options);
  const { plan, view, title } = order;
  if (options.slurm !== undefined) {
    const { queue, out = "" } = options;
    const { submitShards, submitWorkers } = await import("../slurm/sweep-jobs.ts");
    const { name } = plan.base;
    if (queue === undefined) {
      terminal.err.write(submitShards({ ...options, file, name, out }));
      return FINE;
    }
    await checkQueue(queue, options.workers);
    terminal.err.write(submitWorkers({ ...options, name, queue }));
  }
  await checkQueue(options.queue, options.workers);
  const interrupt = new Interrupt(); // before a file is begun, so that none is left half made
  const formulas = options.html === undefined ? view.formulas : tableFormulas(view.formulas);
  const book = new CaseBook(formulas, plan.replications, meetsTargets);
  let study: StudyFile | undefined;
  try {
    study = await openStudy(studyHeader("sweep", plan.base, plan.question), options, terminal.err);
    log.info({ file: read.file, scenario: plan.base.name, points: plan.most }, "sweep");
    await walked(order, book, { options, terminal, simulation, interrupt, study });
    log.info({ file: read.file, cases: book.cases.length, interrupted: interrupt.signal.aborted }, "done");
  } finally {
    interrupt.dispose();
    await closeStudy(study, options, terminal.err);
  }
  const { cases } = book;
  const shown = {
    title,
    view,
    hasTargets: targetsOf(plan.base).length > 0,
    replications: plan.replications,
    precision: plan.precise?.precision,
  };
  const isPart = interrupt.signal.aborted || plan.shard !== undefined; // which points were left out of a shard is not known
  const leftOut = isPart ? 0 : plan.most / plan.replications - cases.length;
  if (!options.json && !options.csv) terminal.out.write(studyText(cases, { ...shown, rows: options.rows ?? ROWS, leftOut }, terminal.out));
  const { html } = options;
  if (html !== undefined)
    written(html, () =>
      writeWhole(
        html,
        studyPage(cases, {
          title,
          file: order.file,
          set: options.set ?? [],
          goals: view.goals,
          shown: view.formulas.length,
          formulas,
          demands: shown.hasTargets ? "targets" : undefined,
          bounds: targetBounds(plan.base),
        }),
      ),
    );
  if (interrupt.signal.aborted) throw new Interrupted();
  const [failure, ...others] = cases.filter(({ status }) => status === "failed").map(({ reason }) => reason!);
  if (failure !== undefined) {
    terminal.err.write(failedText(counted(others.length + 1, "point"), [failure, ...others]));
    return OUR_FAULT;
  }
  if (cases.length === 0 || cases.some(({ status }) => status === "ok")) return FINE; // a shard may have no point
  terminal.err.write(`nothing ran: ${cases.length === 1 ? "the point cannot be" : `none of ${counted(cases.length, "point")} can be`}\n`);
  return NOTHING_RAN;
}

/** A sweep and its presentation. */
interface SweepOrder {
  readonly file: string;
  readonly plan: SweepPlan;
  readonly view: StudyView;
  /** Title such as `sweep of deployment-plan`. */
  readonly title: string;
}

/** The order that file and options give. Throws BadInput with all their mistakes. */
function orderOf(read: ReadScenario, options: SweepCommandOptions): SweepOrder {
  const problems = ownProblems(read, options);
  const plan = sweepPlan(read, options, problems);
  const view = studyView(read.scenario, options, problems);
  if (plan === undefined || problems.length > 0) throw new BadInput(problems, read.refused([]).texts);
  return { file: read.file, plan, view, title: titleOf(read, plan) };
}

/** Problems of the request beside the design and the view. */
function ownProblems(reader: Reader, options: SweepCommandOptions): LocatedProblem[] {
  return [
    ...resumeProblems(options),
    ...studyFileProblems(reader, options.slurm === undefined ? options : { ...options, resume: true }),
    ...slurmProblems(reader.file, options),
    ...(options.json && options.csv ? [wrongValue("--csv", "", "--json too", "one of them")] : []),
  ];
}

/** Options that Slurm excludes. */
function slurmProblems(file: string, options: SweepCommandOptions): LocatedProblem[] {
  const { slurm, slurmOption, queue, out, resume, shard } = options;
  if (slurm === undefined) return slurmOption === undefined ? [] : [wrongValue("--slurm-option", "", null, "--slurm N beside it")];
  const problems = shard === undefined ? [] : [wrongValue("--shard", "", "--slurm too", "one of them: --slurm makes the shards")];
  for (const option of slurmOption ?? [])
    if (!/^-[^\n\r]+$/.test(option)) problems.push(wrongValue("--slurm-option", "", option, "a line behind #SBATCH, such as --time=60"));
  if (file === STDIN) problems.push(wrongValue("--slurm", "", file, "a file that the tasks can read"));
  if (queue !== undefined) return problems;
  for (const shown of ["json", "csv", "html"] as const)
    if (options[shown] !== undefined && options[shown] !== false)
      problems.push(wrongValue(`--${shown}`, "", "--slurm too", "one of them: once all is merged, --out FILE --resume shows it"));
  if (out === undefined) problems.push(wrongValue("--slurm", "", null, "--out FILE beside it, which takes all rows, or --queue URL"));
  else if (existsSync(out)) problems.push(plainProblem(out, "already exists; no file is overwritten"));
  if (resume) problems.push(wrongValue("--resume", "", "--slurm too", "one of them: shards are gone on with anyway"));
  return problems;
}

function titleOf({ scenario: { name } }: ReadScenario, { shard }: SweepPlan): string {
  return shard === undefined ? `sweep of ${name}` : `shard ${shardText(shard)} of a sweep of ${name}`;
}

interface SweepTools {
  readonly options: SweepCommandOptions;
  readonly terminal: Terminal;
  readonly simulation: Simulation;
  readonly interrupt: Interrupt;
  readonly study: StudyFile | undefined;
}

/** Walks over the points, until the end or Ctrl-C: every row is printed and kept, and goes into `book` without its report. */
async function walked({ file, plan, view, title }: SweepOrder, book: CaseBook, tools: SweepTools): Promise<void> {
  const { options, terminal, simulation, interrupt, study } = tools;
  const { out, err } = terminal;
  const { signal } = interrupt;
  const { workers, queue } = options;
  const runner = await studyRunner({ workers, queue, file, title, arePointsKnown: true, err, study, simulation });
  const progress = new StudyProgress(err, title, performance.now());
  const better = bestCaseFirst(view.goals);
  let best: Case | undefined;
  let ended = 0;
  const tick = () => {
    for (const each of book.cases.slice(looked)) if (each.status === "ok" && (best === undefined || better(each, best) < 0)) best = each;
    looked = book.cases.length;
    const state = { ended, most: plan.most, underWay: runner.underWay(), workforce: runner.workforce() };
    progress.show({ ...state, best: best && bestText(view, best) }, performance.now());
  };
  let looked = 0;
  const timer = setInterval(tick, TICK_MS);
  const onProgress = (now: { readonly ended: number }) => {
    ended = now.ended;
  };
  try {
    if (options.csv) out.write(csvLine(["index", ...plan.paths, "status", ...view.formulas.map(({ text }) => text), "reason"]));
    const steps = { signal, onProgress };
    const rows = plan.precise === undefined ? runner.run(plan.points, steps) : preciseRows(plan.points, plan.precise, runner, steps);
    for await (const row of rows) {
      book.add(row);
      if (options.json || options.csv) {
        progress.clear();
        out.write(options.json ? `${JSON.stringify(row)}\n` : csvRow(row, plan.paths, view.formulas));
        await out.drained();
      }
    }
    book.end();
  } finally {
    clearInterval(timer);
    progress.clear();
    await runner.close();
  }
}

import { type Problem, Problems } from "@tokenyard/scenario";
import { type Availability, availability } from "@tokenyard/study";
import { answeredScenario, answerFileProblems, writeAnswer } from "../files/answer-file.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import type { Simulation } from "../runs/simulation.ts";
import { type OpenScenario, type Reader, readScenarios, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { availabilityPage, availabilityText } from "../studies/availability-text.ts";
import { StudyProgress } from "../studies/study-progress.ts";
import { checkQueue, studyRunner } from "../studies/study-runner.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { locatedProblem } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface AvailabilityCommandOptions extends ScenarioOptions {
  readonly json?: boolean;
  /** File to write the answer to, as an HTML page. */
  readonly html?: string;
  readonly years?: number;
  /** Whether changes to the plan are run, too; false: only the plan. */
  readonly variants?: boolean;
  /** Threads; this one alone when none are given, as most plans take seconds. */
  readonly workers?: number;
  /** The URL of a queue of workers, in place of threads. */
  readonly queue?: string;
}

/** Prints the serving share of time and plan over years, and the fates of requests; nothing after Ctrl-C. */
export async function availabilityOfScenario(
  file: string,
  options: AvailabilityCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const pageProblems = (readers: readonly Reader[]) => answerFileProblems(options.html, readers);
  const [read] = (await readScenarios([file], options, terminal, (each) => each, pageProblems, pageProblems)) as [
    Omit<OpenScenario, "setup">,
  ];
  const { scenario, readPieces } = read;
  const { workers, queue } = options;
  await checkQueue(queue, workers);
  const title = `availability of ${scenario.name}`;
  const interrupt = new Interrupt();
  const runner = await studyRunner({
    workers: workers ?? 1,
    queue,
    file: read.file,
    title,
    err: terminal.err,
    study: undefined,
    simulation,
  });
  const progress = new StudyProgress(terminal.err, title, performance.now(), "year");
  let found: Availability | undefined;
  try {
    found = await availability(scenario, {
      ...(options.years === undefined ? {} : { years: options.years }),
      variants: options.variants ?? true,
      runner,
      readPieces,
      signal: interrupt.signal,
      pause: () => interrupt.pause(),
      onProgress: (ended, most) => progress.show({ ended, most, best: undefined, workforce: runner.workforce() }, performance.now()),
    });
  } catch (error) {
    throw error instanceof Problems ? refused(error.problems, read) : error;
  } finally {
    progress.clear();
    interrupt.dispose();
    await runner.close();
  }
  if (found === undefined) throw new Interrupted();
  terminal.out.write(options.json ? `${JSON.stringify(found)}\n` : availabilityText(found, terminal.out));
  const answer = found;
  writeAnswer(options.html, () => ({ ...availabilityPage(answer), scenarios: [answeredScenario(read, simulation)] }));
  return FINE;
}

/** Problems of years at their option, all others at their places. */
function refused(problems: readonly Problem[], { refused: inFile }: Omit<OpenScenario, "setup">): BadInput {
  const ofYears = problems.filter(({ path }) => path[0] === "years").map((problem) => locatedProblem({ ...problem, path: [] }, "--years"));
  const others = inFile(problems.filter(({ path }) => path[0] !== "years"));
  return new BadInput([...ofYears, ...others.problems], others.texts);
}

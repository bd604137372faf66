import { loadText } from "@tokenyard/report";
import { type Problem, Problems, parseQuantity, type Unit } from "@tokenyard/scenario";
import { type Capacity, type CapacityOptions, capacity, capacityProblems, precisionProblems, type Trial } from "@tokenyard/study";
import { answeredScenario, answerFileProblems, writeAnswer } from "../files/answer-file.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { failedText } from "../outcomes/failed-text.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import { seedsProblem } from "../outcomes/seeds-problem.ts";
import { seedsFor } from "../runs/seeds-for.ts";
import type { Simulation } from "../runs/simulation.ts";
import { type OpenScenario, openScenarios, type Reader, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { capacityPage, capacityText } from "../studies/capacity-text.ts";
import { conditionProblems } from "../studies/search-plan.ts";
import { StudyProgress } from "../studies/study-progress.ts";
import { checkQueue, studyRunner } from "../studies/study-runner.ts";
import { type ExitCode, FINE, MISSED, NOT_ENOUGH_EVIDENCE, OUR_FAULT } from "../terminal/exit-code.ts";
import { type LocatedProblem, locatedProblem, wrongValue } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface CapacityCommandOptions extends ScenarioOptions {
  readonly json?: boolean;
  /** Takes the answer as a page. */
  readonly html?: string;
  readonly subjectTo?: readonly string[];
  readonly attainment?: string;
  readonly targets?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly precision?: string;
  readonly replications?: number;
  /** Whether the formula of loads says where the search begins. */
  readonly formula?: boolean;
  /** A load of the scenario's own that does not hold ends the process with 1. */
  readonly strict?: boolean;
  readonly workers?: number;
  /** The URL of a queue of workers, in place of threads. */
  readonly queue?: string;
}

/** Fewer seeds say too little of each other. */
const FEWEST_SEEDS = 8;
const TICK_MS = 200;
/** Exit code under `--strict`, by the verdict on the scenario's own load. */
const STRICT = { met: FINE, missed: MISSED, "not-enough-evidence": NOT_ENOUGH_EVIDENCE, "no-targets": FINE } as const;

/** Finds the largest load of a scenario, and prints every load that was tried; the results so far after Ctrl-C. */
export async function capacityOfScenario(
  file: string,
  options: CapacityCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const shares: LocatedProblem[] = [];
  const { precision } = sharesOf(options, shares);
  const known = (readers: readonly Reader[]) => [
    ...answerFileProblems(options.html, readers),
    ...shares,
    ...loadProblems(options),
    ...precisionOf(precision, options),
    ...conditionProblems(options.subjectTo ?? []),
  ];
  const [opened] = (await openScenarios([file], options, terminal, simulation, (all) => answerFileProblems(options.html, all), known)) as [
    OpenScenario,
  ];
  const problems: LocatedProblem[] = [];
  const asked = askedOf(opened, options, problems);
  problems.push(...refused(capacityProblems(opened.scenario, asked), options, opened).problems);
  if (problems.length > 0) throw new BadInput(problems, opened.refused([]).texts);
  const interrupt = new Interrupt();
  const found = await searched(opened, asked, { options, terminal, simulation, interrupt });
  terminal.out.write(options.json ? `${JSON.stringify(found)}\n` : capacityText(found, opened.scenario.name, terminal.out));
  writeAnswer(options.html, () => ({ ...capacityPage(found, opened.scenario.name), scenarios: [answeredScenario(opened, simulation)] }));
  if (interrupt.signal.aborted) throw new Interrupted();
  const fault = found.trials.flatMap(({ breaches }) => breaches).find(({ kind }) => kind === "failed");
  if (fault !== undefined) {
    terminal.err.write(failedText(`a run with seed ${fault.seed}`, [fault.what]));
    return OUR_FAULT;
  }
  return options.strict === true ? STRICT[found.conclusion.verdict] : FINE;
}

interface Tools {
  readonly options: CapacityCommandOptions;
  readonly terminal: Terminal;
  readonly simulation: Simulation;
  readonly interrupt: Interrupt;
}

async function searched(
  opened: OpenScenario,
  asked: CapacityOptions,
  { options, terminal, simulation, interrupt }: Tools,
): Promise<Capacity> {
  const { file, scenario } = opened;
  const { workers, queue } = options;
  const title = `capacity of ${scenario.name}`;
  await checkQueue(queue, workers);
  const runner = await studyRunner({ workers, queue, file, title, err: terminal.err, study: undefined, simulation });
  const progress = new StudyProgress(terminal.err, title, performance.now());
  let ended = 0;
  let best: Trial | undefined;
  const onTrial = (trial: Trial) => {
    ended += trial.runs;
    if (trial.holds && (best === undefined || trial.value > best.value)) best = trial;
  };
  const bestText = () => best && loadText(best.value, workOf(opened));
  const tick = () => {
    const run = { underWay: runner.underWay(), workforce: runner.workforce() };
    progress.show({ ended, most: null, ...run, best: bestText() }, performance.now());
  };
  const timer = setInterval(tick, TICK_MS);
  try {
    return await capacity(scenario, { ...asked, runner, signal: interrupt.signal, onTrial });
  } catch (error) {
    throw error instanceof Problems ? refused(error.problems, options, opened) : error;
  } finally {
    clearInterval(timer);
    progress.clear();
    interrupt.dispose();
    await runner.close();
  }
}

/** Kind of load of the scenario. */
function workOf({ scenario: { workload } }: OpenScenario): Capacity["of"] {
  if (workload.kind === "closed") return "users";
  if (workload.kind === "steady-decode") return "sequences";
  if (workload.kind === "trace") return "trace";
  return workload.kind === "sessions" ? "sessions" : "requests";
}

/** The question of the options; their mistakes are added to `problems`. */
function askedOf({ scenario, setup }: OpenScenario, options: CapacityCommandOptions, problems: LocatedProblem[]): CapacityOptions {
  const { subjectTo, targets, replications } = options;
  const { kind } = scenario.workload;
  const loadUnit = kind === "open" || kind === "sessions" ? "requests/s" : "";
  const load = (option: "from" | "to") =>
    quantityOf(options, { option, unit: loadUnit, example: loadUnit === "" ? "4" : "4 requests/s" }, problems);
  const looks = replications === undefined ? looksFor(seedsFor(scenario, [setup])) : undefined;
  const formula = options.formula === false ? false : undefined;
  const given = { from: load("from"), to: load("to"), ...sharesOf(options, problems), subjectTo, targets, replications, looks, formula };
  const seeds = replications === undefined ? undefined : seedsProblem(scenario, replications);
  if (seeds !== undefined) problems.push(wrongValue("--replications", "", String(replications), seeds));
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as CapacityOptions;
}

/** Seeds of each look at a load: up to twice those of a report. */
function looksFor(seeds: number): number[] {
  return [seeds / 2, seeds, 2 * seeds].filter((count) => count >= FEWEST_SEEDS);
}

interface QuantityOption {
  readonly option: "from" | "to" | "precision" | "attainment";
  readonly unit: Unit | "";
  readonly example: string;
}

/** The shares among the options, which no scenario is needed for. */
function sharesOf(options: CapacityCommandOptions, problems: LocatedProblem[]) {
  return {
    precision: quantityOf(options, { option: "precision", unit: "%", example: "2 %" }, problems),
    attainment: quantityOf(options, { option: "attainment", unit: "%", example: "99 %" }, problems),
  };
}

function precisionOf(precision: number | undefined, { precision: given = "" }: CapacityCommandOptions): LocatedProblem[] {
  return precisionProblems(precision).map((problem) => locatedProblem({ ...problem, path: [], given }, "--precision"));
}

/** Ends that are no load of any workload, where no scenario says which it has. */
function loadProblems({ from, to }: CapacityCommandOptions): LocatedProblem[] {
  const given = { from, to };
  const problems = (["from", "to"] as const).flatMap((option) => {
    const text = given[option];
    if (text === undefined || loadsOf(text).some(isPositive)) return [];
    return [
      wrongValue(`--${option}`, "", text, "a positive quantity in requests/s, such as '4 requests/s', or a positive number, such as 4"),
    ];
  });
  if (problems.length > 0 || from === undefined || to === undefined) return problems;
  const [lows, highs] = [loadsOf(from), loadsOf(to)];
  const isOrdered = lows.some((low, i) => isPositive(low) && isPositive(highs[i]!) && low <= highs[i]!);
  return isOrdered ? [] : [wrongValue("--to", "", to, `no less than --from, ${from}, in its unit`)];
}

/** `text` as a number of users or a speed, and as a rate; NaN if it is none. */
function loadsOf(text: string): [plain: number, rate: number] {
  const rate = parseQuantity(text, "requests/s");
  return [Number(text), typeof rate === "number" ? rate : Number.NaN];
}

function isPositive(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

/** Value of an option; undefined if it is not given, or is listed in `problems`. */
function quantityOf(
  options: CapacityCommandOptions,
  { option, unit, example }: QuantityOption,
  problems: LocatedProblem[],
): number | undefined {
  const text = options[option];
  if (text === undefined) return undefined;
  const value = unit === "" ? Number(text.trim() === "" ? Number.NaN : text) : parseQuantity(text, unit);
  if (option === "attainment" && typeof value === "number" && value > 1) {
    problems.push(wrongValue(`--${option}`, "", text, "at most 100 %"));
    return undefined;
  }
  if (typeof value === "number" && Number.isFinite(value)) return value;
  problems.push(
    wrongValue(`--${option}`, "", text, unit === "" ? `a number, such as ${example}` : `a quantity in ${unit}, such as '${example}'`),
  );
  return undefined;
}

const OPTIONS = ["from", "to", "precision", "attainment"] as const;

/** Problems of the search itself, each at its option, or at its place in the file. */
function refused(problems: readonly Problem[], options: CapacityCommandOptions, opened: OpenScenario): BadInput {
  const { subjectTo } = options;
  const located = problems.flatMap((problem): readonly LocatedProblem[] => {
    const [head, at] = problem.path;
    if (head === "subjectTo" && subjectTo !== undefined)
      return [locatedProblem({ ...problem, path: [] }, `--subject-to ${Number(at) + 1}`)];
    const option = OPTIONS.find((each) => each === head);
    const given = option && options[option]; // as it was written
    if (given !== undefined) return [locatedProblem({ ...problem, path: [], given }, `--${option}`)];
    return opened.refused([problem]).problems;
  });
  return new BadInput(located, opened.refused([]).texts);
}

import { Streams } from "@tokenyard/random";
import { type Problem, Problems, type Scenario, wordsOf } from "@tokenyard/scenario";
import { studied } from "@tokenyard/simulator";
import { tried } from "../points/tried.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner, StopSignal } from "../runners/runner.ts";
import { checkSeeds } from "../seeds/replication.ts";
import { certificateOf } from "./certified.ts";
import { formulaLimits } from "./formula/formula-limits.ts";
import type { Asked } from "./questions/asked.ts";
import { questionOf } from "./questions/question.ts";
import { valuelessProblems, wantedBy } from "./questions/valueless.ts";
import { FinalRuns } from "./search/final-runs.ts";
import { Findings } from "./search/findings.ts";
import type { Step } from "./search/given-runs.ts";
import { EFFORT, type Effort, LeftOut } from "./search/left-out.ts";
import type { Optimum } from "./search/optimum.ts";
import { prospectsOf } from "./search/prospect.ts";
import { QueuedRuns } from "./search/queued-runs.ts";
import { Search } from "./search/search.ts";
import { isDealt } from "./space/batch-scenario.ts";
import { ownPoint, startsWithOwn } from "./space/own-point.ts";
import { type PlaceOptions, searchedOf, searchPlaceOf } from "./space/search-place.ts";

export interface OptimizeOptions extends Asked, PlaceOptions {
  /** Most plans to run. */
  readonly points?: number;
  /** Asked between plans; once true, no further one is run. An edge that has a clock can bound the seconds here. */
  shouldStop?(): boolean;
  /** Once aborted, runs under way are stopped and the search ends with its results. */
  readonly signal?: StopSignal;
  /** Runner; by default this thread. */
  readonly runner?: Runner;
  /** Whether plans that provably cannot win are left out, as they are by default. */
  readonly prune?: boolean;
  /** Whether a formula of loads may leave plans out where there are many, as it may by default. */
  readonly formula?: boolean;
  /** Plans to run before the formula is used, and to draw from those that it left out. */
  readonly effort?: Effort;
  /** Seeds over which the best plans are judged together; 1 when none is given. */
  readonly replications?: number;
  /** Whether runs are broken off that provably cannot win any more, as they are by default. */
  readonly breakOff?: boolean;
}

/** Choices to examine between two progress reports. */
const GLANCES = 1000;
const LOOKS = 50;
/** Best plans that are kept with their reports, of some 100 kB each, to be judged over several seeds. */
const MOST_SEEDED = 64;

/**
 * Searches the plan of `scenario` with the best objectives that holds the constraints. Yields its results repeatedly; the last is the
 * answer, the same for any runner, and with or without `prune`. Throws all Problems of the question at once.
 */
export async function* optimize(scenario: Scenario, options: OptimizeOptions): AsyncGenerator<Optimum, void, void> {
  const { readPieces } = options;
  const { own: plain, vary } = searchedOf(scenario, options);
  const own = studied(plain, readPieces && { readPieces });
  const { question, variants, space, hasOwn } = orderOf(own, { ...options, vary });
  const {
    runner = inProcessRunner({ readPieces }),
    signal,
    prune: isPruned = true,
    formula = isPruned,
    effort = EFFORT,
    points = Number.POSITIVE_INFINITY,
    replications = 1,
  } = options;
  checkSeeds(own, replications);
  const runs = signal === undefined ? {} : { signal };
  const plugins = { words: wordsOf(own) };
  const prune = isPruned && plugins.words === undefined; // bounds know nothing of policies that are not ours
  const { breakOff = prune } = options;
  const isStopped = () => signal?.aborted === true || options.shouldStop?.() === true;
  const findings = new Findings(question, replications > 1 ? MOST_SEEDED : undefined);
  const final = new FinalRuns({ findings, runner, runs, plugins, replications, isStopped });
  const seed = "seed" in vary ? null : own.seed;
  const limits = formula ? formulaLimits(own) : [];
  const leftOut =
    formula && limits.length === 0 && !isDealt(own) ? new LeftOut(question, new Streams(own.seed).stream("optimize/audit")) : undefined;
  const search = new Search(question, findings, leftOut, effort);

  const queued = new QueuedRuns(runner, runs);
  const isOwnFirst = hasOwn && startsWithOwn(own, space);
  queued.give(ownPoint(own, isOwnFirst ? variants[0]?.parameters : undefined)); // runs while the choices are counted
  let isOwnDue = true;
  /** Whether a result has come. */
  const arrives = async () => {
    const row = await queued.next();
    if (row === undefined) return false;
    if (!isOwnDue) findings.add(search.arrive(row), row);
    else {
      isOwnDue = false;
      findings.give(row);
      if (isOwnFirst) findings.add(0, row);
      if (isOwnFirst) search.settle(0, row);
    }
    return true;
  };

  let looks = 0;
  let hopeless = 0;
  let run = 1;
  let isOver = false;
  let isDone = false;
  const soFar = () => {
    const found = findings.optimum(hopeless + search.pruned, search.left, search.isProven && search.judged === 0, search.judged);
    if (isDealt(own)) return found;
    const parts = { leftOut: search.leftOut, withoutFormula: limits, seed, contenders: findings.contenders, wanted: question };
    const over = isOver ? { undecided: search.undecided } : {};
    const done = isDone ? { rivals: findings.rivals } : {};
    return { ...found, certificate: certificateOf(found, { ...parts, ...over, ...done }) };
  };
  try {
    for (const prospect of prospectsOf(variants, question, space, { prune, breakOff, formula })) {
      if (looks === 0 && isOwnFirst) {
        // is being run
      } else if (!("status" in prospect)) search.add(prospect);
      else if (prospect.status === "impossible") findings.reject(prospect.problems);
      else hopeless++;
      if (++looks % GLANCES !== 0) continue;
      yield findings.optimum(hopeless, null);
      if (isStopped()) return;
    }
    yield soFar();
    for (let steps: Iterable<Step> | undefined = stepsOf(search, own, isOwnFirst); steps !== undefined; ) {
      for (const step of steps) {
        if (isStopped()) {
          queued.cancel();
          break;
        }
        if (step === "looked") {
          if (++looks % LOOKS === 0) yield soFar();
        } else if (step === "wait") {
          if (!(await arrives())) break;
          yield soFar();
        } else {
          if (run++ >= points) break;
          queued.give(step);
        }
      }
      queued.close();
      while (await arrives()) yield soFar();
      search.end(isStopped());
      isOver = true;
      final.next = Math.max(final.next, search.next);
      for await (const _ of final.exact()) yield soFar();
      steps = undefined;
      for await (const holds of final.seeds()) {
        const goesOn = !holds && search.reopen(findings.contenders, final.next) && run <= points;
        if (goesOn) steps = search.steps();
        yield soFar();
        if (goesOn) break;
      }
      if (steps !== undefined) queued.reopen();
    }
    isDone = true;
    yield soFar();
  } finally {
    await queued.end();
  }
}

function* stepsOf(search: Search, own: Scenario, isOwnFirst: boolean): Generator<Step, void, void> {
  if (!isDealt(own)) yield* search.guess();
  if (isOwnFirst) yield "wait"; // its result comes first
  if (!isDealt(own)) yield* search.seeds(own.cluster.gpusPerNode);
  yield* search.steps();
}

/** All problems of a search, before anything is run. */
export function searchProblems(scenario: Scenario, options: OptimizeOptions): readonly Problem[] {
  const problems: Problem[] = [];
  tried(problems, () => {
    const { own, vary } = searchedOf(scenario, options);
    return orderOf(own, { ...options, vary });
  });
  return problems;
}

/** The last that `optimize` yields. */
export async function optimum(scenario: Scenario, options: OptimizeOptions): Promise<Optimum> {
  let last: Optimum | undefined;
  for await (const soFar of optimize(scenario, options)) last = soFar;
  return last!;
}

/** The question and its space. Throws all Problems at once. */
function orderOf(scenario: Scenario, options: OptimizeOptions) {
  const problems: Problem[] = [];
  const question = tried(problems, () => questionOf(scenario, options));
  const place = tried(problems, () => searchPlaceOf(scenario, options));
  if (question !== undefined && place !== undefined) {
    const scenarios = place.variants.map((variant) => variant.scenario);
    problems.push(...valuelessProblems(wantedBy(question, options), scenarios));
  }
  if (question === undefined || place === undefined || problems.length > 0) throw new Problems(problems);
  return { question, ...place };
}

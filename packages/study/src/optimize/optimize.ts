import { Streams } from "@tokenyard/random";
import type { Report } from "@tokenyard/report";
import { type Problem, Problems, type Scenario, wordsOf } from "@tokenyard/scenario";
import { studied } from "@tokenyard/simulator";
import { exactPoint } from "../points/exact-point.ts";
import type { PointResult } from "../points/point-result.ts";
import { tried } from "../points/tried.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner, StopSignal } from "../runners/runner.ts";
import { checkSeeds } from "../seeds/replication.ts";
import { certificateOf } from "./certified.ts";
import { formulaLimits } from "./formula/formula-limits.ts";
import type { Asked } from "./questions/asked.ts";
import { questionOf } from "./questions/question.ts";
import { valuelessProblems, wantedBy } from "./questions/valueless.ts";
import { Findings } from "./search/findings.ts";
import type { Step } from "./search/given-runs.ts";
import { EFFORT, type Effort, LeftOut } from "./search/left-out.ts";
import type { Optimum } from "./search/optimum.ts";
import { PointQueue } from "./search/point-queue.ts";
import { prospectsOf } from "./search/prospect.ts";
import { Search } from "./search/search.ts";
import { seedPoints } from "./search/seeded.ts";
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
  const findings = new Findings(question, replications > 1 ? Number.POSITIVE_INFINITY : undefined);
  const seed = "seed" in vary ? null : own.seed;
  const limits = formula ? formulaLimits(own) : [];
  const leftOut =
    formula && limits.length === 0 && !isDealt(own) ? new LeftOut(question, new Streams(own.seed).stream("optimize/audit")) : undefined;
  const search = new Search(question, findings, leftOut, effort);

  let queue = new PointQueue();
  let rows = runner.run(queue, runs)[Symbol.asyncIterator]();
  const isOwnFirst = hasOwn && startsWithOwn(own, space);
  queue.push(ownPoint(own, isOwnFirst ? variants[0]?.parameters : undefined));
  let ownRow: Promise<IteratorResult<PointResult>> | undefined = rows.next(); // runs while the choices are counted
  ownRow.catch(() => {}); // the caller that waits for it hears
  const arrives = async () => {
    const { done, value } = await (ownRow ?? rows.next());
    if (done === true) return false;
    if (ownRow === undefined) findings.add(search.arrive(value), value);
    else {
      ownRow = undefined;
      findings.give(value);
      if (isOwnFirst) findings.add(0, value);
      if (isOwnFirst) search.settle(0, value);
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
    let next = 0;
    for (let steps: Iterable<Step> | undefined = stepsOf(search, own, isOwnFirst); steps !== undefined; ) {
      for (const step of steps) {
        if (isStopped()) {
          queue.cancel();
          break;
        }
        if (step === "looked") {
          if (++looks % LOOKS === 0) yield soFar();
        } else if (step === "wait") {
          if (!(await arrives())) break;
          yield soFar();
        } else {
          if (run++ >= points) break;
          queue.push(step);
        }
      }
      steps = undefined;
      queue.close();
      while (await arrives()) yield soFar();
      search.end(isStopped());
      isOver = true;
      next = Math.max(next, search.next);
      for (let plans = findings.unsure; plans.length > 0 && !isStopped(); plans = findings.unsure) {
        let drawn = 0;
        const exact = plans.map(({ parameters, report }, i) => exactPoint(next + i, parameters, report, plugins));
        for await (const row of runner.run(exact, runs)) {
          findings.redraw(plans[drawn++]!.index, row);
          yield soFar();
        }
        next += plans.length;
        if (drawn < plans.length) break; // it was stopped
      }
      const judged = () => (replications > 1 && !isStopped() ? findings.unseeded : undefined);
      for (let plan = judged(); plan !== undefined && steps === undefined; plan = judged()) {
        const reports: Report[] = [];
        for await (const row of runner.run(seedPoints(next, plan, replications, plugins), runs))
          if (row.status === "ok") reports.push(row.report);
        next += replications;
        if (reports.length < replications) break; // it was stopped, or a seed has no report
        const holds = findings.seed(plan, reports);
        if (!holds && search.reopen(findings.contenders, next) && run <= points) {
          queue = new PointQueue();
          rows = runner.run(queue, runs)[Symbol.asyncIterator]();
          steps = search.steps();
        }
        yield soFar();
      }
    }
    isDone = true;
    yield soFar();
  } finally {
    queue.cancel();
    await rows.return?.();
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

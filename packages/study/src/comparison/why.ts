import { metricValue, type Report } from "@tokenyard/report";
import { METRICS, metricOf, Problems, parseScenario, type ReadPieces, type Scenario, withTraceHash, wordsOf } from "@tokenyard/scenario";
import { studiedTogether } from "@tokenyard/simulator";
import type { Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner, RunnerOptions } from "../runners/runner.ts";
import { type Change, changedTree, changesBetween } from "./change.ts";
import type { TriedChanges, Why } from "./tried-changes.ts";
import { turningPoint } from "./turning-point.ts";
import { whySentences } from "./why-sentences.ts";

export interface WhyOptions extends RunnerOptions {
  readonly readPieces?: ReadPieces;
  /** Runner; by default this thread. */
  readonly runner?: Runner;
}

const NEAR = 0.1;
const USUAL = ["ttft.mean", "tpot.mean", "throughputPerGpu", "cost"];

/**
 * The shortest list of changes that turns the answer of `a` into that of `b`, found by running a with each change, then with each pair, then with the best pair and
 * more, of which each that is not needed is left out. All runs have the seed of a. Undefined where either cannot run, or the study was stopped.
 */
export async function why(a: Scenario, b: Scenario, options: WhyOptions = {}): Promise<Why | undefined> {
  const [first, second] = studiedTogether([a, { ...b, seed: a.seed }], options.readPieces && { readPieces: options.readPieces }) as [
    Scenario,
    Scenario,
  ];
  const trials = new Trials(first, options);
  const [ofA, ofB] = await trials.rows([{ scenario: first }, { scenario: second }]);
  if (ofA?.status !== "ok" || ofB?.status !== "ok") return undefined;
  const metric = askedMetric(ofA.report, ofB.report);
  if (metric === undefined) return undefined;
  trials.ask(metric, ofA.report, ofB.report);
  const changes = changesBetween(first, second);
  const single = await trials.run(changes.map((change) => [change]));
  const isSame = trials.isEnough(ofA.report);
  const found = isSame ? undefined : await shortestOf(changes, single, trials);
  if (trials.isStopped) return undefined;
  const answer = { metric, a: trials.sideOf(ofA.report), b: trials.sideOf(ofB.report), changes, single, runs: trials.count };
  const { readPieces } = options;
  const run = (scenarios: readonly Point["scenario"][]) => trials.reports(scenarios);
  const turning =
    changes.length === 0 ? undefined : await turningPoint([first, second], [ofA.report, ofB.report], metric, { readPieces, run });
  if (trials.isStopped) return undefined;
  const whole = { ...answer, shortest: found?.tried, isShortest: found?.isShortest ?? true, turning };
  return { ...whole, sentences: whySentences(whole) };
}

async function shortestOf(changes: readonly Change[], single: readonly TriedChanges[], trials: Trials) {
  const one = nearest(single, trials);
  if (one?.isEnough === true) return { tried: one, isShortest: true };
  const pairs = await trials.run(changes.flatMap((first, at) => changes.slice(at + 1).map((other) => [first, other])));
  let best = nearest(pairs, trials);
  if (best?.isEnough === true) return { tried: best, isShortest: true };
  const kept: Change[] = [...((best ?? one)?.changes ?? [])];
  while (kept.length < changes.length && best?.isEnough !== true) {
    const more = await trials.run(changes.filter((change) => !kept.includes(change)).map((change) => [...kept, change]));
    if (trials.isStopped) return undefined;
    best = nearest(more, trials) ?? more[0]!;
    kept.push(best.changes.at(-1)!);
  }
  for (const change of [...(best?.changes ?? [])]) {
    const [without] = await trials.run([best!.changes.filter((each) => each !== change)]);
    if (without?.isEnough === true) best = without;
  }
  return best?.isEnough !== true ? undefined : { tried: best, isShortest: best.changes.length <= 3 };
}

/** The one that is enough and nearest to b, or else the nearest; undefined where none has a number. */
function nearest(all: readonly TriedChanges[], trials: Trials): TriedChanges | undefined {
  const there = all.filter(({ number }) => number !== null);
  return there.toSorted((x, y) => Number(y.isEnough) - Number(x.isEnough) || trials.distance(x) - trials.distance(y))[0];
}

/** The number to ask about: that of the target whose side differs, else the one that differs by the largest factor. */
function askedMetric(a: Report, b: Report): string | undefined {
  const turned = b.targets.find(({ name, met }) => a.targets.some((each) => each.name === name && each.met !== met));
  if (turned !== undefined) return turned.name;
  const names = [...new Set([...b.targets.map(({ name }) => name), ...USUAL])];
  const factors = names.flatMap((name) => {
    const [x, y] = [a, b].map((report) => metricValue(report, { path: metricOf(name)?.path ?? name }));
    return x == null || y == null || x <= 0 || y <= 0 ? [] : [{ name, factor: x === y ? 1 : Math.max(x / y, y / x) }];
  });
  return factors.toSorted((x, y) => y.factor - x.factor)[0]?.name;
}

/** Whether `number` is that of b, or at most a tenth of the way from it; where a has none that is finite, a tenth of b's own. */
export function isNear(number: number, a: number, b: number): boolean {
  if (number === b) return true;
  return Number.isFinite(number) && Number.isFinite(b) && Math.abs(number - b) <= NEAR * Math.abs(Number.isFinite(a) ? b - a : b);
}

/** Runs of a with changes, all with its seed. */
class Trials {
  readonly #base: Scenario;
  readonly #options: WhyOptions;
  #metric = METRICS[0]!.name;
  #numberOfA = 0;
  #numberOfB = 0;
  #metByB: boolean | null = null;
  count = 0;
  isStopped = false;

  constructor(base: Scenario, options: WhyOptions) {
    this.#base = base;
    this.#options = options;
  }

  ask(metric: string, a: Report, b: Report): void {
    this.#metric = metric;
    const { number, met } = this.sideOf(b);
    this.#numberOfA = this.sideOf(a).number!;
    this.#numberOfB = number!;
    this.#metByB = met;
  }

  sideOf(report: Report): Pick<TriedChanges, "number" | "met" | "gpus"> {
    const number = metricValue(report, { path: metricOf(this.#metric)?.path ?? this.#metric });
    return { number, met: report.targets.find(({ name }) => name === this.#metric)?.met ?? null, gpus: report.gpus };
  }

  isEnough(report: Report): boolean {
    const { number, met } = this.sideOf(report);
    if (number === null || (this.#metByB !== null && met !== null && met !== this.#metByB)) return false;
    return isNear(number, this.#numberOfA, this.#numberOfB);
  }

  distance({ number }: TriedChanges): number {
    return number === this.#numberOfB ? 0 : Math.abs(number! - this.#numberOfB);
  }

  async run(lists: readonly (readonly Change[])[]): Promise<TriedChanges[]> {
    const rows = await this.rows(lists.map((changes) => this.#made(changes)));
    return rows.map((row, at): TriedChanges => {
      const changes = lists[at]!;
      if (row.status !== "ok") return { changes, number: null, met: null, gpus: null, reason: row.reason, isEnough: false };
      return { changes, ...this.sideOf(row.report), reason: null, isEnough: this.isEnough(row.report) };
    });
  }

  /** Reports of `scenarios`; undefined where one cannot be. */
  async reports(scenarios: readonly Point["scenario"][]): Promise<(Report | undefined)[]> {
    const rows = await this.rows(scenarios.map((scenario) => ({ scenario })));
    return rows.map((row) => (row.status === "ok" ? row.report : undefined));
  }

  async rows(scenarios: readonly Pick<Point, "scenario">[]): Promise<PointResult[]> {
    const { readPieces, runner = inProcessRunner({ readPieces }), signal } = this.#options;
    const points = scenarios.map(({ scenario }, index): Point => ({ index, parameters: {}, scenario }));
    const found: PointResult[] = [];
    for await (const row of runner.run(points, signal === undefined ? {} : { signal })) found.push(row);
    this.count += found.length;
    this.isStopped ||= found.length < points.length;
    return found;
  }

  #made(changes: readonly Change[]): Pick<Point, "scenario"> {
    const { readPieces } = this.#options;
    try {
      const scenario = parseScenario(changedTree(this.#base, changes), { words: wordsOf(this.#base) });
      const isTrace = scenario.workload.kind === "trace" && scenario.workload.sha256 === undefined && readPieces !== undefined;
      return { scenario: isTrace ? withTraceHash(scenario, readPieces) : scenario };
    } catch (error) {
      if (error instanceof Problems) return { scenario: { problems: error.problems } };
      throw error;
    }
  }
}

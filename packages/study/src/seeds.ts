import { isNever, metricValue, type Report, type TargetVerdict } from "@tokenyard/report";
import { METRICS, metricOf, type ReadPieces, type Scenario, scenarioFrom, targetsOf } from "@tokenyard/scenario";
import { type Policies, simulate } from "@tokenyard/simulator";
import { Looks } from "./looks.ts";
import { PooledSeeds, type SeedsEstimate } from "./pooled-seeds.ts";
import { checkSeeds, replicatedPoints } from "./replication.ts";
import { inProcessRunner } from "./runners/in-process-runner.ts";
import type { Runner, RunnerOptions } from "./runners/runner.ts";
import { isMet, verdictOf } from "./statistics/verdict.ts";

type Seeds = NonNullable<Report["seeds"]>;
/** A report of several seeds. */
export type ReportOfSeeds = Report & { readonly seeds: Seeds };

export interface SeedsOptions extends RunnerOptions {
  /** Bytes of files that the scenario names, as its trace: what `loadScenario` gives. */
  readonly readPieces?: ReadPieces;
  /** This thread when none is given. */
  readonly runner?: Runner;
  /** Share of its estimate that half of each watched interval may be: seeds are then as many as it takes, up to those that are asked for. */
  readonly precision?: number;
}

/** A seed of a scenario that gave no report. */
export class SeedWithoutReport extends Error {
  readonly seed: number;
  /** `infeasible`: the scenario cannot be with this seed; `failed`: our fault. */
  readonly status: "infeasible" | "failed";

  constructor(seed: number, status: "infeasible" | "failed", reason: string) {
    super(reason);
    this.name = "SeedWithoutReport";
    this.seed = seed;
    this.status = status;
  }
}

/**
 * The report of `scenario` with `seeds`: what its seed, seed + 1, … say together, `replications` of them, or with `precision` as many as it takes
 * up to that; the same whatever the runner. Undefined when the signal was given before the last ended. Throws SeedWithoutReport for the first that
 * has no report.
 */
export async function seedsReport(
  scenario: Scenario,
  replications: number,
  options: SeedsOptions = {},
): Promise<ReportOfSeeds | undefined> {
  const { readPieces, runner = inProcessRunner({ readPieces }), precision } = options;
  checkSeeds(scenario, replications);
  const sums = new SeedSums();
  const looks = precision === undefined ? undefined : new Looks(precision, watchedOf(scenario));
  for await (const row of runner.run(replicatedPoints([{ index: 0, parameters: {}, scenario }], replications), options)) {
    if (row.status !== "ok")
      throw new SeedWithoutReport(scenario.seed + row.index, row.status === "infeasible" ? "infeasible" : "failed", row.reason);
    sums.add(row.report);
    if (looks?.isEnough(sums.count, (path) => sums.estimate(path)) === true) break;
  }
  const isWhole = sums.count === replications || looks?.reached === true;
  return isWhole ? sums.report(looks) : undefined;
}

/**
 * Scenario in, report out, as `simulate`, with `replications` seeds: `seeds` tells estimates and 95 % intervals by the paths of the report,
 * and a verdict on each target; the rest is the report of the first seed. Throws Problems for a scenario that cannot be, and
 * RangeError for less than one replication, and for seeds beyond the last.
 */
export function simulateSeeds(given: Scenario, replications: number, policies: Policies = {}): ReportOfSeeds {
  const scenario = scenarioFrom(given);
  checkSeeds(scenario, replications);
  const sums = new SeedSums();
  for (let r = 0; r < replications; r++) sums.add(simulate({ ...scenario, seed: scenario.seed + r }, policies, { distributions: true }));
  return sums.report();
}

/** The metrics whose intervals decide when there are enough seeds: those of the targets, or the means that everybody asks for. */
export function watchedOf(scenario: Pick<Scenario, "targets">): string[] {
  const own = targetsOf(scenario).map(({ metric }) => metric.path);
  return own.length > 0 ? own : ["ttftSeconds.mean", "e2eSeconds.mean", "throughput.tokensPerSecond"];
}

/** The sections whose numbers chance may move, and the named ratios of such numbers. */
const SECTIONS = [
  "horizonSeconds",
  "requests",
  "tokens",
  "ttftSeconds",
  "tpotSeconds",
  "e2eSeconds",
  "queueSeconds",
  "prefillSeconds",
  "itlSeconds",
  "goodput",
  "attainment",
  "classes",
  "kv",
  "throughput",
  "cost",
  "energy",
  "breakdown",
  "time",
  "longestOpSeconds",
  "utilization",
  "bubbleShare",
  "balance",
  "memory",
  "pools",
  "transfers",
] as const satisfies readonly (keyof Report)[];
const RATIOS = [...METRICS.map(({ path }) => path).filter((path) => path.includes(" / ")), "transfers.bytes / transfers.count"];
/** What stands in those sections and is no number of the run as a whole: the compiled plan, and counts by layer, expert, node and rank. */
const LEFT_OUT: ReadonlySet<string> = new Set(["plan", "perLayer", "nodeBytes", "hottest", "slowestRank"]);
/** Maps that leave out what took no time. */
const SPARSE = /^(breakdown\.\w+|time\.\w+\.(?:compute|network)|\w+Seconds(?=\.unanswered))\.[^.]+$/;

/** Adds up the reports of one scenario under several seeds. Holds the first, and the numbers and latencies of the others. */
export class SeedSums {
  #first: Report | undefined;
  readonly #pool = new PooledSeeds();
  /** [seeds] */
  readonly #numbers: Map<string, number>[] = [];
  readonly #met: number[] = [];
  /** [targets] seeds that were offered no more than they served */
  readonly #offered: number[] = [];
  /** [targets][seeds that have a value] */
  readonly #reached: number[][] = [];
  readonly #warnings = new Map<string, { code: string; message: string; seed: number; count: number }>();

  get count(): number {
    return this.#numbers.length;
  }

  add(report: Report): void {
    this.#first ??= report;
    this.#pool.add(report);
    this.#numbers.push(numbersOf(report));
    for (const [at, { met, metric, offered }] of report.targets.entries()) {
      this.#offered[at] = (this.#offered[at] ?? 0) + (offered ? 1 : 0);
      this.#met[at] = (this.#met[at] ?? 0) + (met ? 1 : 0);
      const value = metricValue(report, { path: metric });
      this.#reached[at] ??= [];
      if (value !== null) this.#reached[at].push(value);
    }
    const codes = new Map(report.warnings.map((warning) => [warning.code, warning]));
    for (const { code, message } of codes.values()) {
      const known = this.#warnings.get(code);
      if (known === undefined) this.#warnings.set(code, { code, message, seed: report.seed, count: 1 });
      else known.count++;
    }
  }

  estimate(path: string): SeedsEstimate | undefined {
    return this.#pool.estimate(path, this.#valuesAt(path));
  }

  /** The first report, with what the seeds say together right after its seed, and with its targets as they meet them. */
  report(looks?: Looks): ReportOfSeeds {
    const { tokenyard, version, scenario, seed, seeds: _, distributions: __, ...rest } = this.#first!;
    const seeds = this.#seeds(looks);
    const targets = this.count === 1 ? rest.targets : rest.targets.map((target, at) => this.#together(target, at, seeds));
    return { tokenyard, version, scenario, seed, seeds, ...rest, targets };
  }

  /** A target as all seeds meet it, so that no reader of a report takes one seed's word for it. */
  #together({ name, metric, target }: Report["targets"][number], at: number, seeds: Seeds): Report["targets"][number] {
    const verdict = seeds.targets[at]!.verdict;
    const value = this.#pool.estimate(metric, this.#reached[at]!)?.value;
    const met = verdict !== null && isMet(verdict);
    return {
      name,
      metric,
      target,
      actual: value === undefined || !Number.isFinite(value) ? null : value,
      ...(value === Number.POSITIVE_INFINITY ? { never: true } : {}),
      met,
      ...(!met && this.#offered[at]! > 0 ? { offered: true } : {}),
    };
  }

  #seeds(looks: Looks | undefined): Seeds {
    const paths = [...new Set(this.#numbers.flatMap((numbers) => [...numbers.keys()]))];
    return {
      count: this.count,
      first: this.#first!.seed,
      estimates: Object.fromEntries(paths.map((path) => [path, plain(this.estimate(path)!)])),
      targets: this.#first!.targets.map((target, at) => ({
        name: target.name,
        metric: target.metric,
        met: this.#met[at]!,
        verdict: this.#decided(at) ?? null,
      })),
      growth: this.#pool.growth(),
      ...(looks === undefined ? {} : { precision: { wanted: looks.wanted, reached: looks.reached, watched: [...looks.watched] } }),
      warnings: [...this.#warnings.values()],
    };
  }

  /** A bound that is missed as no more load was offered is not decided. */
  #decided(at: number): TargetVerdict | undefined {
    const verdict = this.#verdict(this.#first!.targets[at]!, this.#reached[at]!);
    return verdict === "missed" && this.#offered[at]! > 0 ? "not-enough-evidence" : verdict;
  }

  /** One that no seed has a value for is missed. */
  #verdict({ name, metric, target }: Report["targets"][number], values: readonly number[]): TargetVerdict | undefined {
    const estimate = this.#pool.estimate(metric, values);
    const { better } = metricOf(name)!;
    if (estimate === undefined || values.length < this.count) return this.count > 1 ? "missed" : undefined;
    return verdictOf({ better, value: target, ofEach: metric.endsWith("Seconds.max") }, estimate, values);
  }

  #valuesAt(path: string): number[] {
    return this.#numbers.flatMap((numbers) => numberAt(numbers, path) ?? []);
  }
}

/** As a report has it, where what is longer than any bound, or open, is null. */
function plain({ value, interval, ...rest }: SeedsEstimate): Seeds["estimates"][string] {
  const finite = (number: number) => (Number.isFinite(number) ? number : null);
  const isKnown = interval !== null && Number.isFinite(interval.low);
  const { requests, ...all } = rest;
  return {
    ...all,
    value: finite(value),
    interval: isKnown ? { low: interval.low, high: finite(interval.high) } : null,
    ...(requests === undefined ? {} : { requests }),
  };
}

/** What one seed has at `path`; nothing where a sparse map is there without it. */
function numberAt(numbers: ReadonlyMap<string, number>, path: string): number | undefined {
  const sparse = SPARSE.exec(path)?.[1];
  const isThere = sparse !== undefined && [...numbers.keys()].some((other) => other.startsWith(`${sparse}.`));
  return numbers.get(path) ?? (isThere ? 0 : undefined);
}

/** The numbers of a report that chance may move, by their paths, in the report's order. */
function numbersOf(report: Report): Map<string, number> {
  const numbers = new Map<string, number>();
  const walk = (tree: unknown, path: string): void => {
    if (typeof tree === "number") numbers.set(path, tree);
    if (typeof tree !== "object" || tree === null) return;
    const never = isNever(tree);
    for (const [key, child] of Object.entries(tree)) {
      if (child === null && never) numbers.set(`${path}.${key}`, Number.POSITIVE_INFINITY);
      else if (!LEFT_OUT.has(key)) walk(child, `${path}.${key}`);
    }
  };
  for (const section of SECTIONS) walk(report[section], section);
  for (const path of RATIOS) {
    const value = metricValue(report, { path });
    if (value !== null) numbers.set(path, value);
  }
  return numbers;
}

import { isNever, metricValue, type Report } from "@tokenyard/report";
import { METRICS, metricOf, type ReadPieces, type Scenario, scenarioFrom } from "@tokenyard/scenario";
import { type Policies, simulate } from "@tokenyard/simulator";
import { checkSeeds, replicatedPoints } from "./replication.ts";
import { inProcessRunner } from "./runners/in-process-runner.ts";
import type { Runner, RunnerOptions } from "./runners/runner.ts";
import { type Estimate, estimateOf } from "./statistics/estimate.ts";

type Seeds = NonNullable<Report["seeds"]>;
/** A report of several seeds. */
export type ReportOfSeeds = Report & { readonly seeds: Seeds };

export interface SeedsOptions extends RunnerOptions {
  /** Bytes of files that the scenario names, as its trace: what `loadScenario` gives. */
  readonly readPieces?: ReadPieces;
  /** This thread when none is given. */
  readonly runner?: Runner;
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
 * The report of `scenario` with `seeds`: what its seed, seed + 1, … say together, `replications` of them; the same whatever the runner.
 * Undefined when the signal was given before the last ended. Throws SeedWithoutReport for the first that has no report.
 */
export async function seedsReport(
  scenario: Scenario,
  replications: number,
  options: SeedsOptions = {},
): Promise<ReportOfSeeds | undefined> {
  const { readPieces, runner = inProcessRunner({ readPieces }) } = options;
  checkSeeds(scenario, replications);
  const sums = new SeedSums();
  for await (const row of runner.run(replicatedPoints([{ index: 0, parameters: {}, scenario }], replications), options)) {
    if (row.status !== "ok")
      throw new SeedWithoutReport(scenario.seed + row.index, row.status === "infeasible" ? "infeasible" : "failed", row.reason);
    sums.add(row.report);
  }
  return sums.count < replications ? undefined : sums.report();
}

/**
 * Scenario in, report out, as `simulate`, with `replications` seeds: `seeds` tells means and 95 % intervals by the paths of the report,
 * and how many seeds meet each target; the rest is the report of the first seed. Throws Problems for a scenario that cannot be, and
 * RangeError for less than one replication, and for seeds beyond the last.
 */
export function simulateSeeds(given: Scenario, replications: number, policies: Policies = {}): ReportOfSeeds {
  const scenario = scenarioFrom(given);
  checkSeeds(scenario, replications);
  const sums = new SeedSums();
  for (let r = 0; r < replications; r++) sums.add(simulate({ ...scenario, seed: scenario.seed + r }, policies));
  return sums.report();
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

/** Adds up the reports of one scenario under several seeds. Holds the first and the numbers of the others. */
class SeedSums {
  #first: Report | undefined;
  /** [seeds] */
  readonly #numbers: Map<string, number>[] = [];
  readonly #met: number[] = [];
  readonly #warnings = new Map<string, { code: string; message: string; seed: number; count: number }>();

  get count(): number {
    return this.#numbers.length;
  }

  add(report: Report): void {
    this.#first ??= report;
    this.#numbers.push(numbersOf(report));
    for (const [at, { met }] of report.targets.entries()) this.#met[at] = (this.#met[at] ?? 0) + (met ? 1 : 0);
    const codes = new Map(report.warnings.map((warning) => [warning.code, warning]));
    for (const { code, message } of codes.values()) {
      const known = this.#warnings.get(code);
      if (known === undefined) this.#warnings.set(code, { code, message, seed: report.seed, count: 1 });
      else known.count++;
    }
  }

  /** The first report, with what the seeds say together right after its seed. */
  report(): ReportOfSeeds {
    const { tokenyard, version, scenario, seed, seeds: _, ...rest } = this.#first!;
    return { tokenyard, version, scenario, seed, seeds: this.#seeds(), ...rest };
  }

  #seeds(): Seeds {
    const paths = [...new Set(this.#numbers.flatMap((numbers) => [...numbers.keys()]))];
    const observed = paths.map((path) => this.#numbers.flatMap((numbers) => numberAt(numbers, path) ?? []));
    return {
      count: this.count,
      first: this.#first!.seed,
      estimates: Object.fromEntries(paths.map((path, i) => [path, plain(estimateOf(observed[i]!, rangeOf(path))!)])),
      targets: this.#first!.targets.map(({ name, metric }, at) => ({ name, metric, met: this.#met[at]! })),
      warnings: [...this.#warnings.values()],
    };
  }
}

/** As a report has it, where what is longer than any bound is null. */
function plain(estimate: Estimate): Seeds["estimates"][string] {
  return { ...estimate, mean: Number.isFinite(estimate.mean) ? estimate.mean : null };
}

/** What one seed has at `path`; nothing where a sparse map is there without it. */
function numberAt(numbers: ReadonlyMap<string, number>, path: string): number | undefined {
  const sparse = SPARSE.exec(path)?.[1];
  const isThere = sparse !== undefined && [...numbers.keys()].some((other) => other.startsWith(`${sparse}.`));
  return numbers.get(path) ?? (isThere ? 0 : undefined);
}

function rangeOf(path: string) {
  const metric = metricOf(path) ?? METRICS.find((each) => each.path === path);
  return metric?.range ?? (path.endsWith("Share") ? "share" : "positive"); // pools have no metrics
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

import { isNever, metricValue, type Report, type TargetVerdict, withConclusion } from "@tokenyard/report";
import { METRICS, metricOf } from "@tokenyard/scenario";
import { isMet, verdictOf } from "../statistics/verdict.ts";
import type { Looks } from "./looks.ts";
import { PooledSeeds, type SeedsEstimate } from "./pooled-seeds.ts";

type Seeds = NonNullable<Report["seeds"]>;
/** A report of several seeds. */
export type ReportOfSeeds = Report & { readonly seeds: Seeds };

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
  "checkpoints",
  "speculation",
  "retries",
  "metric",
  "memory",
  "pools",
  "transfers",
] as const satisfies readonly (keyof Report)[];
const RATIOS = [...METRICS.map(({ path }) => path).filter((path) => path.includes(" / ")), "transfers.bytes / transfers.count"];
/** Sections without numbers of the run as a whole: the compiled plan, and counts by layer, expert, node, rank and time. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "plan",
  "perLayer",
  "leastEven",
  "nodeBytes",
  "hottest",
  "slowestRank",
  "position",
  "levels",
]);
/** Maps without entries for zero times. */
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
  /** [targets] seeds in which it is longer than any bound */
  readonly #never: number[] = [];
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
    for (const [at, { met, metric, offered, never }] of report.targets.entries()) {
      this.#offered[at] = (this.#offered[at] ?? 0) + (offered ? 1 : 0);
      this.#never[at] = (this.#never[at] ?? 0) + (never ? 1 : 0);
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

  /** The first report, with the estimates of all seeds right after its seed, and with their verdicts on its targets. */
  report(looks?: Looks): ReportOfSeeds {
    const { tokenyard, version, scenario, seed, seeds: _, distributions: __, ...rest } = this.#first!;
    const seeds = this.#seeds(looks);
    const targets = this.count === 1 ? rest.targets : rest.targets.map((target, at) => this.#together(target, at, seeds));
    return withConclusion({ tokenyard, version, scenario, seed, seeds, ...rest, targets });
  }

  /** A target judged by all seeds, so that no reader relies on one seed. */
  #together({ name, metric, target }: Report["targets"][number], at: number, seeds: Seeds): Report["targets"][number] {
    const verdict = seeds.targets[at]!.verdict;
    const value = this.#pool.estimate(metric, this.#reached[at]!)?.value;
    const met = verdict !== null && isMet(verdict);
    return {
      name,
      metric,
      target,
      actual: value === undefined || !Number.isFinite(value) ? null : value,
      ...(value === Number.POSITIVE_INFINITY || (value === undefined && this.#never[at]! > 0) ? { never: true } : {}),
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

  /** Verdict on the target; undefined while it is open, as for a bound missed because no more load was offered. */
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

/** Estimate as a report has it; null for what is unbounded or open. */
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

/** Number of one seed at `path`; 0 where a sparse map exists without it. */
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

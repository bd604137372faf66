import type { Scope } from "@tokenyard/expression";
import { metricValue, type Report } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";
import { resultScope } from "../points/words.ts";
import { PooledSeeds, type SeedsEstimate } from "../seeds/pooled-seeds.ts";
import type { Requirement } from "./requirement.ts";

type Warning = Report["warnings"][number];

/** A warning of one of the runs. */
interface RunWarning<Code extends Warning["code"]> {
  readonly seed: number;
  readonly warning: Warning & { readonly code: Code };
}

/** Value that represents a metric in a requirement; null if a seed has no value. */
export type Stand = (values: readonly number[], estimate: SeedsEstimate) => number;

/** Runs of one load with several seeds: latencies of all requests pooled, other numbers as means over the seeds. */
export class LoadRuns {
  readonly reports: readonly Report[];
  readonly #pool = new PooledSeeds();

  /** `reports`: at least one. */
  constructor(reports: readonly Report[]) {
    this.reports = reports;
    for (const report of reports) this.#pool.add(report);
  }

  /** Runs that are no steady load: their queue grows, or they are too short to judge. */
  get behind(): readonly RunWarning<"overload" | "burst">[] {
    return this.#warned(["overload", "burst"]);
  }

  /** Runs in which some requests are never answered. */
  get unanswered(): readonly RunWarning<"requests-unfinished" | "no-request-finished">[] {
    return this.#warned(["requests-unfinished", "no-request-finished"]);
  }

  /** Whether at least half of the runs are no steady load. */
  get isBehind(): boolean {
    return 2 * this.behind.length >= this.reports.length;
  }

  /** Whether `requirement` holds with `stand` for each metric; for a greatest value, also in each run. */
  holds({ holds, names }: Requirement, stand: Stand): boolean {
    const isOfEach = names.some((name) => metricOf(name)?.path.endsWith("Seconds.max") === true);
    if (isOfEach && !this.reports.every((report) => holds(resultScope(report)) === true)) return false;
    return holds(this.scope(stand)) === true;
  }

  /** Metrics by `stand`; constants from the first run. */
  scope(stand: Stand): Scope {
    const first = resultScope(this.reports[0]!);
    return (name) => {
      const metric = metricOf(name);
      if (metric === undefined) return first(name);
      const values = this.reports.flatMap((report) => metricValue(report, metric) ?? []);
      const estimate = this.#pool.estimate(metric.path, values);
      return estimate === undefined || values.length < this.reports.length ? null : stand(values, estimate);
    };
  }

  /** Estimate over the seeds with a value; undefined where none has. */
  estimate(path: string): SeedsEstimate | undefined {
    return this.#pool.estimate(
      path,
      this.reports.flatMap((report) => metricValue(report, { path }) ?? []),
    );
  }

  /** The first warning of each run that has one of `codes`. */
  #warned<Code extends Warning["code"]>(codes: readonly Code[]): RunWarning<Code>[] {
    const isOne = (warning: Warning): warning is RunWarning<Code>["warning"] => (codes as readonly string[]).includes(warning.code);
    return this.reports.flatMap(({ seed, warnings }) => {
      const warning = warnings.find(isOne);
      return warning === undefined ? [] : [{ seed, warning }];
    });
  }
}

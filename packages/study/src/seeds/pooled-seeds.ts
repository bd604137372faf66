import { type Distributions, metricValue, type Report } from "@tokenyard/report";
import { METRICS, metricOf, type Range } from "@tokenyard/scenario";
import type { PointResult } from "../points/point-result.ts";
import { type Clusters, pooled } from "../statistics/clusters.ts";
import { estimateOf, type Interval } from "../statistics/estimate.ts";
import { changeOf } from "../statistics/pairs.ts";
import { pooledMean } from "../statistics/pooled-mean.ts";
import { pooledQuantile } from "../statistics/pooled-quantile.ts";

/** Estimate of one number from several seeds. */
export interface SeedsEstimate {
  /** Seeds with a value. */
  readonly count: number;
  /** Infinity: never. */
  readonly value: number;
  readonly standardDeviation: number | null;
  /** `high` is Infinity where it is open. */
  readonly interval: Interval | null;
  /** Number of pooled requests; undefined where seeds are averaged. */
  readonly requests?: number;
}

const LATENCY = /^((?:classes\.\d+\.)?(?:ttft|tpot|e2e|queue|prefill|itl)Seconds)\.(mean|p50|p90|p95|p99|p999)$/;
const QUANTILES: Readonly<Record<string, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 };
/** Seeds below which growth is not looked for. */
const FEWEST = 3;

/**
 * Runs of one scenario with several seeds, of which it holds the numbers and the latencies. A mean or percentile of a latency is that of all requests
 * pooled; of a static batch, whose requests share one fate, and of all else, the mean over seeds. Source: docs/statistics.md.
 */
export class PooledSeeds {
  readonly #reports: Pick<Report, "queueSeconds" | "distributions">[] = [];
  readonly #clusters = new Map<string, Clusters | undefined>();

  get count(): number {
    return this.#reports.length;
  }

  add({ queueSeconds, distributions }: Report): void {
    this.#reports.push({ queueSeconds, ...(distributions && { distributions }) });
    this.#clusters.clear();
  }

  /** Estimate of the number at `path`, given the `values` of the seeds that have one; undefined where none has. */
  estimate(path: string, values: readonly number[]): SeedsEstimate | undefined {
    const averaged = estimateOf(values, rangeOf(path));
    if (averaged === undefined) return undefined;
    const { count, mean, standardDeviation, interval } = averaged;
    const [, key = "", statistic = ""] = LATENCY.exec(path) ?? [];
    const clusters = key === "" ? undefined : this.#pooled(key);
    const bounded = clusters && (statistic === "mean" ? pooledMean(clusters) : pooledQuantile(clusters, QUANTILES[statistic]!));
    if (bounded === undefined) return { count, value: mean, standardDeviation, interval };
    return { count, value: bounded.value, standardDeviation, interval: bounded.interval, requests: clusters!.count };
  }

  /** The typical TTFT of the last third of the arrivals over that of the first, where it surely grows; null where it does not. */
  growth(): number | null {
    const ratios = this.#reports.flatMap(({ distributions }) => distributions?.growth ?? []);
    if (ratios.length < FEWEST || ratios.length < this.#reports.length) return null;
    const change = changeOf(
      ratios.map(() => 1),
      ratios,
    );
    return change?.interval != null && change.interval.low > 1 ? change.factor : null;
  }

  #pooled(key: string): Clusters | undefined {
    if (!this.#clusters.has(key)) this.#clusters.set(key, this.#poolOf(key));
    return this.#clusters.get(key);
  }

  #poolOf(key: string): Clusters | undefined {
    const all: Distributions[] = [];
    for (const { queueSeconds, distributions } of this.#reports) {
      if (distributions === undefined || queueSeconds === null) return undefined;
      all.push(distributions);
    }
    const own = all.flatMap(({ latencies }) => latencies[key] ?? []);
    return own.length === 0 ? undefined : pooled(own);
  }
}

/** The number at `path` of a report; undefined where it has none. */
export function valueAt(report: Report, path: string): number | undefined {
  return metricValue(report, { path }) ?? undefined;
}

function rangeOf(path: string): Range {
  const metric = metricOf(path) ?? METRICS.find((each) => each.path === path);
  return metric?.range ?? (path.endsWith("Share") ? "share" : "positive"); // pools have no metrics
}

/** Pooled estimates of the runs of `rows` at each of `paths`; undefined where none has a value. */
export function pooledEstimates(rows: readonly PointResult[], paths: readonly string[]): (SeedsEstimate | undefined)[] {
  const reports = rows.flatMap((row) => (row.status === "ok" ? [row.report] : []));
  const pool = new PooledSeeds();
  for (const report of reports) pool.add(report);
  return paths.map((path) =>
    pool.estimate(
      path,
      reports.flatMap((report) => valueAt(report, path) ?? []),
    ),
  );
}

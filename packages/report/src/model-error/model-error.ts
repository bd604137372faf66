import { metricOf } from "@tokenyard/scenario";
import type { ModelError } from "../schema/model-error-schema.ts";
import type { Report, TargetOutcome } from "../schema/report.ts";
import { metricValue } from "../summary/targets.ts";
import { calibrationOf } from "./calibration.ts";
import { likenessOf } from "./likeness.ts";
import { chanceBelow, intervalOf, inverse, joined, type LogSpread, moved, sideOf } from "./log-spread.ts";
import { MEASURED, type Measured, type ResidualTable } from "./residual.ts";
import { RESIDUAL_TABLE } from "./residual-table.ts";
import { BORROWED, residualsLike } from "./residuals-like.ts";

/** A report whose error is not known yet. */
type Unsure = Omit<Report, "conclusion" | "modelError">;

/** Only means were measured: what is said of the others is their error. */
const STATISTICS = ["mean", "p50", "p90", "p95", "p99", "p999", "max"] as const;
const RATES = ["throughput.requestsPerSecond", "throughput.tokensPerSecond", "throughput.tokensPerMsPerGpu"] as const;

/** How far the numbers of a report may lie from a real server's, and its targets with the probability that each holds there. */
export interface Sure {
  readonly modelError: ModelError;
  readonly targets: TargetOutcome[];
}

/** What the measured runs of `table` say of `report`. */
export function modelErrorOf(report: Unsure, table: ResidualTable = RESIDUAL_TABLE): Sure {
  const { scenario, plan, targets } = report;
  const likeness = likenessOf({ resolved: scenario.resolved, plan });
  if (!("engine" in likeness)) return uncalibrated(report, likeness);
  const like = residualsLike(likeness, table);
  if (like === undefined) return uncalibrated(report, ["such an engine and model"]);
  const { factors, engine, kind, load, runs } = like.residuals;
  const borrowed = likeness.borrows ? BORROWED : 0;
  const calibration = calibrationOf(report, factors);
  const own = (measured: Measured) => {
    const spread = joined(like.spreads[measured], borrowed, borrowed);
    return calibration === undefined ? spread : moved(spread, calibration.offsets[measured]);
  };
  const spreads = spreadsOf(report, own);
  const intervals: Record<string, { readonly low: number; readonly high: number | null }> = {};
  for (const [path, spread] of spreads) {
    const value = valueAt(report, path);
    if (value !== undefined) intervals[path] = intervalOf(value, withSeeds(report, path, value, spread));
  }
  const used = calibration === undefined ? {} : { calibration: calibration.use };
  const modelError = { level: 0.8 as const, runs, engine, kind, load, seen: like.seen, borrowed: likeness.borrows, ...used, intervals };
  const judged = targets.map(({ probability: _, ...target }) => ({ ...target, ...chanceOf(report, target, spreads.get(target.metric)) }));
  return { modelError, targets: judged };
}

function uncalibrated({ targets }: Unsure, reasons: readonly string[]): Sure {
  return { modelError: { uncalibrated: [...reasons] }, targets: targets.map(({ probability: _, ...target }) => target) };
}

/** By path in the report. Gaps between tokens err as TPOT does, and rates as E2E does where users wait for answers; a rate of arrivals that is kept up with is none of the server's. */
function spreadsOf({ scenario, warnings, seeds, requests }: Unsure, own: (measured: Measured) => LogSpread): Map<string, LogSpread> {
  const spreads = new Map<string, LogSpread>();
  const isSteady = requests.decoding !== undefined;
  for (const measured of MEASURED) for (const statistic of STATISTICS) spreads.set(`${measured}.${statistic}`, own(measured));
  for (const statistic of STATISTICS) spreads.set(`itlSeconds.${statistic}`, own("tpotSeconds"));
  const { kind } = scenario.resolved["workload"] as { readonly kind?: string };
  const isOverloaded = (seeds?.warnings ?? warnings).some(({ code }) => code === "overload");
  if (kind === "closed" || isSteady || isOverloaded)
    for (const path of RATES) spreads.set(path, inverse(own(isSteady ? "tpotSeconds" : "e2eSeconds")));
  return spreads;
}

/** The number at `path`, of all seeds together where several ran; undefined where it has none, or is longer than any bound. */
function valueAt(report: Unsure, path: string): number | undefined {
  const value = report.seeds === undefined ? metricValue(report, { path }) : report.seeds.estimates[path]?.value;
  return value === null || value === undefined || value === Number.POSITIVE_INFINITY || value <= 0 ? undefined : value;
}

function withSeeds({ seeds }: Unsure, path: string, value: number, spread: LogSpread): LogSpread {
  const interval = seeds?.estimates[path]?.interval ?? null;
  return interval === null ? spread : joined(spread, sideOf(value, interval.low), sideOf(value, interval.high));
}

/** Nothing of a target whose number has no measured error, or no end that seeds can bound. */
function chanceOf(
  report: Unsure,
  { name, metric, target, never }: TargetOutcome,
  spread: LogSpread | undefined,
): { readonly probability?: number } {
  if (spread === undefined) return {};
  if (never === true) return {};
  const value = valueAt(report, metric);
  if (value === undefined) return {};
  const below = chanceBelow(target, value, withSeeds(report, metric, value, spread));
  if (below === undefined) return {};
  return { probability: metricOf(name)?.better === "more" ? 1 - below : below };
}

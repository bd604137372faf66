import { metricOf } from "@tokenyard/scenario";
import type { ModelError } from "../schema/model-error-schema.ts";
import type { TargetOutcome } from "../schema/report.ts";
import { metricValue } from "../summary/targets.ts";
import { chanceBelow, intervalOf, joined, type LogSpread, sideOf } from "./log-spread.ts";
import { planErrorOf, spreadAt, type Unsure } from "./plan-error.ts";
import type { ResidualTable } from "./residual.ts";

/** Errors of the report's numbers compared with a real server, and its targets with their probabilities there. */
export interface Sure {
  readonly modelError: ModelError;
  readonly targets: TargetOutcome[];
}

/** Error bars of `report` by the measured runs of `table`. */
export function modelErrorOf(report: Unsure, table?: ResidualTable): Sure {
  const error = planErrorOf(report, table);
  if (!("like" in error)) return uncalibrated(report, error);
  const { like, borrows, calibration, erring } = error;
  const { engine, kind, load, runs } = like.residuals;
  const intervals: Record<string, { readonly low: number; readonly high: number | null }> = {};
  for (const path of erring.keys()) {
    const value = valueAt(report, path);
    if (value !== undefined) intervals[path] = intervalOf(value, withSeeds(report, path, value, spreadAt(error, path)!));
  }
  const used = calibration === undefined ? {} : { calibration: calibration.use };
  const modelError = { level: 0.8 as const, runs, engine, kind, load, seen: like.seen, borrowed: borrows, ...used, intervals };
  const judged = report.targets.map(({ probability: _, ...target }) => ({
    ...target,
    ...chanceOf(report, target, spreadAt(error, target.metric)),
  }));
  return { modelError, targets: judged };
}

function uncalibrated({ targets }: Unsure, reasons: readonly string[]): Sure {
  return { modelError: { uncalibrated: [...reasons] }, targets: targets.map(({ probability: _, ...target }) => target) };
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

/** Probability that a target is met; undefined if its number has no measured error, or no bound over seeds. */
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

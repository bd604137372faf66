import type { Report } from "../schema/report.ts";
import { type Calibration, calibrationOf } from "./calibration.ts";
import { likenessOf } from "./likeness.ts";
import { inverse, joined, type LogSpread, moved } from "./log-spread.ts";
import { MEASURED, type Measured, type ResidualTable } from "./residual.ts";
import { RESIDUAL_TABLE } from "./residual-table.ts";
import { BORROWED, type Like, residualsLike } from "./residuals-like.ts";

/** A report whose error is not known yet. */
export type Unsure = Omit<Report, "conclusion" | "modelError">;

/** Statistics that get the error of the mean, as only means were measured. */
const STATISTICS = ["mean", "p50", "p90", "p95", "p99", "p999", "max"] as const;
const RATES = ["throughput.requestsPerSecond", "throughput.tokensPerSecond", "throughput.tokensPerMsPerGpu"] as const;

/** Error that applies to a number: that of a latency, or its reciprocal. */
export interface Erring {
  readonly measured: Measured;
  readonly isInverse: boolean;
}

/** Errors of a report's numbers compared with a real server, by the model alone, for any seeds. */
export interface PlanError {
  readonly like: Like;
  readonly borrows: boolean;
  readonly calibration: Calibration | undefined;
  /** Measured over simulated. */
  readonly spreads: Readonly<Record<Measured, LogSpread>>;
  /** By path in the report; those that are not here have no measured error. */
  readonly erring: ReadonlyMap<string, Erring>;
}

/** Error of `report` by the measured runs of `table`, or the reasons why there is none, each a noun phrase. */
export function planErrorOf(report: Unsure, table: ResidualTable = RESIDUAL_TABLE): PlanError | readonly string[] {
  const likeness = likenessOf({ resolved: report.scenario.resolved, plan: report.plan });
  if (!("engine" in likeness)) return likeness;
  const like = residualsLike(likeness, table);
  if (like === undefined) return ["such an engine and model"];
  const borrowed = likeness.borrows ? BORROWED : 0;
  const calibration = calibrationOf(report, like.residuals.factors);
  const spreads = MEASURED.map((measured) => {
    const spread = joined(like.spreads[measured], borrowed, borrowed);
    return [measured, calibration === undefined ? spread : moved(spread, calibration.offsets[measured])] as const;
  });
  return {
    like,
    borrows: likeness.borrows,
    calibration,
    spreads: Object.fromEntries(spreads) as PlanError["spreads"],
    erring: erringOf(report),
  };
}

/** The spread of the number at `path`; undefined where it has no measured error. */
export function spreadAt({ erring, spreads }: PlanError, path: string): LogSpread | undefined {
  const own = erring.get(path);
  if (own === undefined) return undefined;
  return own.isInverse ? inverse(spreads[own.measured]) : spreads[own.measured];
}

/** Gaps between tokens err as TPOT does, and rates as E2E does where users wait for answers; a rate of arrivals that is kept up with is none of the server's. */
function erringOf({ scenario, warnings, seeds, requests }: Unsure): Map<string, Erring> {
  const erring = new Map<string, Erring>();
  const isSteady = requests.decoding !== undefined;
  for (const measured of MEASURED)
    for (const statistic of STATISTICS) erring.set(`${measured}.${statistic}`, { measured, isInverse: false });
  for (const statistic of STATISTICS) erring.set(`itlSeconds.${statistic}`, { measured: "tpotSeconds", isInverse: false });
  const { kind } = scenario.resolved["workload"] as { readonly kind?: string };
  const isOverloaded = (seeds?.warnings ?? warnings).some(({ code }) => code === "overload");
  if (kind === "closed" || isSteady || isOverloaded)
    for (const path of RATES) erring.set(path, { measured: isSteady ? "tpotSeconds" : "e2eSeconds", isInverse: true });
  return erring;
}

import type { Scope } from "@tokenyard/expression";
import { exp } from "@tokenyard/random";
import {
  DRAWS,
  deviationAt,
  drawnErrors,
  MEASURED,
  type Measured,
  type Place,
  type PlanError,
  placeOf,
  planErrorOf,
  type Report,
} from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";
import { resultScope } from "../points/words.ts";

/** Metrics that depend on a server's throughput if users wait for answers: prices of tokens. */
const BY_TOKEN = ["cost.usdPerMillionTokens", "cost.usdPerMillionOutputTokens"];
const THROUGHPUT = "throughput.tokensPerSecond";
/** Standard normal numbers between which a fourth of the servers are each. */
const QUARTERS = [-0.6744897501960817, 0, 0.6744897501960817] as const;
/** Kinds of servers that a measured run of a plan distinguishes: by its TTFT and its TPOT. */
export const STRATA = 16;

/** A simulated plan on drawn real servers. */
export interface RealPlan {
  /** Whether the number at `path` of the report has a measured error. */
  errs(path: string): boolean;
  /** Real over simulated of the number at `path` of the report on a drawn server; 1 where it has no measured error. */
  factor(path: string, draw: number): number;
  /** Values of names in conditions and objectives, as that server has them. */
  scope(draw: number): Scope;
  /** Index in `STRATA` at which a measured run of the plan would find that server. */
  stratum(draw: number): number;
}

/** Features that no measured run has, each a noun phrase. */
export interface Uncalibrated {
  readonly uncalibrated: readonly string[];
}

/**
 * The plans of `reports` on the same drawn servers, each undefined where no measured run was like it; or why none was like one of the first `needed`.
 * docs/models/model-error.md#two-plans
 */
export function realPlans(reports: readonly Report[], needed = 1): { readonly plans: readonly (RealPlan | undefined)[] } | Uncalibrated {
  const known = reports.map(calibrated);
  for (const each of known.slice(0, needed)) if ("uncalibrated" in each) return each;
  const sure = known.flatMap((each) => ("place" in each ? [each] : []));
  const drawn = drawnErrors(sure.map(({ place }) => place));
  let at = 0;
  const plans = known.map((each) => {
    if (!("place" in each)) return undefined;
    const plan = at++;
    return realPlan(each.report, each.error, (measured) => drawn.of(plan, measured));
  });
  return { plans };
}

function calibrated(report: Report): { readonly report: Report; readonly error: PlanError; readonly place: Place } | Uncalibrated {
  const error = planErrorOf(report);
  if (!("like" in error)) return { uncalibrated: error };
  const place = placeOf(report);
  return place === undefined ? { uncalibrated: ["a plan that answers no request"] } : { report, error, place };
}

function realPlan(report: Report, error: PlanError, errors: (measured: Measured) => Float64Array): RealPlan {
  const factors = Object.fromEntries(
    MEASURED.map((measured) => {
      const z = errors(measured);
      return [measured, Float64Array.from({ length: DRAWS }, (_, draw) => exp(deviationAt(error.spreads[measured], z[draw]!)))];
    }),
  ) as Record<Measured, Float64Array>;
  const [ttft, tpot] = [errors("ttftSeconds"), errors("tpotSeconds")];
  const erring = (path: string) => {
    const own = error.erring.get(path);
    if (own !== undefined || !BY_TOKEN.includes(path)) return own;
    const rate = error.erring.get(THROUGHPUT);
    return rate && { ...rate, isInverse: !rate.isInverse };
  };
  const factor = (path: string, draw: number) => {
    const own = erring(path);
    if (own === undefined) return 1;
    const value = factors[own.measured][draw]!;
    return own.isInverse ? 1 / value : value;
  };
  const values = new Map<string, ReturnType<Scope>>();
  const simulated = resultScope(report);
  const simulatedValue = (name: string) => {
    if (!values.has(name)) values.set(name, simulated(name));
    return values.get(name)!;
  };
  return {
    errs: (path) => erring(path) !== undefined,
    factor,
    scope: (draw) => (name) => {
      const value = simulatedValue(name);
      const path = metricOf(name)?.path;
      return typeof value !== "number" || path === undefined ? value : value * factor(path, draw);
    },
    stratum: (draw) => 4 * quarterOf(ttft[draw]!) + quarterOf(tpot[draw]!),
  };
}

function quarterOf(z: number): number {
  return QUARTERS.filter((edge) => z >= edge).length;
}

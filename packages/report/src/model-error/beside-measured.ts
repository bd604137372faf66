import type { Report } from "../schema/report.ts";
import { type CalibrationRun, type Prior, priorOf } from "./calibration.ts";
import { likenessOf } from "./likeness.ts";
import { placeOf } from "./place.ts";
import { MEASURED, type Measured, type ResidualTable } from "./residual.ts";
import { RESIDUAL_TABLE } from "./residual-table.ts";
import { residualsLike } from "./residuals-like.ts";

/** A measured run beside its simulation. */
export interface BesideMeasured extends Prior {
  readonly run: CalibrationRun;
}

/** Calibration data of `report`, whose run had the `means` in seconds; or the reasons why there are none, each a noun phrase. */
export function besideMeasured(
  report: Report,
  means: Readonly<Record<Measured, number | null>>,
  table: ResidualTable = RESIDUAL_TABLE,
): BesideMeasured | readonly string[] {
  const likeness = likenessOf({ resolved: report.scenario.resolved, plan: report.plan });
  if (!("engine" in likeness)) return likeness;
  const like = residualsLike(likeness, table);
  const place = placeOf(report);
  if (like === undefined || place === undefined) return ["such an engine and model"];
  const ratios = MEASURED.map((measured) => {
    const [real, simulated] = [means[measured], report[measured]?.mean];
    return [measured, real === null || !simulated || real <= 0 ? undefined : real / simulated] as const;
  });
  return { run: { place, ratios: Object.fromEntries(ratios) as CalibrationRun["ratios"] }, ...priorOf(like.residuals.factors) };
}

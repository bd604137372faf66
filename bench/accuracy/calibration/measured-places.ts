import { type BesideMeasured, MEASURED, type Measured, type Prior, priorOf } from "@tokenyard/report";
import type { Residual } from "../residuals/residual.ts";
import { residualTable } from "../residuals/residual-table.ts";
import type { Row } from "../table.ts";
import { numberOf } from "../table.ts";

const COLUMN = { ttftSeconds: "ttft", tpotSeconds: "tpot", e2eSeconds: "e2e" } as const;
const DEGREES = ["tp", "pp", "dp", "moe_tp", "moe_ep", "precision", "gemm_q", "moe_q"] as const;

/** A measured run with its curve. */
export interface CurveRun extends BesideMeasured {
  readonly curve: string;
}

/** Runs of closed loops, each with its place by the `rows` of its curve; medians are of runs of other curves. */
export function curveRuns(residuals: readonly Residual[], rows: readonly Row[]): CurveRun[] {
  const rowOf = new Map(rows.map((row) => [row["curve"], row]));
  const closed = residuals.filter(({ load, curve }) => load === "closed" && rowOf.has(curve));
  const known = new Map<string, Prior>();
  return closed.map((residual) => {
    const { curve, engine, gpu, model, load, users } = residual;
    const row = rowOf.get(curve)!;
    const layout = DEGREES.map((column) => `${column} ${row[column] ?? ""}`).join(", ");
    const lengths = { promptTokens: numberOf(row, "isl"), outputTokens: numberOf(row, "osl") };
    const place = { engine, version: row["backend_version"] ?? "", gpu, model, load, layout, ...lengths, users };
    const ratios = Object.fromEntries(MEASURED.map((each) => [each, residual[COLUMN[each]]])) as Record<Measured, number>;
    if (!known.has(curve)) known.set(curve, without(curve, residual, residuals));
    return { curve, run: { place, ratios }, ...known.get(curve)! };
  });
}

function without(curve: string, { engine, kind, load }: Residual, all: readonly Residual[]): Prior {
  const { residuals } = residualTable(all.filter((each) => each.curve !== curve && each.kind === kind && each.load === load));
  const { factors } = residuals.find((each) => each.engine === engine) ?? residuals.find((each) => each.engine === "any")!;
  return priorOf(factors);
}

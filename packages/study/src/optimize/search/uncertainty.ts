import type { Report } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";
import { isByLaw, lawErrorOf } from "../../points/exact-point.ts";

/** The range of a number of a plan: on 80 % of real servers by measured runs, or by the law of uneven experts. */
export interface Uncertainty {
  readonly low: number;
  /** Null where nothing bounds it. */
  readonly high: number | null;
  readonly by: "measured runs" | "law";
}

/** Paths of what a plan has without a run. */
const OF_PLAN = /^(plan\.|gpus$|costUsdPerHour$)/;
/** Numbers that change with a server's throughput alone. */
const BY_TOKEN = /^cost\.usdPerMillion(Output)?Tokens$/;

/** The uncertainty of the number `value` that `text` names in `report`; null where nothing is known to err, as the number of GPUs. */
export function uncertaintyOf(report: Report, text: string, value: number | null): Uncertainty | null {
  const path = metricOf(text)?.path;
  if (path === undefined || value === null || OF_PLAN.test(path)) return null;
  const measured = measuredRange(report, path, value);
  if (measured !== undefined) return { ...measured, by: "measured runs" };
  if (!isByLaw(report)) return null;
  const error = lawErrorOf(report);
  return { low: value * (1 - error), high: value * (1 + error), by: "law" };
}

function measuredRange({ modelError, throughput }: Report, path: string, value: number): Pick<Uncertainty, "low" | "high"> | undefined {
  if (modelError === undefined || "uncalibrated" in modelError) return undefined;
  const own = modelError.intervals[path];
  if (own !== undefined || !BY_TOKEN.test(path)) return own;
  const rate = modelError.intervals["throughput.tokensPerSecond"];
  const simulated = throughput.tokensPerSecond;
  if (rate === undefined || rate.high === null || !simulated) return undefined;
  return { low: (value * simulated) / rate.high, high: rate.low > 0 ? (value * simulated) / rate.low : null };
}

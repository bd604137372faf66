import { Numbers, percent, type Report } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";

/** By how much the number at `path` differs from that of a baseline: `+12.3 %`, `same`; undefined where either has none. */
export function differenceText(report: Report, baseline: Report | undefined, path: string): string | undefined {
  if (baseline === undefined) return undefined;
  const [now, then] = [new Numbers(report).value(path), new Numbers(baseline).value(path)];
  if (now === null || then === null) return undefined;
  if (now === then) return "same";
  if (!Number.isFinite(now) || !Number.isFinite(then)) return Number.isFinite(now) ? "was never" : "is never now";
  if (then === 0) return "was 0";
  const change = now / then - 1;
  return `${change < 0 ? "−" : "+"}${percent(Math.abs(change))}`;
}

/** Whether a change of the number at `path` is for the better; undefined where nothing says so. */
export function isBetter(report: Report, baseline: Report, path: string): boolean | undefined {
  const better = metricOf(path)?.better;
  const [now, then] = [new Numbers(report).value(path), new Numbers(baseline).value(path)];
  if (better === undefined || now === null || then === null || now === then) return undefined;
  return better === "less" ? now < then : now > then;
}

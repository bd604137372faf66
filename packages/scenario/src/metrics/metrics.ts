import type { Unit } from "../quantities/units.ts";
import { once } from "../schema/language/once.ts";
import { REPORT_NUMBERS } from "./report-numbers.ts";

/** A number of the report that targets, claims, objectives and constraints may name. */
export interface Metric {
  readonly name: string;
  /** Keys from the report's root; `a / b` is the ratio of two of them. */
  readonly path: string;
  /** Unit of the value in the report; empty for a plain number. */
  readonly unit: Unit | "";
  readonly better: "less" | "more";
  /** No number of the report is below 0. */
  readonly range: Exclude<Range, "any">;
}

/** Range of a number: any, none below 0, or from 0 to 1 as a part of a whole. */
export type Range = "any" | "positive" | "share";

/** `share` is a part of a whole, in percent; a `%` may be more than 100. */
type RowUnit = Unit | "" | "share";
type Row = readonly [name: string, path: string, unit: RowUnit, better: "less" | "more"];

const STATISTICS = ["mean", "p50", "p90", "p95", "p99", "p999", "max"];

/** The metrics that have a name of their own. A bare latency is meant for every request, so it is the max. */
export const METRICS: readonly Metric[] = [
  ...latency("ttft", "ttftSeconds"),
  ...latency("tpot", "tpotSeconds"),
  ...latency("e2e", "e2eSeconds"),
  ...latency("queue", "queueSeconds"),
  ...latency("itl", "itlSeconds"),
  ...metrics([
    ["throughputPerGpu", "throughput.tokensPerMsPerGpu", "tokens/ms", "more"],
    ["prefillThroughputPerGpu", "throughput.prefillTokensPerMsPerGpu", "tokens/ms", "more"],
    ["decodeThroughputPerGpu", "throughput.decodeTokensPerMsPerGpu", "tokens/ms", "more"],
    ["goodput", "goodput.requestsPerSecond", "requests/s", "more"],
    ["attainment", "attainment.all", "share", "more"],
    ["loadVariance", "balance.expert.prefill.loadVariance.mean", "%", "less"],
    ["rankLoadVariance", "balance.rank.prefill.loadVariance.mean", "%", "less"],
    ["droppedShare", "tokens.dropped / tokens.routed", "share", "less"],
    ["reroutedShare", "tokens.rerouted / tokens.routed", "share", "less"],
    ["maskedShare", "tokens.masked / tokens.routed", "share", "less"],
    ["outage", "faults.longestOutageSeconds", "s", "less"],
    ["failed", "requests.failed", "", "less"],
    ["downtime", "faults.downShare", "share", "less"],
    ["memory.peak", "memory.used", "B", "less"],
    ["gpus", "gpus", "", "less"],
    ["cost", "costUsdPerHour", "USD/h", "less"],
    ["costPerMillionTokens", "cost.usdPerMillionTokens", "USD", "less"],
    ["costPerMillionOutputTokens", "cost.usdPerMillionOutputTokens", "USD", "less"],
    ["power", "energy.wattsPerGpu", "W", "less"],
    ["energyPerToken", "energy.joulesPerToken", "J", "less"],
    ["energyPerOutputToken", "energy.joulesPerOutputToken", "J", "less"],
    ["carbonPerMillionTokens", "energy.gramsPerMillionTokens", "g", "less"],
  ]),
];

/** Every number of the report by its path, in the report's order; `*` means one key. */
const report = once((): readonly Metric[] => metrics(REPORT_NUMBERS.trim().split("\n").flatMap(rowsOf)));

const NAMED: ReadonlyMap<string, Metric> = new Map(METRICS.map((metric) => [metric.name, metric]));

/** Numbers of the report with fixed keys only, by their paths; a search reads them for each plan. */
const fixed = once(
  (): ReadonlyMap<string, Metric> => new Map(report().flatMap((metric) => (metric.path.includes("*") ? [] : [[metric.path, metric]]))),
);

/** Other numbers. */
const open = once(() => report().flatMap((metric) => (metric.path.includes("*") ? [{ pattern: metric.path.split("."), metric }] : [])));

/** The metric of that name, or of that path in the report; undefined when there is none. */
export function metricOf(name: string): Metric | undefined {
  const named = NAMED.get(name);
  if (named !== undefined) return named;
  const keys = name.split(".");
  const entry = fixed().get(name) ?? open().find(({ pattern }) => matches(pattern, keys))?.metric;
  return entry && { ...entry, name, path: name };
}

/** The paths of the report that a metric may name, less those with a key that is not fixed. */
export function metricPaths(): string[] {
  return [...fixed().keys()];
}

/** The rows of a line of `REPORT_NUMBERS`. */
function rowsOf(line: string): Row[] {
  const [parent, ...keys] = line.split(" ");
  return keys.map((each) => {
    const [, key, unit = "", more] = /^([^:+]+):?([^+]*)(\+?)$/.exec(each)!;
    const path = `${parent!.replace(/\.?:$/, ".").replace(/^\.$/, "")}${key}`;
    return [path, path, unit as RowUnit, more === "+" ? "more" : "less"];
  });
}

function matches(pattern: readonly string[], keys: readonly string[]): boolean {
  return pattern.length === keys.length && pattern.every((key, i) => key === keys[i] || (key === "*" && keys[i] !== ""));
}

function latency(name: string, stats: string): Metric[] {
  const rows = STATISTICS.map((statistic): Row => [`${name}.${statistic}`, `${stats}.${statistic}`, "s", "less"]);
  return metrics([[name, `${stats}.max`, "s", "less"], ...rows]);
}

function metrics(rows: readonly Row[]): Metric[] {
  return rows.map(([name, path, unit, better]) => {
    const isShare = unit === "share";
    return { name, path, unit: isShare ? "%" : unit, better, range: isShare ? "share" : "positive" };
  });
}

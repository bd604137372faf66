import type { Change, Comparison, Comparisons, Estimate, Interval, PairWinner, PointResult } from "@tokenyard/study";
import { NO_VALUE, numberForm } from "../tables/number-column.ts";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import { counted } from "../terminal/amount.ts";
import type { Channel } from "../terminal/channel.ts";
import { harmless, styled } from "../terminal/terminal.ts";

export interface Row {
  readonly name: string;
  readonly comparison: Comparison | undefined;
}

const SAME = "the same";

/** `--json` output of metrics. */
export function metricTrees(rows: readonly Row[], least: number | undefined): readonly object[] {
  return rows.map(({ name, comparison }) => {
    if (comparison === undefined) return { metric: name, a: null, b: null, difference: null, change: null, isReal: null, winner: null };
    const { formula, a, b, difference, change = null, isReal, winner } = comparison;
    const isEqual = least === undefined ? {} : { isEqual: isWithin(change, least) };
    return { metric: name, unit: formula.unit ?? null, a, b, difference, change, isReal, winner, ...isEqual };
  });
}

/** Number of pairs, with the table of their results. */
export function comparisonLines(pairs: number, all: readonly Row[], least: number | undefined, out: Channel): string[] {
  if (pairs === 0) return ["no pair of runs has ended"];
  const said = pairsText(pairs);
  if (all.length === 0) return [said];
  const { head, body } = textTable(comparisonColumns(all, least));
  return [said, "", ...head.map((line) => styled(out, "dim", line)), ...body.map(harmless)];
}

export function pairsText(pairs: number): string {
  return `${counted(pairs, "pair")} of runs, each with a seed of its own; the same chance for both`;
}

export function comparisonColumns(all: readonly Row[], least: number | undefined): TextColumn[] {
  const rows = all.map(({ name, comparison }) => rowOf(name, comparison, least));
  return [
    { heading: "metric", align: "left", cells: rows.map(([name]) => name!) },
    { heading: "a", align: "right", cells: rows.map((row) => row[1]!) },
    { heading: "b", align: "right", cells: rows.map((row) => row[2]!) },
    { heading: "typical change of a run", align: "right", cells: rows.map((row) => row[3]!) },
    { heading: "verdict", align: "left", cells: rows.map((row) => row[4]!) },
    ...(all.some(({ comparison }) => comparison?.winner != null)
      ? [{ heading: "on real servers", align: "left" as const, cells: all.map(({ comparison }) => winnerText(comparison?.winner ?? null)) }]
      : []),
  ];
}

/** `b, 88 %` */
function winnerText(winner: PairWinner | null): string {
  return winner === null ? "" : `${winner.plan}, ${(100 * winner.chance).toFixed(0)} %`;
}

/**
 * Lines on the winners' probabilities, the loss if one is none, and the run that would decide the least sure difference; empty if no number
 * has one.
 */
export function winnerLines(rows: readonly Row[], uncalibrated: readonly string[]): string[] {
  if (uncalibrated.length > 0)
    return [`which is the better on real servers is not known: measured runs say nothing of ${uncalibrated.join(", ")}`];
  const known = rows.flatMap(({ name, comparison }) =>
    comparison?.winner == null ? [] : [{ name, isReal: comparison.isReal, winner: comparison.winner }],
  );
  if (known.length === 0) return [];
  const differing = known.filter(({ isReal }) => isReal === true);
  const { name, winner } = (differing.length > 0 ? differing : known).reduce((least, each) =>
    each.winner.chance < least.winner.chance ? each : least,
  );
  const other = winner.plan === "a" ? "b" : "a";
  const percents = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
  const regret = winner.regret === null ? "" : `; where it is not, ${other} is better by ${percents(winner.regret)} in the mean`;
  const measure =
    winner.measure === null
      ? []
      : [
          `to decide: a measured run of ${winner.measure.plan}, given to tokenyard calibrate, would make ${name} sure to ${percents(winner.measure.chance)} in the mean`,
        ];
  return [
    `least sure on real servers, by seeds and model error: ${winner.plan} is better in ${name} with ${percents(winner.chance)}${regret}`,
    ...measure,
  ];
}

/** Lines on runs whose numbers are not those of a steady load: a comparison of them depends on their length. */
export function unsteadyLines(unsteady: Comparisons["unsteady"], pairs: number): string[] {
  return unsteady.map(({ plan, code, runs, message }) => `${code} in ${runs} of ${counted(pairs, "run")} of ${plan}: ${message}`);
}

/** Line on a run without a result. */
export function missingLine(row: PointResult): string {
  const { scenario, seed } = row.parameters;
  return harmless(`  ${String(scenario)} with seed ${String(seed)} ${row.status}: ${row.status === "ok" ? "" : row.reason}`);
}

/** Metric, a, b, typical change, verdict. */
function rowOf(name: string, comparison: Comparison | undefined, least: number | undefined): string[] {
  if (comparison === undefined) return [name, NO_VALUE, NO_VALUE, "", "no pair has both values"];
  const { formula, a, b, difference, change } = comparison;
  const form = numberForm([a.mean, b.mean], formula.unit ?? "");
  const inUnit = (text: string) => (form.unit === "" ? text : `${text} ${form.unit}`);
  const [first, second] = [a, b].map(({ mean, interval }) => inUnit(form.mean(mean, interval))) as [string, string];
  const said = verdict(comparison, least);
  if (said === SAME) return [name, first, second, "0", said];
  const by = change === undefined ? differenceText(difference, formula.unit ?? "") : changeText(change);
  const ofMeans = b.mean / a.mean - 1;
  const isOtherWay = change !== undefined && ofMeans * (change.factor - 1) < 0;
  return [name, first, second, by, isOtherWay ? `${said}; of the means ${signedPercent(ofMeans)}` : said];
}

/** Ratio from which a change is written as a factor. */
const MANY = 5;

/** `−6.3 ± 1.6 %`, or `× 12 ± 1`: half the interval is the smallest visible change. */
function changeText({ factor, interval }: Change): string {
  if (interval === null) return signedPercent(factor - 1);
  if (factor >= MANY) return `× ${Number(factor.toPrecision(3))} ± ${Number(((interval.high - interval.low) / 2).toPrecision(2))}`;
  const half = (interval.high - interval.low) / 2;
  const decimals = half >= 0.1 ? 0 : half >= 0.01 ? 1 : 2;
  const [change, width] = [100 * (factor - 1), 100 * half].map((percents) => percents.toFixed(decimals)) as [string, string];
  return `${signed(change)} ± ${Number(width) === 0 ? `<${([1, 0.1, 0.01][decimals]!).toFixed(decimals)}` : width} %`;
}

function signedPercent(share: number): string {
  return `${signed((100 * share).toFixed(1))} %`;
}

function signed(text: string): string {
  return Number(text) < 0 ? `−${text.slice(1)}` : `+${text.replace(/^-/, "")}`;
}

export function percentText(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function differenceText({ mean, interval }: Estimate, unit: string): string {
  const form = numberForm([mean, ...ends(interval)], unit);
  const plus = (value: number) => `${value > 0 ? "+" : ""}${form.within(value, mean, interval)}`;
  const symbol = form.unit === "" ? "" : ` ${form.unit}`;
  return interval === null ? `${plus(mean)}${symbol}` : `${plus(mean)}${symbol} (${plus(interval.low)} to ${plus(interval.high)})`;
}

function ends(interval: Interval | null): number[] {
  return interval === null ? [] : [interval.low, interval.high];
}

/** Whether the whole interval of a change is smaller than `least`. */
function isWithin(change: Change | null | undefined, least: number): boolean {
  return change?.interval != null && change.interval.low >= 1 - least && change.interval.high <= 1 + least;
}

function verdict({ difference: { mean, standardDeviation, count }, change, isReal }: Comparison, least: number | undefined): string {
  if (mean === 0 && (standardDeviation ?? 0) === 0) return SAME;
  if (least !== undefined && isWithin(change, least)) return `equal within ${percentText(least)}`;
  if (isReal === null) return count === 1 ? "one pair cannot say" : "some are never answered";
  if (isReal) return "real";
  const ratios = change?.interval;
  const isAlone = ratios != null && (ratios.low > 1 || ratios.high < 1); // Holm is stricter for each metric than its own interval
  return isAlone ? "may be chance: one of several metrics" : "may be chance";
}

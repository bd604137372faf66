import { counted, grouped, metricOf } from "@tokenyard/scenario";
import { brief, measured } from "../text/quantity.ts";
import { metricWords } from "./metric-words.ts";
import { listed, type StudyConclusion } from "./study-conclusion.ts";

/** One number of two scenarios, as far as a conclusion needs it. */
export interface ConcludedNumber {
  readonly name: string;
  readonly a: { readonly mean: number };
  readonly b: { readonly mean: number };
  /** The typical change of a run; undefined where a number is not above 0. */
  readonly change?: { readonly factor: number } | null | undefined;
  /** Whether chance alone would do that; null where the pairs are too few. */
  readonly isReal: boolean | null;
}

/** A target of one of the two, in its base unit. */
export interface ConcludedTarget {
  readonly name: string;
  readonly value: number;
}

/** Part of a comparison that a conclusion needs. */
export interface ConcludedComparison {
  readonly pairs: number;
  readonly numbers: readonly ConcludedNumber[];
  readonly targets: { readonly a: readonly ConcludedTarget[]; readonly b: readonly ConcludedTarget[] };
}

/** A target whose mean over the runs is on the wrong side. */
export interface MissedTarget extends ConcludedTarget {
  readonly mean: number;
}

const MOST_NAMED = 3;

/**
 * Differences of b from a beyond chance, and the targets that either misses: a plan that misses one is never called the better. The verdict
 * is that of b's targets.
 */
export function comparisonConclusion({ pairs, numbers, targets }: ConcludedComparison): StudyConclusion {
  if (pairs === 0) return { verdict: "not-enough-evidence", sentences: ["No pair of runs has ended."] };
  const [a, b] = [judged("a", numbers, targets.a), judged("b", numbers, targets.b)];
  return { verdict: verdictOf(b), sentences: [differenceSentence(pairs, numbers), ...targetSentences(a, b)] };
}

/** The targets of one plan: how many it has, how many have a number here, and those missed. */
interface Judged {
  readonly count: number;
  readonly compared: number;
  readonly missed: readonly MissedTarget[];
}

function judged(which: "a" | "b", numbers: readonly ConcludedNumber[], targets: readonly ConcludedTarget[]): Judged {
  const compared = targets.filter(({ name }) => numbers.some((each) => each.name === name)).length;
  return { count: targets.length, compared, missed: missedTargets(which, numbers, targets) };
}

function verdictOf({ count, compared, missed }: Judged): StudyConclusion["verdict"] {
  if (count === 0) return "no-targets";
  if (missed.length > 0) return "missed";
  return compared === count ? "met" : "not-enough-evidence";
}

function differenceSentence(pairs: number, numbers: readonly ConcludedNumber[]): string {
  const by = `in ${counted(pairs, "pair")} of runs`;
  const real = numbers.filter(({ isReal }) => isReal === true);
  const open = numbers.filter(({ isReal, a, b }) => isReal !== true && a.mean !== b.mean).length;
  if (numbers.length === 0) return `Nothing can be compared: no number has a value in both, ${by}.`;
  if (real.length === 0 && pairs === 1 && open > 0)
    return `One pair of runs cannot say whether b differs from a: ${grouped(open)} of ${counted(numbers.length, "number")} may differ by chance alone.`;
  if (real.length === 0) {
    const all = numbers.length === 1 ? metricWords(numbers[0]!.name) : `any of ${counted(numbers.length, "number")}`;
    return `b does not differ from a beyond chance, in ${all} ${by}.`;
  }
  const better = real.filter((each) => isBetter(each) === true);
  const worse = real.filter((each) => isBetter(each) === false);
  const other = real.filter((each) => isBetter(each) === undefined);
  const parts = [
    ...(better.length === 0 ? [] : [`better in ${namedText(better)}`]),
    ...(worse.length === 0 ? [] : [`worse in ${namedText(worse)}`]),
    ...(other.length === 0 ? [] : [`different in ${namedText(other)}`]),
  ];
  const rest = open === 0 ? "" : `; ${grouped(open)} of ${counted(numbers.length, "number")} may differ by chance alone`;
  return `b is ${listed(parts)} than a, ${by}${rest}.`.replace(/(different in [^;]*?) than a/, "$1 from a");
}

/** Undefined where the metric does not say which direction is better. */
function isBetter({ name, a, b, change }: ConcludedNumber): boolean | undefined {
  const better = metricOf(name)?.better;
  if (better === undefined) return undefined;
  const isMore = change == null ? b.mean > a.mean : change.factor > 1;
  return isMore === (better === "more");
}

function namedText(numbers: readonly ConcludedNumber[]): string {
  const size = ({ change }: ConcludedNumber) => Math.max(change?.factor ?? 1, 1 / (change?.factor ?? 1));
  const largest = numbers.toSorted((x, y) => size(y) - size(x)).slice(0, MOST_NAMED);
  const more = numbers.length - largest.length;
  return listed([
    ...largest.map((each) => `${metricWords(each.name)} (${changeText(each)})`),
    ...(more === 0 ? [] : [counted(more, "other number")]),
  ]);
}

function changeText({ name, a, b, change }: ConcludedNumber): string {
  const unit = metricOf(name)?.unit ?? "";
  if (change == null) return `${brief(measured(b.mean, unit))} instead of ${brief(measured(a.mean, unit))}`;
  const { factor } = change;
  if (factor >= 5) return `× ${Number(factor.toPrecision(3))}`;
  return `${factor < 1 ? "−" : "+"}${(100 * Math.abs(factor - 1)).toFixed(1)} %`;
}

/** The targets of plan `which` that its means miss, among those that were compared. */
export function missedTargets(which: "a" | "b", numbers: readonly ConcludedNumber[], targets: readonly ConcludedTarget[]): MissedTarget[] {
  return targets.flatMap(({ name, value }) => {
    const mean = numbers.find((each) => each.name === name)?.[which].mean;
    if (mean === undefined) return [];
    const isMet = metricOf(name)?.better === "more" ? mean >= value : mean <= value;
    return isMet ? [] : [{ name, value, mean }];
  });
}

function targetSentences(a: Judged, b: Judged): string[] {
  const said = [...missedWords("a", a), ...missedWords("b", b)];
  const [metByA, metByB] = [metWords(a), metWords(b)];
  if (metByA !== undefined && metByA === metByB) return [`By their means both meet ${metByA.replace("its", "their")}.`];
  const parts = [...said, ...(metByA === undefined ? [] : [`a meets ${metByA}`]), ...(metByB === undefined ? [] : [`b meets ${metByB}`])];
  return parts.length === 0 ? [] : [`By their means ${listed(parts)}.`];
}

function missedWords(which: string, { missed: [first, ...more] }: Judged): string[] {
  if (first === undefined) return [];
  const others = more.length === 0 ? "" : ` and ${counted(more.length, "other target")}`;
  return [`${which} misses ${metricWords(first.name)} (${wantedText(first)})${others}`];
}

/** Undefined for a plan that misses a target, or none of whose targets was compared. */
function metWords({ count, compared, missed }: Judged): string | undefined {
  if (missed.length > 0 || compared === 0) return undefined;
  return compared === count ? "its targets" : `the ${counted(compared, "target")} compared`;
}

function wantedText({ name, value, mean }: MissedTarget): string {
  const { unit = "", better = "less" } = metricOf(name) ?? {};
  return `${brief(measured(mean, unit))}, but at ${better === "less" ? "most" : "least"} ${brief(measured(value, unit))} is wanted`;
}

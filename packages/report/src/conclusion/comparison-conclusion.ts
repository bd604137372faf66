import { counted, grouped, metricOf } from "@tokenyard/scenario";
import { brief, measured } from "../text/quantity.ts";
import { metricWords } from "./metric-words.ts";
import { listed, type StudyConclusion } from "./study-conclusion.ts";

/** What a conclusion needs of one number of two scenarios. */
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

/** What a conclusion needs of a comparison. */
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
  const [a, b] = [missedTargets("a", numbers, targets.a), missedTargets("b", numbers, targets.b)];
  return {
    verdict: targets.b.length === 0 ? "no-targets" : b.length > 0 ? "missed" : "met",
    sentences: [differenceSentence(pairs, numbers), ...targetSentences(targets, a, b)],
  };
}

function differenceSentence(pairs: number, numbers: readonly ConcludedNumber[]): string {
  const by = `in ${counted(pairs, "pair")} of runs`;
  const real = numbers.filter(({ isReal }) => isReal === true);
  const open = numbers.filter(({ isReal, a, b }) => isReal !== true && a.mean !== b.mean).length;
  if (real.length === 0) return `b does not differ from a beyond chance, in any of ${counted(numbers.length, "number")} ${by}.`;
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

/** The targets of plan `which` that its means miss; of targets that were not compared nothing is said. */
export function missedTargets(which: "a" | "b", numbers: readonly ConcludedNumber[], targets: readonly ConcludedTarget[]): MissedTarget[] {
  return targets.flatMap(({ name, value }) => {
    const mean = numbers.find((each) => each.name === name)?.[which].mean;
    if (mean === undefined) return [];
    const isMet = metricOf(name)?.better === "more" ? mean >= value : mean <= value;
    return isMet ? [] : [{ name, value, mean }];
  });
}

function targetSentences(targets: ConcludedComparison["targets"], a: readonly MissedTarget[], b: readonly MissedTarget[]): string[] {
  if (targets.a.length + targets.b.length === 0) return [];
  if (a.length + b.length === 0) return ["By their means both meet their targets."];
  const missed = (which: string, [first, ...more]: readonly MissedTarget[]) =>
    first === undefined
      ? []
      : [
          `${which} misses ${metricWords(first.name)} (${wantedText(first)})${more.length === 0 ? "" : ` and ${counted(more.length, "other target")}`}`,
        ];
  const parts = [...missed("a", a), ...missed("b", b)];
  const meets = a.length === 0 ? ["a meets its targets"] : b.length === 0 ? ["b meets its targets"] : [];
  return [`By their means ${listed([...parts, ...meets])}.`];
}

function wantedText({ name, value, mean }: MissedTarget): string {
  const { unit = "", better = "less" } = metricOf(name) ?? {};
  return `${brief(measured(mean, unit))}, but at ${better === "less" ? "most" : "least"} ${brief(measured(value, unit))} is wanted`;
}

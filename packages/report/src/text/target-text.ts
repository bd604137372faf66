import { metricOf } from "@tokenyard/scenario";
import { metricWords } from "../conclusion/metric-words.ts";
import type { Report, TargetOutcome } from "../schema/report.ts";
import type { Seeds } from "../schema/seeds-schema.ts";
import type { Numbers } from "./numbers.ts";
import { brief, measured, percent, significant } from "./quantity.ts";

/** A number beside its target, as texts. */
export interface TargetText {
  /** Name in the scenario. */
  readonly name: string;
  /** Name in a sentence. */
  readonly words: string;
  /** Empty without a target. */
  readonly sign: "✓" | "✗" | "?" | "";
  /** Verdict of several seeds; empty for one. */
  readonly verdict: string;
  readonly actual: string;
  /** `≤ 10 s`; empty without a target. */
  readonly target: string;
  /** Distance between the two: `8.26× short`. */
  readonly margin: string;
}

/** Each target of a report: bound, result, distance, and, with several seeds, the verdict. */
export function targetTexts({ targets, seeds }: Pick<Report, "targets" | "seeds">, numbers: Numbers): TargetText[] {
  return targets.map((outcome, at) => {
    const { name, metric, target } = outcome;
    const { unit = "", better = "less" } = metricOf(name) ?? {};
    const [actual, step] = [numbers.value(metric), numbers.step(metric)];
    const isNever = outcome.never === true && actual === null; // no estimate of the seeds says it
    const whole = isNever ? "never" : numbers.whole(metric, unit);
    return {
      name,
      words: metricWords(name),
      ...withChance(standing(outcome, seeds, at), outcome),
      actual: seeds === undefined ? brief(whole) : whole,
      target: `${better === "less" ? "≤" : "≥"} ${brief(measured(target, unit))}`,
      margin: isNever ? "" : marginText(target, actual, better, step),
    };
  });
}

const HEADLINES = ["ttft.mean", "tpot.mean", "throughputPerGpu"];
const FEWEST = 3;

/** The numbers that open a report: its targets, and where there are fewer than three, means and throughput beside them. */
export function headlineTexts(report: Pick<Report, "targets" | "seeds">, numbers: Numbers): TargetText[] {
  const texts = targetTexts(report, numbers);
  const wanted = new Set(report.targets.map(({ metric }) => metric));
  for (const name of HEADLINES) {
    const { path, unit } = metricOf(name)!;
    if (texts.length >= FEWEST) break;
    if (wanted.has(path) || numbers.value(path) === null) continue;
    texts.push({ name, words: metricWords(name), sign: "", verdict: "", actual: brief(numbers.whole(path, unit)), target: "", margin: "" });
  }
  return texts;
}

/** `met; 72 % with model error` */
function withChance<S extends { readonly verdict: string }>(stands: S, { probability }: TargetOutcome): S {
  if (probability === undefined) return stands;
  const chance = `${chanceText(probability)} with model error`;
  return { ...stands, verdict: stands.verdict === "" ? chance : `${stands.verdict}; ${chance}` };
}

/** Probability in whole per cent. */
function chanceText(probability: number): string {
  return `${(probability * 100).toFixed(0)} %`;
}

/** Whether a target is met: by one seed as it is, by several as their interval says. */
function standing(
  outcome: TargetOutcome,
  seeds: Seeds | undefined,
  at: number,
): { readonly sign: "✓" | "✗" | "?"; readonly verdict: string } {
  const { met, offered } = outcome;
  const verdict = seeds?.targets[at]?.verdict ?? null;
  if (offered === true && verdict !== "met") return { sign: "?", verdict: "undecided: no more was offered" };
  if (seeds === undefined || verdict === null) return { sign: met ? "✓" : "✗", verdict: "" };
  if (verdict === "not-enough-evidence") return { sign: "?", verdict: `not enough evidence: try ${2 * seeds.count} seeds` };
  const broken = seedsOver(outcome, seeds, at);
  if (broken > 0) return { sign: "✗", verdict: `missed in ${broken} of ${seeds.count} seeds` };
  return { sign: verdict === "missed" ? "✗" : "✓", verdict: verdict.replaceAll("-", " ") };
}

/** Seeds that exceed a bound for every request, where others do not: their mean may lie below it. 0 where that decides nothing. */
export function seedsOver({ metric }: TargetOutcome, seeds: Seeds | undefined, at: number): number {
  const { verdict, met = 0 } = seeds?.targets[at] ?? {};
  return verdict === "missed" && met > 0 && metric.endsWith("Seconds.max") ? seeds!.count - met : 0;
}

/** `8.26× short`; near the target, where a factor would read 1.00×, the difference in percent. */
function marginText(target: number, actual: number | null, better: "less" | "more", step: number): string {
  if (actual === null) return "no value";
  if (actual === Number.POSITIVE_INFINITY) return "";
  if (actual === target) return "exactly";
  if (actual <= 0 || target <= 0) return "";
  const factor = actual / target;
  const [below, above] = better === "less" ? ["below", "over"] : ["short", "above"];
  const side = factor < 1 ? below : above;
  if (factor > 0.9 && factor < 1.1) return `${percent(Math.abs(factor - 1), step / target)} ${side}`;
  const times = Math.max(factor, 1 / factor);
  return `${times < 1e6 ? significant(times, (step / actual) * times) : ">1,000,000"}× ${side}`;
}

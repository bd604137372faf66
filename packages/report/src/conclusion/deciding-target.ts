import { metricOf } from "@tokenyard/scenario";
import type { Report, TargetOutcome } from "../schema/report.ts";
import type { Numbers } from "../text/numbers.ts";

/** Standing of a target. */
export type Standing = "met" | "missed" | "undecided";

/** The target that decides the verdict, its standing, and how many of all are met. */
export interface DecidingTarget {
  readonly outcome: TargetOutcome;
  readonly standing: Standing;
  readonly met: number;
  readonly undecided: number;
}

/** Standing of target number `at` by one seed, or by the intervals of several. */
export function standingOf({ targets, seeds }: Pick<Report, "targets" | "seeds">, at: number): Standing {
  const { met, offered } = targets[at]!;
  const verdict = seeds?.targets[at]?.verdict ?? null;
  if (verdict === "not-enough-evidence" || (offered === true && verdict !== "met")) return "undecided";
  return met ? "met" : "missed";
}

/** The target that is missed by most, else one that is undecided, else the one met by least; of equals the first. Undefined without targets. */
export function decidingTarget(report: Pick<Report, "targets" | "seeds">, numbers: Numbers): DecidingTarget | undefined {
  const { targets } = report;
  const standings = targets.map((_, at) => standingOf(report, at));
  const standing = (["missed", "undecided", "met"] as const).find((each) => standings.includes(each));
  if (standing === undefined) return undefined;
  const count = (wanted: Standing) => standings.filter((each) => each === wanted).length;
  const strain = (outcome: TargetOutcome) => strainOf(outcome, numbers.value(outcome.metric));
  const outcome = targets
    .filter((_, at) => standings[at] === standing)
    .reduce((worst, each) => (strain(each) > strain(worst) ? each : worst));
  return { outcome, standing, met: count("met"), undecided: count("undecided") };
}

/** 1 exactly at the target, more beyond it; for shares that should be large, by the distance to the whole. */
function strainOf({ name, target, never }: TargetOutcome, actual: number | null): number {
  if (actual === null || never === true) return Number.POSITIVE_INFINITY;
  const { better = "less", range = "positive" } = metricOf(name) ?? {};
  if (better === "less") return ratio(actual, target);
  return range === "share" ? ratio(1 - actual, 1 - target) : ratio(target, actual);
}

function ratio(part: number, whole: number): number {
  if (whole !== 0) return part / whole;
  return part === 0 ? 1 : Number.POSITIVE_INFINITY;
}

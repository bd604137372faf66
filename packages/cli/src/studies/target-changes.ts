import type { TargetVerdict } from "@tokenyard/report";
import { type Scenario, targetsOf } from "@tokenyard/scenario";
import { type Comparison, type Comparisons, isMet, verdictOf } from "@tokenyard/study";

/** Change of a target from one scenario to another. */
export interface TargetChange {
  readonly target: string;
  /** Verdict by the runs of each; null if a single run, or none, gives no verdict. */
  readonly a: TargetVerdict | null;
  readonly b: TargetVerdict | null;
  /** `lost`: b misses it, which a does not, or not for sure while b is surely worse; `won` likewise. */
  readonly verdict: "met" | "missed" | "lost" | "won" | "unknown";
  /** Whether the metric differs for sure; null where the pairs do not say. */
  readonly isReal: boolean | null;
}

/** Each target of `scenario`, whose comparisons come first in `found`, by the verdicts of the runs of both sides. Source: docs/statistics.md#verdicts. */
export function targetChanges(scenario: Scenario, { comparisons, pairs }: Comparisons): readonly TargetChange[] {
  return targetsOf(scenario).map(({ name, metric, value }, at) => {
    const comparison = comparisons[at];
    if (comparison === undefined) return { target: name, a: null, b: null, verdict: "unknown", isReal: null };
    const wanted = { better: metric.better, value, ofEach: metric.path.endsWith("Seconds.max") };
    const of = (side: "a" | "b") => {
      const { mean, interval } = comparison[side];
      return comparison.values[side].length < pairs
        ? null
        : (verdictOf(wanted, { value: mean, interval }, comparison.values[side]) ?? null);
    };
    const [a, b] = [of("a"), of("b")];
    return { target: name, a, b, verdict: changed(a, b, comparison), isReal: comparison.isReal };
  });
}

function changed(a: TargetVerdict | null, b: TargetVerdict | null, { isReal }: Comparison): TargetChange["verdict"] {
  const [met, missed] = [
    (verdict: TargetVerdict | null) => verdict !== null && isMet(verdict),
    (verdict: TargetVerdict | null) => verdict === "missed",
  ];
  if (met(a) && met(b)) return "met";
  if (missed(a) && missed(b)) return "missed";
  if (missed(b) && (met(a) || isReal === true)) return "lost";
  if (missed(a) && (met(b) || isReal === true)) return "won";
  return "unknown";
}

const WORDS: Readonly<Record<TargetVerdict, string>> = {
  met: "met",
  "met-by-far": "met",
  missed: "missed",
  "not-enough-evidence": "not enough evidence",
};

/** `met by a, lost by b` */
export function changeWords({ a, b, verdict }: TargetChange): string {
  const word = (side: TargetVerdict | null) => (side === null ? "one run cannot say" : WORDS[side]);
  switch (verdict) {
    case "met":
      return "met by both";
    case "missed":
      return "missed by both";
    case "lost":
      return `lost: ${word(a)} in a, missed in b`;
    case "won":
      return `won: missed in a, ${word(b)} in b`;
    case "unknown":
      return `undecided: ${word(a)} in a, ${word(b)} in b; more pairs say more (--replications)`;
  }
}

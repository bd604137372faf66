import type { Scenario } from "@tokenyard/scenario";

type Workload = Scenario["workload"];

/** Source of the lengths of answers: a workload, or a class of one. */
type Lengths = Pick<Extract<Workload, { kind: "batch" }>, "outputTokens" | "pairs">;

/** Whether any request, of the class `at` where it is given, may have two output tokens or more. What a trace holds is not known. */
export function someAnswersHaveGaps(workload: Workload, at?: number): boolean {
  if (workload.kind === "trace") return true;
  const classes: readonly Lengths[] = ("classes" in workload ? workload.classes : undefined) ?? [workload];
  return classes.some((each, i) => (at === undefined || i === at) && mostTokens(each) > 1);
}

function mostTokens({ outputTokens, pairs }: Lengths): number {
  if (pairs !== undefined) return Math.max(...pairs.map((pair) => (pair.weight > 0 ? pair.outputTokens : 0)));
  if (outputTokens === undefined) return Number.POSITIVE_INFINITY;
  switch (outputTokens.kind) {
    case "fixed":
      return outputTokens.value;
    case "empirical":
      return Math.max(...outputTokens.values.map((value, i) => (outputTokens.weights?.[i] === 0 ? 0 : value)));
    default:
      return outputTokens.to ?? Number.POSITIVE_INFINITY;
  }
}

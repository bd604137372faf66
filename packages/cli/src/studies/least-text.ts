import { type Case, isChosen, type Optimum } from "@tokenyard/study";

/**
 * Sentence on the least value of the first objective, if it is a chosen parameter: the least that holds the constraints, and the next that
 * was tried and does not: `spareSlots 8 is the least that holds rankLoadVariance <= 20 %; 4 does not, whatever else is chosen`. `examined`:
 * all plans that were run, the values of the objectives first.
 */
export function leastText({ objectives, constraints, best, exhaustive, proven }: Optimum, examined: readonly Case[]): string | undefined {
  const [first] = objectives;
  if (first === undefined || !isChosen(first.text) || best === null || constraints.length === 0) return undefined;
  const reached = best.objectives[first.text];
  if (reached === null || reached === undefined) return undefined;
  const sign = first.better === "less" ? 1 : -1;
  const tried = examined.flatMap(({ values }) => (values[0] === null || values[0] === undefined ? [] : [values[0]]));
  const beyond = tried.filter((value) => sign * value < sign * reached).sort((a, b) => sign * (b - a))[0];
  const most = first.better === "less" ? "least" : "most";
  const found = exhaustive || proven ? `is the ${most} that holds` : `is the ${most} found that holds`;
  const next = beyond === undefined ? `nothing ${first.better} was asked for` : `${beyond} does not, whatever else is chosen`;
  return `${first.text} ${reached} ${found} ${constraints.join(", ")}; ${next}`;
}

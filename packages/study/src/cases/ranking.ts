import { paretoFront } from "../sweep/pareto.ts";
import type { Case } from "./case.ts";
import type { StudyGoal, StudyGoals } from "./view.ts";

/** Whether a case may be called good: it has a result, and meets the demands. */
export function isEligible({ status, met }: Pick<Case, "status" | "met">): boolean {
  return status === "ok" && met === true;
}

/**
 * Order with the best first: cases that meet the demands before all others, then those with too few seeds, by the goals in turn, then the
 * index; cases without a value last.
 */
export function bestCaseFirst(goals: StudyGoals): (a: Case, b: Case) => number {
  return (a, b) => {
    const isBefore = Number(isEligible(b)) - Number(isEligible(a));
    if (isBefore !== 0) return isBefore;
    const isNearer = Number(b.undecided) - Number(a.undecided);
    if (isNearer !== 0) return isNearer;
    for (const { at, better } of goals) {
      const [x, y] = [a.values[at] ?? null, b.values[at] ?? null];
      if (x === y) continue;
      if (x === null) return 1;
      if (y === null) return -1;
      return x < y === (better === "less") ? -1 : 1;
    }
    return a.index - b.index;
  };
}

/** The cases that meet the demands and that none of those beats, in their order. */
export function caseFront(cases: readonly Case[], goals: readonly StudyGoal[]): Case[] {
  return paretoFront(
    cases.filter(isEligible),
    goals.map(({ at, better }) => ({ better, measure: ({ values }: Case) => values[at] ?? null })),
  );
}

import { counted, grouped, type Problem } from "@tokenyard/scenario";

/** Failures of a year: they are drawn before the first of them strikes. Those of a million GPUs, and some. */
const MOST_FAILURES = 200_000;
/** Most years of all compared plans: the account of each is kept to the end, in some 2 kB. */
const MOST_YEARS = 1_000_000;

/** Why `years` of `plans`, each with `perYear` failures in the mean, are too many to draw. */
export function extentProblems(perYear: number, years: number, plans: number): readonly Problem[] {
  const problems: Problem[] = [];
  if (perYear > MOST_FAILURES)
    problems.push({
      path: ["availability"],
      given: `${perYear < 1e15 ? grouped(Math.round(perYear)) : perYear.toPrecision(3)} failures a year`,
      wanted: `longer times between failures, or fewer machines: ${grouped(MOST_FAILURES)} failures a year at most`,
    });
  const most = Math.floor(MOST_YEARS / plans);
  if (years > most)
    problems.push({ path: ["years"], given: String(years), wanted: `at most ${grouped(most)}, each for ${counted(plans, "plan")}` });
  return problems;
}

import type { Condition, Formula } from "@tokenyard/expression";
import { DRAWS, type Report } from "@tokenyard/report";
import { decidingRun, inBounds } from "./deciding-run.ts";
import { type RealPlan, realPlans, type Uncalibrated } from "./real-plan.ts";

/** How sure it is that a plan stays the best of several on real servers, by measured runs like them; a probability is from 1 to 99 %. */
export interface Winner {
  /** Probability that it holds the constraints and no other plan that does is better. */
  readonly chance: number;
  /** Probability that it misses a constraint. */
  readonly misses: number;
  /** Probability that it holds them and another plan that does is better. */
  readonly beaten: number;
  /** Mean share by which the other plan is then better, in the first objective in which they differ; null if there is none. */
  readonly regret: number | null;
  /** Number of other plans that it was compared with, and number of those without a similar measured run. */
  readonly against: number;
  readonly unknown: number;
  /** The plan whose measured run would make the best choice surest: its place among those given, and how sure that would be in the mean. Null where none would add a point. */
  readonly measure: { readonly plan: number; readonly chance: number } | null;
}

/** Demands on the plans: objectives in order, and constraints. */
export interface WinnerDemands {
  readonly objectives: readonly { readonly formula: Formula; readonly better: "less" | "more" }[];
  readonly constraints: readonly Condition[];
}

/** Index that stands for no best plan: none meets the constraints. */
const NONE = -1;

/** How sure it is that the first of `reports` is the best of them; or why nothing is known of it. */
export function winnerOf(reports: readonly Report[], wanted: WinnerDemands): Winner | Uncalibrated {
  const real = realPlans(reports);
  if (!("plans" in real)) return real;
  const { plans } = real;
  const best = new Int32Array(DRAWS);
  let [wins, misses, beaten, regret] = [0, 0, 0, 0];
  for (let draw = 0; draw < DRAWS; draw++) {
    const all = plans.map((plan) => plan && realNumbers(plan, draw, wanted));
    let winner = NONE;
    for (const [at, numbers] of all.entries())
      if (numbers !== undefined && (winner === NONE || isBetter(numbers, all[winner]!))) winner = at;
    best[draw] = winner;
    if (winner === 0) wins++;
    else if (all[0] === undefined) misses++;
    else {
      beaten++;
      regret += shareBetter(all[winner]!, all[0]);
    }
  }
  return {
    chance: inBounds(wins / DRAWS),
    misses: misses / DRAWS,
    beaten: beaten / DRAWS,
    regret: beaten === 0 ? null : regret / beaten,
    against: plans.length - 1,
    unknown: plans.filter((plan) => plan === undefined).length,
    measure: decidingRun(plans, best, wins),
  };
}

/** [objectives] the less the better; undefined where the plan misses a constraint, or has no value of one. */
function realNumbers(plan: RealPlan, draw: number, { objectives, constraints }: WinnerDemands): number[] | undefined {
  const scope = plan.scope(draw);
  if (!constraints.every(({ holds }) => holds(scope) === true)) return undefined;
  const costs: number[] = [];
  for (const { formula, better } of objectives) {
    const value = formula.evaluate(scope);
    if (value === null) return undefined;
    costs.push(better === "less" ? value : -value);
  }
  return costs;
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((cost, i) => cost !== b[i]);
  return at >= 0 && a[at]! < b[at]!;
}

function shareBetter(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((cost, i) => cost !== b[i]);
  return b[at] === 0 ? 0 : Math.abs((b[at]! - a[at]!) / b[at]!);
}
